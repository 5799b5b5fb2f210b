import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../../src');

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

const generated = ['database/generated', 'web/plugin/generated'];

/** Every relative import in src/, generated code left out; paths are relative to src/. */
function readImports(): Import[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !generated.some((folder) => file.startsWith(folder)),
  );
  return files.flatMap((from) => {
    const { module } = parseSync(from, readFileSync(join(source, from), 'utf8'));
    const imports = module.staticImports.map((entry) => ({
      target: entry.moduleRequest.value,
      typeOnly: entry.entries.length > 0 && entry.entries.every((name) => name.isType),
    }));
    const reexports = module.staticExports.flatMap((entry) =>
      entry.entries.flatMap((name) =>
        name.moduleRequest ? [{ target: name.moduleRequest.value, typeOnly: name.isType }] : [],
      ),
    );
    return [...imports, ...reexports]
      .filter(({ target }) => target.startsWith('.'))
      .map(({ target, typeOnly }) => ({
        from,
        to: relative(source, resolve(source, dirname(from), target)),
        typeOnly,
      }));
  });
}

const imports = readImports();

/** The room of a file: its first folder, or its own name at the top of src/. */
const room = (file: string) => (file.includes('/') ? (file.split('/')[0] as string) : file);

/** What each room may import from beside itself. Types and logger.ts carry no behaviour and go everywhere. */
const mayImport: Record<string, string[]> = {
  'config.ts': [],
  'logger.ts': [],
  database: [],
  domain: ['database'],
  clients: ['domain'],
  slack: ['domain', 'database'],
  mail: ['domain', 'database'],
  metrics: ['domain', 'database'],
  web: ['domain', 'database', 'slack', 'mail'],
  jobs: ['domain', 'database', 'clients', 'slack', 'mail'],
  // What runs in browsers: of the domain, only how words are marked up.
  embed: ['domain'],
};

describe('the rooms of src/', () => {
  it('hold something', () => {
    expect(imports.length).toBeGreaterThan(20);
  });

  it.each(Object.entries(mayImport))('%s imports only from its own room and %j', (from, allowed) => {
    const breaches = imports
      .filter((edge) => room(edge.from) === from && room(edge.to) !== from)
      .filter((edge) => !allowed.includes(room(edge.to)) && edge.to !== 'logger.ts')
      .map((edge) => `${edge.from} -> ${edge.to}`);
    expect(breaches).toEqual([]);
  });

  it('let nothing import app.ts but main.ts', () => {
    const breaches = imports.filter((edge) => edge.to === 'app.ts' && edge.from !== 'main.ts');
    expect(breaches).toEqual([]);
  });

  it('let nothing import what wires them but app.ts', () => {
    const breaches = imports.filter(
      (edge) => room(edge.to) === 'wiring' && room(edge.from) !== 'wiring' && edge.from !== 'app.ts',
    );
    expect(breaches).toEqual([]);
  });

  it('have no import cycle', () => {
    const next = new Map<string, string[]>();
    for (const edge of imports) {
      if (!edge.typeOnly) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
    }
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: string[]): void => {
      if (path.includes(file)) {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      if (done.has(file)) return;
      for (const target of next.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of next.keys()) visit(file, []);
    expect(cycles).toEqual([]);
  });
});
