import assert from 'node:assert/strict';
import type { OpenView } from '../sandbox/slack/open-view.ts';
import type { SlackUser } from '../sandbox/slack/users.ts';
import type { World } from '../sandbox/world.ts';
import type { Cast } from './step.ts';

/** All words that a view or message shows, in order. */
export function wordsOf(shown: unknown): string {
  if (Array.isArray(shown)) return shown.map(wordsOf).filter(Boolean).join('\n');
  if (typeof shown !== 'object' || shown === null) return '';
  const { text, ...rest } = shown as Record<string, unknown>;
  const own = typeof text === 'string' ? text : wordsOf(text);
  return [own, wordsOf(Object.values(rest).filter((value) => typeof value === 'object'))]
    .filter(Boolean)
    .join('\n');
}

/** What somebody's Home tab shows, once everything that was decided is done. */
export async function homeOf(world: World, { team }: Cast, user: SlackUser): Promise<string> {
  const person = world.slack.person({ team, user: user.id });
  if (!person.home) await person.openHome();
  await world.settle();
  return wordsOf((person.home as OpenView).view.blocks);
}

/** What the app last wrote to somebody. */
export async function lastMessageTo(world: World, { team }: Cast, user: SlackUser): Promise<string> {
  await world.settle();
  const messages = await world.slack.directMessages(team, user.id);
  const newest = messages.reduce((one, other) => (Number(other.ts) > Number(one.ts) ? other : one));
  return String(newest.text);
}

/** The three figures as the Home tab shows them. */
export function figuresIn(home: string): { purchased: string; used: string; cost: string } {
  const [, purchased = '', used = '', cost = ''] =
    /\*Seats purchased\*\n(\S+)\n\*Seats used\*\n(\S+)\n\*Monthly cost\*\n(\S+)/.exec(home) ?? [];
  return { purchased, used, cost };
}

/** @throws where `words` do not hold `part`. */
export function shows(words: string, part: string | RegExp): void {
  const found = typeof part === 'string' ? words.includes(part) : part.test(words);
  assert.ok(found, `Expected ${part} in: ${words}`);
}

/** The e-mail about an invite that somebody found in their mailbox: its newest link. */
export function inviteLink(world: World, user: SlackUser): string {
  const mail = world.mail.mailbox(user.email).at(-1);
  const link = mail?.links.find((address) => address.includes('/invitations/'));
  assert.ok(link, `There is no invite in the mailbox of ${user.email}.`);
  return link;
}
