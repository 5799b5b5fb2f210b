import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../../src');

/** What writes to customers, or shows them something. */
const facing = [
  ...filesIn('clients/mail'),
  ...filesIn('domain/tickets/conversation'),
  ...filesIn('domain/tickets/markup'),
  ...filesIn('mail'),
  ...filesIn('web'),
  'domain/tickets/customer-view.ts',
  'jobs/ticket-mail.ts',
  'jobs/ticket-acknowledge.ts',
];

function filesIn(folder: string): string[] {
  return readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

/** The files whose code is loaded with one of these; types carry none. */
function reach(roots: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file) || file.startsWith('database/generated')) return;
    reached.add(file);
    const { module } = parseSync(file, readFileSync(join(source, file), 'utf8'));
    const targets = [
      ...module.staticImports
        .filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
        .map(({ moduleRequest }) => moduleRequest.value),
      ...module.staticExports.flatMap(({ entries }) =>
        entries.flatMap(({ moduleRequest, isType }) =>
          moduleRequest && !isType ? [moduleRequest.value] : [],
        ),
      ),
    ];
    for (const target of targets.filter((name) => name.startsWith('.'))) {
      visit(relative(source, resolve(source, dirname(file), target)));
    }
  };
  for (const root of roots) visit(root);
  return reached;
}

const notes = /ticket_?note|internal note/i;
/** Comments may speak of notes. */
const codeOf = (file: string) =>
  readFileSync(join(source, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

describe('what faces customers', () => {
  const reached = [...reach(facing)];

  it('is looked at whole', () => {
    expect(reached).toContain('database/client.ts');
    expect(reached.length).toBeGreaterThan(40);
    expect(codeOf('domain/tickets/say/record-note.ts')).toMatch(notes);
  });

  it('has no code in reach that knows of internal notes', () => {
    expect(reached.filter((file) => notes.test(codeOf(file)))).toEqual([]);
  });
});
