-- AlterTable
ALTER TABLE "overdue_invoices" ADD COLUMN     "issued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- What an unpaid subscription waits for, Stripe does not try to collect.
ALTER TABLE "overdue_invoices" DROP CONSTRAINT "overdue_invoices_attempt";
ALTER TABLE "overdue_invoices" ADD CONSTRAINT "overdue_invoices_attempt" CHECK (attempt >= 0);
