import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Line, measure, type Result } from './line.ts';
import { startServers } from './servers.ts';

// npm run bench [-- --json] [-- --rounds 5] [-- part of a name …]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' } },
});

const lines = (await readLines()).filter(
  ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
);
const servers = await startServers();
let allOk = true;
try {
  for (const line of lines) {
    const result = await measure(line, servers, Number(values.rounds));
    allOk &&= result.ok;
    console.log(values.json ? JSON.stringify(rounded(result)) : inWords(result, line));
  }
} finally {
  await servers.stop();
}
process.exit(allOk ? 0 : 1);

/** Every file in lines/ exports its `lines`. */
async function readLines(): Promise<Line[]> {
  const files = readdirSync(new URL('./lines/', import.meta.url)).sort();
  const modules: { lines: Line[] }[] = await Promise.all(files.map((file) => import(`./lines/${file}`)));
  return modules.flatMap((module) => module.lines);
}

function rounded(result: Result): Result {
  const round = (number: number) => Number(number.toPrecision(4));
  const { value, floorValue, ratio } = result;
  return { ...result, value: round(value), floorValue: round(floorValue), ratio: round(ratio) };
}

function inWords(result: Result, { better, goalFor }: Line): string {
  const { name, value, unit, floor, floorValue, ratio, goal, ok } = rounded(result);
  const wanted = `${better === 'higher' ? '>=' : '<='} ${goal}${goalFor === 'value' ? ` ${unit}` : ''}`;
  return `${ok ? 'ok  ' : 'MISS'} ${name}: ${value} ${unit}; ${floor}: ${floorValue} ${unit}; ratio ${ratio} (goal ${wanted})`;
}
