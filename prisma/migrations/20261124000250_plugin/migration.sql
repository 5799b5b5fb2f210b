-- CreateEnum
CREATE TYPE "api_key_kind" AS ENUM ('publishable', 'secret');

-- CreateEnum
CREATE TYPE "api_key_scope" AS ENUM ('tickets', 'payments');

-- CreateEnum
CREATE TYPE "payment_status" AS ENUM ('pending', 'paid', 'failed', 'partially_refunded', 'refunded');

-- CreateEnum
CREATE TYPE "refund_status" AS ENUM ('requested', 'succeeded', 'failed');

-- AlterTable
ALTER TABLE "ticket_messages" ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "ticket_messages" ALTER COLUMN "revision" SET DEFAULT -1;

-- AlterTable
ALTER TABLE "tickets" ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "status_revision" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "kind" "api_key_kind" NOT NULL,
    "publishable" TEXT,
    "secret_hash" BYTEA,
    "hint" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "scopes" "api_key_scope"[],
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plugin_requests" (
    "organization_id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "subject_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "plugin_requests_pkey" PRIMARY KEY ("organization_id","purpose","key")
);

-- CreateTable
CREATE TABLE "rate_limits" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "expire" BIGINT,

    CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "payment_accounts" (
    "organization_id" UUID NOT NULL,
    "account_id" TEXT NOT NULL,
    "details_submitted" BOOLEAN NOT NULL DEFAULT false,
    "charges_enabled" BOOLEAN NOT NULL DEFAULT false,
    "payouts_enabled" BOOLEAN NOT NULL DEFAULT false,
    "disabled_reason" TEXT,
    "read_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payment_accounts_pkey" PRIMARY KEY ("organization_id")
);

-- CreateTable
CREATE TABLE "products" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "unit_amount" INTEGER NOT NULL,
    "currency" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "products_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payments" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "product_name" TEXT NOT NULL,
    "unit_amount" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,
    "currency" TEXT NOT NULL,
    "amount" INTEGER NOT NULL,
    "fee" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "reference" TEXT,
    "origin" TEXT,
    "status" "payment_status" NOT NULL DEFAULT 'pending',
    "reason" TEXT,
    "account_id" TEXT NOT NULL,
    "request_key" TEXT NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "session_id" TEXT,
    "checkout_url" TEXT,
    "success_url" TEXT NOT NULL,
    "cancel_url" TEXT NOT NULL,
    "payment_intent_id" TEXT,
    "refunded_amount" INTEGER NOT NULL DEFAULT 0,
    "refunded_fee" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "paid_at" TIMESTAMPTZ(3),
    "read_at" TIMESTAMPTZ(3),
    "channel_id" TEXT,
    "message_ts" TEXT,
    "shown_refund" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "payments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refunds" (
    "id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "amount" INTEGER NOT NULL,
    "status" "refund_status" NOT NULL DEFAULT 'requested',
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "requested_by" TEXT,
    "stripe_refund_id" TEXT,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "refunds_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_publishable_key" ON "api_keys"("publishable");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_secret_hash_key" ON "api_keys"("secret_hash");

-- CreateIndex
CREATE INDEX "api_keys_organization_id_created_at_idx" ON "api_keys"("organization_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_one_publishable" ON "api_keys"("organization_id") WHERE (kind = 'publishable' AND ends_at IS NULL);

-- CreateIndex
CREATE INDEX "plugin_requests_created_at_idx" ON "plugin_requests"("created_at");

-- CreateIndex
CREATE INDEX "rate_limits_expire_idx" ON "rate_limits"("expire");

-- CreateIndex
CREATE UNIQUE INDEX "payment_accounts_account_id_key" ON "payment_accounts"("account_id");

-- CreateIndex
CREATE INDEX "products_organization_id_id_idx" ON "products"("organization_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "payments_session_id_key" ON "payments"("session_id");

-- CreateIndex
CREATE UNIQUE INDEX "payments_payment_intent_id_key" ON "payments"("payment_intent_id");

-- CreateIndex
CREATE INDEX "payments_organization_id_id_idx" ON "payments"("organization_id", "id");

-- CreateIndex
CREATE INDEX "payments_product_id_idx" ON "payments"("product_id");

-- CreateIndex
CREATE INDEX "payments_pending" ON "payments"("expires_at") WHERE (status = 'pending');

-- CreateIndex
CREATE INDEX "payments_organization_id_status_id_idx" ON "payments"("organization_id", "status", "id");

-- CreateIndex
CREATE INDEX "payments_totals" ON "payments"("organization_id", "currency", "paid_at", "amount", "fee", "refunded_amount", "refunded_fee") WHERE (paid_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "payments_untold" ON "payments"("organization_id", "id") WHERE (paid_at IS NOT NULL AND (message_ts IS NULL OR shown_refund <> refunded_amount));

-- CreateIndex
CREATE UNIQUE INDEX "payments_organization_id_request_key_key" ON "payments"("organization_id", "request_key");

-- CreateIndex
CREATE UNIQUE INDEX "refunds_stripe_refund_id_key" ON "refunds"("stripe_refund_id");

-- CreateIndex
CREATE INDEX "refunds_payment_id_id_idx" ON "refunds"("payment_id", "id");

-- CreateIndex
CREATE INDEX "ticket_messages_ticket_id_revision_idx" ON "ticket_messages"("ticket_id", "revision");

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plugin_requests" ADD CONSTRAINT "plugin_requests_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment_accounts" ADD CONSTRAINT "payment_accounts_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "products" ADD CONSTRAINT "products_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payments" ADD CONSTRAINT "payments_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payments" ADD CONSTRAINT "payments_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "products"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Rules that Prisma's schema language cannot express.

ALTER TABLE api_keys
  ADD CONSTRAINT api_keys_secret CHECK (
    (kind = 'publishable' AND publishable IS NOT NULL AND secret_hash IS NULL)
    OR (kind = 'secret' AND publishable IS NULL AND octet_length(secret_hash) = 32)),
  ADD CONSTRAINT api_keys_name CHECK (char_length(name) BETWEEN 1 AND 50);

ALTER TABLE products
  ADD CONSTRAINT products_name CHECK (char_length(name) BETWEEN 1 AND 100),
  ADD CONSTRAINT products_price CHECK (unit_amount > 0),
  ADD CONSTRAINT products_currency CHECK (currency ~ '^[a-z]{3}$');

ALTER TABLE payments
  ADD CONSTRAINT payments_amount CHECK (quantity > 0 AND amount = unit_amount * quantity),
  ADD CONSTRAINT payments_fee CHECK (fee BETWEEN 0 AND amount),
  ADD CONSTRAINT payments_refunded CHECK (refunded_amount BETWEEN 0 AND amount AND refunded_fee BETWEEN 0 AND fee),
  ADD CONSTRAINT payments_posted CHECK ((channel_id IS NULL) = (message_ts IS NULL)),
  ADD CONSTRAINT payments_paid CHECK ((paid_at IS NULL) = (status IN ('pending', 'failed')));

ALTER TABLE refunds ADD CONSTRAINT refunds_amount CHECK (amount > 0);

-- A conversation's revisions. Whatever changes what a customer sees counts the ticket's revision up and is known by it, in the
-- order in which it commits: the ticket's row stays locked until then. Who writes messages or files locks the ticket first, or two
-- of them wait for each other: a message's row is locked before its trigger runs.
--
-- -1 asks to be counted. The first message is written with its ticket, in one statement and as revision 0: nobody can be watching.
ALTER TABLE ticket_messages ADD CONSTRAINT ticket_messages_counted CHECK (revision >= 0);

CREATE FUNCTION count_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE tickets SET revision = revision + 1 WHERE id = NEW.ticket_id RETURNING revision INTO NEW.revision;
  NEW.revision := coalesce(NEW.revision, 0);
  PERFORM pg_notify('conversations', NEW.ticket_id::text);
  RETURN NEW;
END $$;

CREATE TRIGGER ticket_messages_said BEFORE INSERT ON ticket_messages
  FOR EACH ROW WHEN (NEW.revision < 0) EXECUTE FUNCTION count_revision();

CREATE TRIGGER ticket_messages_changed BEFORE UPDATE OF text, deleted_at, revision ON ticket_messages
  FOR EACH ROW WHEN (NEW.revision < 0 OR OLD.text <> NEW.text OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at)
  EXECUTE FUNCTION count_revision();

-- Files that come to a message later are a change of it. Those that are written in its own transaction came with it.
CREATE FUNCTION count_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ticket_messages SET revision = -1
   WHERE id IN (SELECT message_id FROM added) AND xmin <> pg_current_xact_id()::xid;
  RETURN NULL;
END $$;

CREATE TRIGGER ticket_attachments_added AFTER INSERT ON ticket_attachments REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION count_files();

CREATE FUNCTION count_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revision := OLD.revision + 1;
  NEW.status_revision := NEW.revision;
  PERFORM pg_notify('conversations', NEW.id::text);
  RETURN NEW;
END $$;

CREATE TRIGGER tickets_status_revision BEFORE UPDATE OF status ON tickets
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION count_status();
