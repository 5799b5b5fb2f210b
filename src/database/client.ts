import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import { Prisma, PrismaClient } from './generated/client.ts';
import { registerPool, statementNames } from './statements.ts';

export type {
  AuditEntry,
  AuthorizedDomain,
  CheckoutPage,
  Installation,
  Invitation,
  Logo,
  Member as MemberRow,
  Organization,
  OutboxRow,
  Reconciliation,
  SeatChange,
} from './generated/client.ts';
export type {
  DeletionStatus,
  InvitationStatus,
  PaymentStatus,
  ReconciliationPhase,
  RefundStatus,
  SeatChangeStatus,
  Standing,
  SubscriptionStatus,
} from './generated/enums.ts';
export { Prisma };

export type Database = PrismaClient;
/** The database inside a transaction; what is written through it stands or falls together. */
export type Transaction = Prisma.TransactionClient;

export interface DatabaseOptions {
  /** Connections at most. */
  poolSize?: number;
}

export function createDatabase(connectionString: string, { poolSize = 10 }: DatabaseOptions = {}): Database {
  const pool = new Pool({ connectionString, max: poolSize });
  const nameOf = statementNames();
  const database = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: true, statementNameGenerator: nameOf }),
    // Transactions are short; under a burst they wait for a connection rather than fail (the default gives up in 2 s).
    transactionOptions: { maxWait: 15_000, timeout: 15_000 },
  });
  registerPool(database, pool, nameOf);
  return database;
}

/** The constraint or index that a write ran against, or null where `error` is something else. */
export function violatedConstraint(error: unknown): string | null {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return null;
  // P2002: a unique constraint, from a model's method. P2010: the same from a raw statement.
  if (error.code !== 'P2002' && error.code !== 'P2010') return null;
  const cause = (error.meta as { driverAdapterError?: { cause?: UniqueViolation } } | undefined)
    ?.driverAdapterError?.cause;
  if (cause?.kind !== 'UniqueConstraintViolation') return null;
  return cause.constraint?.index ?? cause.constraint?.fields?.join(',') ?? '';
}

interface UniqueViolation {
  kind?: string;
  constraint?: { index?: string; fields?: string[] };
}
