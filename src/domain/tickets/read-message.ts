import type { Context } from '../context.ts';
import { mentionedPeople } from './markup/blocks.ts';
import { plainWords } from './markup/inline.ts';
import { cleanText, cleanTitle, DESCRIPTION_LENGTH } from './ticket.ts';

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
  const words = cleanText(plainWords(text, new Map(people.map(({ userId, name }) => [userId, name]))));
  const [line = ''] = words.split('\n').filter((each) => each.trim() !== '');
  return { title: line === '' ? '' : cleanTitle(line), description: cut(words) };
}

function cut(words: string): string {
  const points = [...words];
  return points.length <= DESCRIPTION_LENGTH ? words : `${points.slice(0, DESCRIPTION_LENGTH - 1).join('')}…`;
}
