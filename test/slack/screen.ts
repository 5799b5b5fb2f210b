import type { KnownBlock } from '@slack/types';
import type { Person } from '../sandbox/slack/person.ts';
import { textsIn } from '../setup/blocks.ts';

/** Everything that a person can read in the topmost modal; empty where none is open. */
export function readModal(person: Person): string {
  const view = person.modal?.view;
  if (!view) return '';
  const shown = [view.title, ...((view.blocks ?? []) as unknown as KnownBlock[])];
  return textsIn(shown as KnownBlock[])
    .map(({ text }) => text)
    .join('\n');
}

/** The block of the topmost modal that says `text`: what to press in it is told by its id. */
export function blockSaying(person: Person, text: string): string {
  const blocks = (person.modal?.view.blocks ?? []) as unknown as KnownBlock[];
  const found = blocks.filter((block) => JSON.stringify(block).includes(text));
  if (found.length !== 1) throw new Error(`${found.length} blocks say ${text}.`);
  return found[0]?.block_id ?? '';
}
