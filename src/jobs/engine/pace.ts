/** How fast the engine looks, waits and gives up. Milliseconds, but for the counts. */
export interface Pace {
  /** Rows claimed in one step. */
  batch: number;
  /** A relay that was not told of anything looks this often. */
  pollMs: number;
  /** A queued row is looked after when its effect was not done in this time. */
  visibilityMs: number;
  /** How often the sweep looks for such rows. */
  sweepMs: number;
  /** A row whose job is missing gets this long until it is taken for lost: its mark may be on the way. */
  markMs: number;
  /** After a start, and after an outage of the database, the sweep waits until every process has marked what it did. */
  calmMs: number;
  /** How often the rows of the schedules are looked for. */
  scheduleMs: number;
  /** A worker that does not renew its hold on a job in this time is taken for dead. */
  lockMs: number;
  /** How often dead workers are looked for. */
  stalledMs: number;
  /** The try after which a failing effect is parked. */
  tries: number;
  /** stop() waits this long for the jobs that were begun. */
  stopMs: number;
  /** Jobs at a time in every queue, instead of what src/jobs/queues.ts says. */
  concurrency?: number;
}

export const usualPace: Pace = {
  batch: 500,
  pollMs: 1000,
  visibilityMs: 60_000,
  sweepMs: 15_000,
  markMs: 500,
  calmMs: 10_000,
  scheduleMs: 60_000,
  lockMs: 30_000,
  stalledMs: 15_000,
  tries: 8,
  stopMs: 20_000,
};
