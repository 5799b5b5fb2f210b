import type { Context } from '../../domain/context.ts';
import { effect } from '../../domain/effects.ts';
import { record } from '../../domain/record.ts';
import { defineJob, type Job } from '../job.ts';
import type { Schedules } from '../schedules.ts';

/*
 * A schedule is a row of the outbox that is due at its next run, and that writes its successor when it is done. So a
 * schedule survives whatever an effect survives, an emptied queue as well as a killed process; among all processes one
 * runs it; and a run that was missed is made up for at the next start.
 */

const keyOf = (name: string) => `schedule:${name}`;

/** The job that runs a schedule's row. */
export function runSchedule<C extends Context>(schedules: Schedules<C>): Job<'schedule', C> {
  return defineJob<'schedule', C>('schedule', {
    queue: 'events',
    async run(context, { name }, { log }) {
      const schedule = schedules[name];
      // An older release left its row behind.
      if (schedule === undefined) return;
      await schedule.run(context, { log: log.child({ schedule: name }) });
      const availableAt = new Date(context.now().getTime() + 1000 * schedule.every);
      await record(
        context.database,
        context,
        [],
        [effect('schedule', { name }, { key: keyOf(name), availableAt })],
      );
    },
  });
}

/**
 * Writes a row, due now, for every schedule that has none: at the first start, and after its row was parked. Brings a row
 * forward that a longer interval of an older release wrote.
 */
export async function ensureSchedules<C extends Context>(context: C, schedules: Schedules<C>): Promise<void> {
  const now = context.now();
  for (const [name, { every }] of Object.entries(schedules)) {
    const latest = new Date(now.getTime() + 1000 * every);
    await context.database.$executeRaw`
      WITH forward AS (
        UPDATE outbox SET available_at = ${latest}
         WHERE key = ${keyOf(name)} AND status = 'pending' AND available_at > ${latest})
      INSERT INTO outbox (id, topic, payload, key, available_at, created_at)
      SELECT ${context.newId()}::uuid, 'schedule', ${JSON.stringify({ name })}::jsonb, ${keyOf(name)}, ${now}, ${now}
       WHERE NOT EXISTS (
         SELECT 1 FROM outbox
          WHERE topic = 'schedule' AND status IN ('pending', 'queued') AND payload ->> 'name' = ${name})
      ON CONFLICT (key) WHERE status = 'pending' DO NOTHING`;
  }
}
