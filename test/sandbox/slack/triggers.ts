import { randomBytes } from 'node:crypto';

/** A trigger id opens one modal within 3 seconds (https://docs.slack.dev/surfaces/modals). */
export const TRIGGER_LIFETIME_MS = 3_000;

export interface Trigger {
  teamId: string;
  userId: string;
  /** The modal from which the person acted; only such a trigger can push a view. */
  viewId?: string;
  expiresAt: number;
  used: boolean;
}

/** The trigger ids that were handed to the app. */
export class Triggers {
  readonly #byId = new Map<string, Trigger>();

  create(teamId: string, userId: string, viewId?: string): string {
    const id = `${Date.now()}.${String(this.#byId.size).padStart(10, '0')}.${randomBytes(16).toString('hex')}`;
    this.#byId.set(id, {
      teamId,
      userId,
      expiresAt: Date.now() + TRIGGER_LIFETIME_MS,
      used: false,
      ...(viewId ? { viewId } : {}),
    });
    return id;
  }

  /** Uses a trigger up, or names Slack's error. */
  exchange(id: string, teamId: string): Trigger | string {
    const trigger = this.#byId.get(id);
    if (!trigger || trigger.teamId !== teamId) return 'invalid_trigger_id';
    if (trigger.used) return 'exchanged_trigger_id';
    if (trigger.expiresAt <= Date.now()) return 'expired_trigger_id';
    trigger.used = true;
    return trigger;
  }

  /** Lets every trigger run out at once, as if three seconds had passed. */
  expireAll(): void {
    for (const trigger of this.#byId.values()) trigger.expiresAt = 0;
  }
}
