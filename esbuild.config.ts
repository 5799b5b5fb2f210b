import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin, transform } from 'esbuild';

const sources = join(import.meta.dirname, 'src/embed');
const generated = join(import.meta.dirname, 'src/web/plugin/generated/script.ts');

/**
 * Bundles what runs in browsers (src/embed) into the module that the web room serves it from. It is not part of the sources,
 * like Prisma's client; written only where it changed, and all at once, since tests may read it meanwhile. Gives the files that
 * went into it.
 */
export async function bundle(): Promise<string[]> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: import.meta.dirname,
    metafile: true,
    entryPoints: [join(sources, 'main.ts')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    plugins: [styles],
  });
  const script = (outputFiles[0]?.text ?? '').trim();
  const shared = ['styles/form.css', 'styles/conversation.css'];
  const conversation = await Promise.all(shared.map((file) => minified(join(sources, file))));
  const hash = createHash('sha256').update(script).digest('base64url').slice(0, 22);
  write(`// Made from src/embed by \`npm run embed\`.
export const script = ${JSON.stringify(script)};
export const scriptHash = ${JSON.stringify(hash)};
export const conversationStyles = ${JSON.stringify(conversation.join(''))};
`);
  return Object.keys(metafile.inputs);
}

/** A stylesheet is imported as its minified text. */
const styles: Plugin = {
  name: 'styles',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => ({ contents: await minified(path), loader: 'text' }));
  },
};

async function minified(path: string): Promise<string> {
  const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
  return code.trim();
}

function write(text: string): void {
  if (existsSync(generated) && readFileSync(generated, 'utf8') === text) return;
  mkdirSync(dirname(generated), { recursive: true });
  const draft = `${generated}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, generated);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await bundle();
