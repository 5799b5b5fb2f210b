import { App } from '@slack/bolt';
import { createActorResolver } from './actor.ts';
import { boltLogger } from './bolt-logger.ts';
import { createTakeEvent } from './events/take-event.ts';
import { type ActionArgs, actionHandler } from './interactions/action.ts';
import { commandHandler } from './interactions/command.ts';
import type { Engine } from './interactions/run.ts';
import { shortcutHandler } from './interactions/shortcut.ts';
import { type SubmissionArgs, submissionHandler } from './interactions/submission.ts';
import { type OAuthParts, oauthOptions } from './oauth.ts';
import { createPending } from './pending.ts';
import { createReceiver, type SlackReceiver } from './receiver.ts';

export interface SlackParts extends Omit<Engine, 'resolveActor'> {
  signingSecret: string;
  oauth: OAuthParts;
}

/** The Slack side of the web server. */
export interface SlackApp extends Pick<SlackReceiver, 'handle'> {
  /** Resolves when every listener that was begun has ended, also those that go on after their acknowledgement. */
  idle(): Promise<void>;
}

export function createSlackApp({ signingSecret, oauth, ...parts }: SlackParts): SlackApp {
  const logger = boltLogger(parts.log);
  const receiver = createReceiver(
    { signingSecret, logger, ...oauthOptions(oauth) },
    { takeEvent: createTakeEvent(parts.context, parts.listeners.events), log: parts.log },
  );
  const app = new App({
    receiver,
    logger,
    convoStore: false,
    ignoreSelf: false,
    // Nobody's token is looked up on the way to an acknowledgement; `clientFor` finds it when a call needs it.
    authorize: async ({ teamId }) => (teamId === undefined ? {} : { teamId }),
  });
  const engine: Engine = { ...parts, resolveActor: createActorResolver(parts.context) };

  const [command, action] = [commandHandler(engine), actionHandler(engine)];
  const [submission, shortcut] = [submissionHandler(engine), shortcutHandler(engine)];
  const pending = createPending();

  // One for each kind, found in one step: Bolt walks everything that is registered with it, on every request. Nothing is
  // called next, since nothing comes after.
  app.use(async (args) => {
    if ('command' in args) return pending.track(command(args));
    if ('action' in args) return pending.track(action(args as ActionArgs));
    if ('view' in args) return pending.track(submission(args as SubmissionArgs));
    if ('shortcut' in args) return pending.track(shortcut(args));
  });
  return { handle: receiver.handle, idle: pending.idle };
}
