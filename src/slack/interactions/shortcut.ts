import type { AllMiddlewareArgs, SlackShortcut, SlackShortcutMiddlewareArgs } from '@slack/bolt';
import { refusalView } from '../blocks/refusal.ts';
import type { Listener, ShortcutInteraction } from '../listener.ts';
import type { SignedRequest } from '../receiver.ts';
import { acknowledgement } from './acknowledgement.ts';
import { type Engine, run } from './run.ts';

/** Answers global and message shortcuts. */
export function shortcutHandler(engine: Engine) {
  return async ({
    body,
    ack,
    context,
  }: SlackShortcutMiddlewareArgs<SlackShortcut> & AllMiddlewareArgs): Promise<void> => {
    if (!body.team) return ack();
    const { shortcuts } = engine.listeners;
    const listener = Object.hasOwn(shortcuts, body.callback_id) ? shortcuts[body.callback_id] : undefined;
    const acknowledged = acknowledgement<never>({ send: () => ack(), late: async () => {} });
    const { user } = body;
    await run<ShortcutInteraction>(engine, {
      listener: listener ?? outdated,
      identity: {
        teamId: body.team.id,
        userId: user.id,
        name: ('username' in user ? user.username : user.name) ?? user.id,
        ...(user.team_id !== undefined && { homeTeamId: user.team_id }),
      },
      request: context.request as SignedRequest,
      acknowledgement: acknowledged,
      details: { triggerId: body.trigger_id, message: messageOf(body), ack: acknowledged.give },
      tell: async ({ text }, client) => {
        if (!acknowledged.given()) await acknowledged.give();
        await client.views.open({ trigger_id: body.trigger_id, view: refusalView(text) });
      },
    });
  };
}

/** What a message shortcut says of its message; a reply's thread is where answers to it belong. */
function messageOf(body: SlackShortcut): ShortcutInteraction['message'] {
  if (body.type !== 'message_action') return undefined;
  const { message, channel } = body;
  const threadTs: unknown = message.thread_ts;
  return {
    channelId: channel.id,
    ts: message.ts,
    threadTs: typeof threadTs === 'string' ? threadTs : message.ts,
    text: message.text ?? '',
  };
}

const outdated: Listener<ShortcutInteraction> = {
  actor: 'recent',
  handle: async ({ ack, client, triggerId }) => {
    await ack();
    const view = refusalView('This shortcut is from an earlier version and does nothing any more.');
    await client.views.open({ trigger_id: triggerId, view });
  },
};
