import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { escapeText, readCommandText } from '../blocks/text.ts';
import { routeCommand } from '../commands/route.ts';
import type { CommandInteraction, Reply } from '../listener.ts';
import type { SignedRequest } from '../receiver.ts';
import { acknowledgement } from './acknowledgement.ts';
import { type Engine, run } from './run.ts';

/** Answers slash commands: finds the subcommand and runs it. */
export function commandHandler(engine: Engine) {
  return async ({ command, ack, context }: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    const text = readCommandText(command.text ?? '');
    const routed = routeCommand(engine.listeners.commands, command.command, text);
    const respond = (reply: Reply) =>
      engine.respond(command.response_url, { response_type: 'ephemeral', replace_original: false, ...reply });
    const acknowledged = acknowledgement<Reply>({
      send: (reply) => (reply ? ack({ response_type: 'ephemeral', ...reply }) : ack()),
      late: async (reply) => reply && respond(reply),
    });
    await run<CommandInteraction>(engine, {
      listener: routed.listener,
      identity: { teamId: command.team_id, userId: command.user_id, name: command.user_name },
      request: context.request as SignedRequest,
      acknowledgement: acknowledged,
      details: {
        text: routed.text,
        triggerId: command.trigger_id,
        channelId: command.channel_id,
        ack: acknowledged.give,
        respond,
      },
      tell: ({ text }) => {
        const reply = { text: escapeText(text) };
        return acknowledged.given() ? respond(reply) : acknowledged.give(reply);
      },
    });
  };
}
