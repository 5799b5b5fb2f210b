/** One line of the bench: something of ours, measured beside what it can at best be. */
export interface Line {
  name: string;
  unit: 'jobs/s' | 'requests/s' | 'pairs/s' | 'operations/s' | 's' | 'ms';
  /** What it is measured beside, in words. */
  floor: string;
  /** What value divided by floor has to reach, or for times may reach. */
  goal: number;
  /** Where the goal is a number of units instead: `value`. */
  goalFor?: 'ratio' | 'value';
  /** Rates are the better the higher, times the better the lower. */
  better: 'higher' | 'lower';
  /** Prepares both sides; what they need of servers and rows is made here and not measured. */
  prepare(bench: Bench): Promise<Sides>;
}

export interface Sides {
  /** One measurement of ours, in the line's unit. */
  value(): Promise<number>;
  /** One measurement of the floor, in the same unit. */
  floorValue(): Promise<number>;
  close(): Promise<void>;
}

/** The servers that the lines share. PostgreSQL writes durably, as it does in production. */
export interface Bench {
  /** A new database with our tables, in which nobody else works. */
  createDatabase(): Promise<string>;
  redisUrl(): Promise<string>;
}

export interface Result {
  name: string;
  value: number;
  unit: Line['unit'];
  floor: string;
  floorValue: number;
  ratio: number;
  goal: number;
  ok: boolean;
}

/** Measures both sides by turns, so that a busy minute of the machine meets both, and takes each one's median. */
export async function measure(line: Line, bench: Bench, rounds: number): Promise<Result> {
  const sides = await line.prepare(bench);
  const values: number[] = [];
  const floorValues: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      floorValues.push(await sides.floorValue());
      values.push(await sides.value());
    }
  } finally {
    await sides.close();
  }
  const { name, unit, floor, goal, goalFor = 'ratio', better } = line;
  const value = median(values);
  const floorValue = median(floorValues);
  const ratio = value / floorValue;
  const measured = goalFor === 'ratio' ? ratio : value;
  const ok = better === 'higher' ? measured >= goal : measured <= goal;
  return { name, value, unit, floor, floorValue, ratio, goal, ok };
}

export function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
