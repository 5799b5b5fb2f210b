import type { SlackUser } from '../sandbox/slack/users.ts';
import type { World } from '../sandbox/world.ts';

/** Who plays in the story. */
export interface Cast {
  team: string;
  owner: SlackUser;
  agent: SlackUser;
  admin: SlackUser;
  late: SlackUser;
  /** The support channel, once it was chosen. */
  channel?: string;
  /** What the website's pages name the organization by, once it was read in Slack. */
  publishableKey?: string;
  /** The ticket that the website's visitor opened, and what opens its conversation. */
  conversation?: { ticketId: string; token: string };
  /** The id of what is on sale. */
  product?: string;
}

/** A scene of the story: what people do, and a look at what came of it. Throws where it did not hold. */
export interface Step {
  name: string;
  /** Returns what was seen, in a sentence. */
  play(world: World, cast: Cast): Promise<string>;
}

export interface Outcome {
  step: string;
  ok: boolean;
  detail: string;
}

/** Plays the steps in order, telling each outcome; stops at the first that does not hold. True where all did. */
export async function playAll(
  steps: readonly Step[],
  world: World,
  cast: Cast,
  tell: (outcome: Outcome) => void,
): Promise<boolean> {
  for (const { name, play } of steps) {
    try {
      tell({ step: name, ok: true, detail: await play(world, cast) });
    } catch (error) {
      tell({ step: name, ok: false, detail: error instanceof Error ? error.message : String(error) });
      return false;
    }
  }
  return true;
}
