import type { OpenView } from './open-view.ts';

/** At most three modals lie on one another (https://docs.slack.dev/reference/methods/views.push#errors). */
export const MAX_STACK = 3;

/** What lies on every person's screen: a stack of modals and a home tab. */
export class Screens {
  readonly #stacks = new Map<string, OpenView[]>();
  readonly #homes = new Map<string, OpenView>();

  /** The modals of a person, the lowest first. */
  stack(teamId: string, userId: string): OpenView[] {
    return this.#stacks.get(key(teamId, userId)) ?? [];
  }

  top(teamId: string, userId: string): OpenView | undefined {
    return this.stack(teamId, userId).at(-1);
  }

  home(teamId: string, userId: string): OpenView | undefined {
    return this.#homes.get(key(teamId, userId));
  }

  setHome(view: OpenView): void {
    this.#homes.set(key(view.teamId, view.userId), view);
  }

  open(view: OpenView): void {
    this.#stacks.set(key(view.teamId, view.userId), [view]);
  }

  push(view: OpenView): void {
    this.#stacks.set(key(view.teamId, view.userId), [...this.stack(view.teamId, view.userId), view]);
  }

  /** Takes one modal away; the one below it shows again. */
  remove(view: OpenView): void {
    const left = this.stack(view.teamId, view.userId).filter((other) => other !== view);
    this.#stacks.set(key(view.teamId, view.userId), left);
  }

  clear(teamId: string, userId: string): void {
    this.#stacks.delete(key(teamId, userId));
  }

  /** A modal that is still open, or a home tab, by its id or by the app's own id for it. */
  find(teamId: string, id: { viewId?: string; externalId?: string }): OpenView | undefined {
    const views = [...[...this.#stacks.values()].flat(), ...this.#homes.values()];
    return views.find(
      (open) =>
        open.teamId === teamId &&
        (id.viewId ? open.id === id.viewId : id.externalId && open.view.external_id === id.externalId),
    );
  }
}

function key(teamId: string, userId: string): string {
  return `${teamId} ${userId}`;
}
