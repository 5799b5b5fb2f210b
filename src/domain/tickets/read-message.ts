import type { Context } from '../context.ts';
import { cut, fitText, fitTitle } from './fit-words.ts';
import { mentionedPeople } from './markup/blocks.ts';
import { plainWords } from './markup/inline.ts';
import { DESCRIPTION_LENGTH } from './ticket.ts';

/**
 * What a Slack message is as a ticket: its first line is the title, its words are the description, without markup; people are
 * called by the names that we know. Cut to what fits.
 */
export async function readMessage(
  { database }: Pick<Context, 'database'>,
  { teamId, text }: { teamId: string; text: string },
): Promise<{ title: string; description: string }> {
  const asked = mentionedPeople(text);
  const people =
    asked.length === 0
      ? []
      : await database.slackPerson.findMany({
          where: { teamId, userId: { in: asked } },
          select: { userId: true, name: true },
        });
  const words = fitText(plainWords(text, new Map(people.map(({ userId, name }) => [userId, name]))));
  const [line = ''] = words.split('\n').filter((each) => each.trim() !== '');
  return { title: line === '' ? '' : fitTitle(line), description: cut(words, DESCRIPTION_LENGTH) };
}
