import { beforeEach, describe, expect, it } from 'vitest';
import { recordTicketMailSent } from '../../../src/domain/tickets/mail/record-mail.ts';
import { deleteMessage } from '../../../src/domain/tickets/say/delete-message.ts';
import { editMessage } from '../../../src/domain/tickets/say/edit-message.ts';
import { mailWithFiles, recordFile } from '../../../src/domain/tickets/say/record-files.ts';
import { recordNote } from '../../../src/domain/tickets/say/record-note.ts';
import { recordReply } from '../../../src/domain/tickets/say/record-reply.ts';
import { removeFiles } from '../../../src/domain/tickets/say/remove-files.ts';
import { useStage } from '../organizations/setup.ts';
import { anyTicket, openTicketDesk, type TicketDesk } from './desk.ts';
import { png } from './files.ts';

const stage = useStage();
let desk: TicketDesk;
let ticketId: string;
let count = 0;

beforeEach(async () => {
  desk = await openTicketDesk(stage);
  ticketId = (await anyTicket(stage, desk.owner)).id;
});

async function reply(text: string, files: string[] = []) {
  count += 1;
  stage.context.advance({ seconds: 10 });
  const slackTs = `1790000000.${String(count).padStart(6, '0')}`;
  await recordReply(stage.context, desk.agent, { ticketId, slackTs, text, files });
  return stage.database.ticketMessage.findFirstOrThrow({ where: { ticketId, slackTs } });
}
type Reply = Awaited<ReturnType<typeof reply>>;
const at = ({ slackTs }: Reply) => ({ ticketId, slackTs: slackTs ?? '' });

const takenBack: [string, () => Promise<Reply>, (reply: Reply) => Promise<unknown>][] = [
  ['was deleted', () => reply('Oops.'), (said) => deleteMessage(stage.context, at(said))],
  [
    'was edited into a note',
    () => reply('Rude.'),
    (said) => editMessage(stage.context, desk.agent, { ...at(said), text: 'note: rude', isNote: true }),
  ],
  [
    'turned out to be a note',
    () => reply('Rude.'),
    (said) => recordNote(stage.context, desk.agent, { ...at(said), text: 'note: rude' }),
  ],
  [
    'was nothing but files that do not go out',
    () => reply('', ['F1']),
    ({ id: messageId }) =>
      stage.database.$transaction((transaction) =>
        mailWithFiles(transaction, stage.context, { messageId, sent: 1 }),
      ),
  ],
  [
    'was nothing but files that were removed',
    () => reply('', ['F1']),
    async (said) => {
      const file = { slackFileId: 'F1', name: 'k.png', contentType: 'image/png', bytes: png };
      await recordFile(stage.context, { ...file, ticketId, messageId: said.id });
      await removeFiles(stage.context, { ...at(said), slackFileIds: ['F1'] });
    },
  ],
];

describe('a ticket whose first reply', () => {
  const respondedAt = async () =>
    (await stage.database.ticket.findUniqueOrThrow({ where: { id: ticketId } })).respondedAt;

  it.each(takenBack)('%s is first answered by the next that stands, or not yet', async (_, say, takeBack) => {
    const first = await say();
    const second = await reply('Here we are.');
    expect(await respondedAt()).toEqual(first.createdAt);
    await takeBack(first);
    expect(await respondedAt()).toEqual(second.createdAt);
    await deleteMessage(stage.context, at(second));
    expect(await respondedAt()).toBeNull();
  });

  it('went out by mail before it was deleted was answered by it', async () => {
    const first = await reply('Here.');
    await stage.database.$transaction((transaction) =>
      recordTicketMailSent(transaction, stage.context, first.id),
    );
    await deleteMessage(stage.context, at(first));
    expect(await respondedAt()).toEqual(first.createdAt);
  });
});
