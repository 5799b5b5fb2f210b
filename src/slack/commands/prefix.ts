import { changePrefix } from '../../domain/organizations/change-prefix.ts';
import { showPrefix } from '../../domain/organizations/show-prefix.ts';
import { prefixChangedText, prefixModal, prefixShownText } from '../blocks/prefix.ts';
import type { CommandInteraction } from '../listener.ts';
import type { Subcommands } from './route.ts';

export const prefixCommands: Subcommands = {
  prefix: {
    summary: 'Shows the ticket prefix, or sets it.',
    usage: '[TEXT]',
    offeredTo: ({ kind }) => kind === 'member',
    once: true,
    handle: (interaction) => (interaction.text === '' ? show(interaction) : change(interaction)),
  },
};

async function change({ context, actor, text, ack }: CommandInteraction): Promise<void> {
  await ack({ text: prefixChangedText(await changePrefix(context, actor, { prefix: text })) });
}

async function show({ context, actor, client, triggerId, ack }: CommandInteraction): Promise<void> {
  const shown = await showPrefix(context, actor);
  await ack({ text: prefixShownText(shown) });
  if (shown.mayChange) {
    await client.views.open({ trigger_id: triggerId, view: prefixModal(shown.current, shown) });
  }
}
