import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/domain/tickets/prepare-change.ts';
import { listeners } from '../../src/slack/listeners.ts';

const folder = join(import.meta.dirname, '../../src/slack/blocks');
const source = readdirSync(folder)
  .map((file) => readFileSync(join(folder, file), 'utf8'))
  .join('\n');
const named = (pattern: RegExp) => [...source.matchAll(pattern)].map(([, id]) => id as string);
const sorted = (ids: readonly string[]) => [...new Set(ids)].sort();

/** The feature's part of ids that blocks put together. */
const paged = named(/pagingBlocks\('(\w+)'/g).flatMap((feature) => [
  `${feature}.previous`,
  `${feature}.next`,
]);

/** The buttons of a ticket's card, and the forms behind them. */
const cardButtons = named(/\bone\('(\w+)'/g).map((id) => `ticket.${id}`);
const fields = { assignee: 1, status: 1, priority: 1, category: 1, note: 1 } satisfies Record<Field, 1>;
const cardForms = Object.keys(fields).map((field) => `ticket.${field}`);

describe('the table of listeners', () => {
  it('has everything that can be pressed, link buttons too, and nothing that cannot', () => {
    // Controls that the app hears of while they are used have a dot in their id; inputs that wait for Submit have none.
    const shown = [
      ...named(/button\(\s*'([\w.-]+)'/g),
      ...named(/action_id: '([\w-]+\.[\w.-]+)'/g),
      ...named(/select\(\s*'([\w-]+\.[\w.-]+)'/g),
      ...paged,
      ...cardButtons,
    ];
    expect(shown.length).toBeGreaterThan(20);
    expect(sorted(Object.keys(listeners.actions))).toEqual(sorted(shown));
  });

  it('has every form that can be submitted, and no other', () => {
    expect(sorted(Object.keys(listeners.views))).toEqual(
      sorted([...named(/callback_id: '([\w.-]+)'/g), ...cardForms]),
    );
  });
});
