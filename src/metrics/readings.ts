import { Prisma } from '../database/client.ts';
import { countOpenFindings } from '../domain/billing/list-findings.ts';
import type { Context } from '../domain/context.ts';
import { openStatuses } from '../domain/seats/transitions.ts';

/** What stands under each name, for whoever reads a dashboard. Every name here is measured at every scrape. */
export const metrics = {
  orgdesk_build_info: 'The version that runs, as a label of a constant 1.',
  orgdesk_start_time_seconds: 'When this process was started, in seconds since 1970.',
  orgdesk_outbox_rows:
    'Effects that are not done, by status; parked ones were given up and wait for an operator.',
  orgdesk_outbox_oldest_due_seconds:
    'For how long the effect that is due longest has been due; 0 where none is.',
  orgdesk_billing_findings_open: 'What was found at Stripe and has to be looked at, by kind.',
  orgdesk_reconciliation_age_seconds:
    'Since when the billing was last compared with Stripe to the end; since the first organization where it never was.',
  orgdesk_reconciliation_repaired: 'What the last finished comparison with Stripe put right.',
  orgdesk_reconciliation_replayed_events: "Events of Stripe's that the last finished comparison took in.",
  orgdesk_seat_changes_open: 'Seat changes that are not settled, by status.',
  orgdesk_seat_change_oldest_seconds:
    'For how long the oldest seat change of a status is due: since it was sent, or from the moment that it may be; 0 where none is.',
} as const satisfies Record<string, string>;

export type MetricName = keyof typeof metrics;

/** One number under a name, and maybe a label. */
export interface Reading {
  name: MetricName;
  value: number;
  labels?: Record<string, string>;
}

interface Figures {
  pending: number;
  queued: number;
  parked: number;
  oldestDue: Date | null;
  lastFinished: Date | null;
  firstOrganization: Date | null;
  repaired: number | null;
  replayed: number | null;
}

/**
 * All that is read from the database, in three statements on indexes that hold only what is open, so that it may be asked every
 * few seconds however much was done before.
 */
export async function readDatabase(context: Pick<Context, 'database' | 'now'>): Promise<Reading[]> {
  const [figures, findings, changes] = await Promise.all([
    readFigures(context),
    countOpenFindings(context),
    readSeatChanges(context),
  ]);
  const age = (since: Date | null | undefined) =>
    since ? Math.max(0, (context.now().getTime() - since.getTime()) / 1000) : 0;
  const { pending, queued, parked } = figures;
  return [
    ...Object.entries({ pending, queued, parked }).map(
      ([status, value]): Reading => ({ name: 'orgdesk_outbox_rows', value, labels: { status } }),
    ),
    { name: 'orgdesk_outbox_oldest_due_seconds', value: age(figures.oldestDue) },
    ...Object.entries(findings).map(
      ([kind, value]): Reading => ({ name: 'orgdesk_billing_findings_open', value, labels: { kind } }),
    ),
    {
      name: 'orgdesk_reconciliation_age_seconds',
      value: age(figures.lastFinished ?? figures.firstOrganization),
    },
    { name: 'orgdesk_reconciliation_repaired', value: figures.repaired ?? 0 },
    { name: 'orgdesk_reconciliation_replayed_events', value: figures.replayed ?? 0 },
    ...openStatuses.flatMap((status): Reading[] => {
      const found = changes.get(status);
      const labels = { status };
      return [
        { name: 'orgdesk_seat_changes_open', value: found?.open ?? 0, labels },
        { name: 'orgdesk_seat_change_oldest_seconds', value: age(found?.since), labels },
      ];
    }),
  ];
}

async function readFigures({ database, now }: Pick<Context, 'database' | 'now'>): Promise<Figures> {
  const [figures] = await database.$queryRaw<[Figures]>(figuresQuery(now()));
  return figures;
}

/** Exported for the test that looks at how it is planned. */
export function figuresQuery(now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT (SELECT count(*)::int FROM outbox WHERE status = 'pending') AS pending,
           (SELECT count(*)::int FROM outbox WHERE status = 'queued') AS queued,
           (SELECT count(*)::int FROM outbox WHERE status = 'parked') AS parked,
           least((SELECT min(available_at) FROM outbox WHERE status = 'pending' AND available_at <= ${now}),
                 (SELECT min(available_at) FROM outbox WHERE status = 'queued' AND available_at <= ${now}))
             AS "oldestDue",
           (SELECT created_at FROM organizations ORDER BY id LIMIT 1) AS "firstOrganization",
           last.finished_at AS "lastFinished", last.repaired, last.replayed
      FROM (SELECT 1) AS one
      LEFT JOIN LATERAL (SELECT finished_at, repaired, replayed FROM reconciliations
        WHERE finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT 1) last ON true`;
}

async function readSeatChanges({ database }: Pick<Context, 'database'>) {
  const rows = await database.$queryRaw<{ status: string; open: number; since: Date }[]>(seatChangesQuery);
  return new Map(rows.map(({ status, ...found }) => [status, found]));
}

/** The conditions are those of the partial indexes on open changes. Exported as above. */
export const seatChangesQuery = Prisma.sql`
  SELECT 'requested' AS status, count(*)::int AS open, min(greatest(created_at, send_after)) AS since
    FROM seat_changes WHERE status = 'requested' HAVING count(*) > 0
  UNION ALL
  SELECT status::text, count(*)::int, min(greatest(sent_at, send_after))
    FROM seat_changes WHERE status = 'sent' OR status = 'awaiting_payment' GROUP BY status`;
