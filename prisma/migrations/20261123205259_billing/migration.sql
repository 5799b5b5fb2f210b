-- CreateEnum
CREATE TYPE "checkout_status" AS ENUM ('open', 'completed', 'expired');

-- CreateEnum
CREATE TYPE "reconciliation_phase" AS ENUM ('organizations', 'subscriptions', 'events');

-- CreateEnum
CREATE TYPE "deletion_status" AS ENUM ('requested', 'exporting', 'scheduled', 'deleting', 'undone', 'failed', 'done');

-- AlterTable
ALTER TABLE "organizations" ADD COLUMN     "currency" TEXT NOT NULL DEFAULT 'gbp',
ADD COLUMN     "ends_at" TIMESTAMPTZ(3),
ADD COLUMN     "seat_price" INTEGER;

-- AlterTable
ALTER TABLE "seat_changes" ADD COLUMN     "delay_told_at" TIMESTAMPTZ(3),
ADD COLUMN     "send_after" TIMESTAMPTZ(3),
ADD COLUMN     "wait_told_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "overdue_invoices" (
    "invoice_id" TEXT NOT NULL,
    "organization_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "amount_due" INTEGER NOT NULL,
    "url" TEXT,
    "next_attempt_at" TIMESTAMPTZ(3),

    CONSTRAINT "overdue_invoices_pkey" PRIMARY KEY ("invoice_id")
);

-- CreateTable
CREATE TABLE "checkout_pages" (
    "session_id" TEXT NOT NULL,
    "organization_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    "status" "checkout_status" NOT NULL DEFAULT 'open',
    "subscription_id" TEXT,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "checkout_pages_pkey" PRIMARY KEY ("session_id")
);

-- CreateTable
CREATE TABLE "billing_findings" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "organization_id" UUID,
    "detail" JSONB NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "billing_findings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reconciliations" (
    "id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "phase" "reconciliation_phase" NOT NULL DEFAULT 'organizations',
    "cursor" TEXT,
    "compared" INTEGER NOT NULL DEFAULT 0,
    "repaired" INTEGER NOT NULL DEFAULT 0,
    "found" INTEGER NOT NULL DEFAULT 0,
    "replayed" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "reconciliations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organization_deletions" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "team_id" TEXT NOT NULL,
    "status" "deletion_status" NOT NULL DEFAULT 'requested',
    "requested_by" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "subscription_id" TEXT,
    "delete_at" TIMESTAMPTZ(3),
    "reason" TEXT,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "organization_deletions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "overdue_invoices_organization_id_idx" ON "overdue_invoices"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "checkout_pages_subscription_id_key" ON "checkout_pages"("subscription_id");

-- CreateIndex
CREATE INDEX "checkout_pages_organization_id_opened_at_idx" ON "checkout_pages"("organization_id", "opened_at");

-- CreateIndex
CREATE INDEX "billing_findings_open" ON "billing_findings"("kind") WHERE (resolved_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "billing_findings_kind_subject_key" ON "billing_findings"("kind", "subject");

-- CreateIndex
CREATE INDEX "reconciliations_finished_at_idx" ON "reconciliations"("finished_at");

-- CreateIndex
CREATE INDEX "organization_deletions_organization_id_requested_at_idx" ON "organization_deletions"("organization_id", "requested_at");

-- CreateIndex
CREATE UNIQUE INDEX "organization_deletions_one_open" ON "organization_deletions"("organization_id") WHERE (status = 'requested' OR status = 'exporting' OR status = 'scheduled' OR status = 'deleting');

-- CreateIndex
CREATE INDEX "organization_deletions_due" ON "organization_deletions"("delete_at") WHERE (status = 'scheduled' OR status = 'deleting');

-- CreateIndex
CREATE INDEX "seat_changes_organization_id_sent_at_idx" ON "seat_changes"("organization_id", "sent_at");

-- AddForeignKey
ALTER TABLE "overdue_invoices" ADD CONSTRAINT "overdue_invoices_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "checkout_pages" ADD CONSTRAINT "checkout_pages_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Rules that Prisma's schema language cannot express.

ALTER TABLE organizations
  ADD CONSTRAINT organizations_seat_price CHECK (seat_price >= 0),
  ADD CONSTRAINT organizations_currency CHECK (currency ~ '^[a-z]{3}$');

-- What is with Stripe was sent, and what has come to its end is settled: see src/domain/seats/transitions.ts.
ALTER TABLE seat_changes
  ADD CONSTRAINT seat_changes_sent CHECK (sent_at IS NOT NULL OR status NOT IN ('sent', 'awaiting_payment')),
  ADD CONSTRAINT seat_changes_settled
    CHECK ((settled_at IS NULL) = (status IN ('requested', 'sent', 'awaiting_payment')));

ALTER TABLE overdue_invoices ADD CONSTRAINT overdue_invoices_attempt CHECK (attempt > 0);

ALTER TABLE checkout_pages ADD CONSTRAINT checkout_pages_quantity CHECK (quantity > 0);

-- What is to be deleted at a moment knows the moment, and what has come to its end is settled.
ALTER TABLE organization_deletions
  ADD CONSTRAINT organization_deletions_dated CHECK (delete_at IS NOT NULL OR status NOT IN ('scheduled', 'deleting', 'done')),
  ADD CONSTRAINT organization_deletions_settled
    CHECK ((settled_at IS NOT NULL) = (status IN ('undone', 'failed', 'done')));
