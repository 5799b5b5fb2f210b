-- CreateEnum
CREATE TYPE "ticket_priority" AS ENUM ('low', 'normal', 'high', 'urgent');

-- CreateEnum
CREATE TYPE "ticket_status" AS ENUM ('open', 'pending', 'resolved', 'closed');

-- CreateEnum
CREATE TYPE "ticket_source" AS ENUM ('slack', 'message', 'email', 'plugin');

-- AlterTable
ALTER TABLE "organizations" ADD COLUMN     "channel_trouble" TEXT,
ADD COLUMN     "support_channel_id" TEXT;

-- CreateTable
CREATE TABLE "ticket_categories" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "ticket_categories_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "customers" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "customers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tickets" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "prefix" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "priority" "ticket_priority" NOT NULL DEFAULT 'normal',
    "status" "ticket_status" NOT NULL DEFAULT 'open',
    "source" "ticket_source" NOT NULL,
    "category_id" UUID,
    "requester_id" UUID NOT NULL,
    "opened_by_id" UUID,
    "assignee_id" UUID,
    "permalink" TEXT,
    "preceding_id" UUID,
    "channel_id" TEXT,
    "message_ts" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "active_at" TIMESTAMPTZ(3) NOT NULL,
    "responded_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "tickets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ticket_messages" (
    "id" UUID NOT NULL,
    "ticket_id" UUID NOT NULL,
    "customer_id" UUID,
    "member_id" UUID,
    "text" TEXT NOT NULL,
    "slack_ts" TEXT,
    "mail_status" "delivery_status",
    "mail_error" TEXT,
    "mail_id" TEXT,
    "failure_ts" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "edited_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "ticket_messages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ticket_notes" (
    "id" UUID NOT NULL,
    "ticket_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "slack_ts" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "edited_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "ticket_notes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ticket_attachments" (
    "id" UUID NOT NULL,
    "ticket_id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "content" BYTEA NOT NULL,
    "slack_file_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ticket_attachments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "channel_slots" (
    "team_id" TEXT NOT NULL,
    "channel_id" TEXT NOT NULL,
    "free_at" TIMESTAMPTZ(3) NOT NULL,
    "holder" UUID,
    "posting" UUID,
    "since" TIMESTAMPTZ(3),

    CONSTRAINT "channel_slots_pkey" PRIMARY KEY ("team_id","channel_id")
);

-- CreateEnum
CREATE TYPE "thread_post_kind" AS ENUM ('message', 'note', 'file', 'failure');

-- CreateTable
CREATE TABLE "thread_posts" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "ticket_id" UUID NOT NULL,
    "kind" "thread_post_kind" NOT NULL,
    "parts" INTEGER NOT NULL DEFAULT 0,
    "subject_id" UUID NOT NULL,

    CONSTRAINT "thread_posts_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "thread_posts_organization_id_id_idx" ON "thread_posts"("organization_id", "id");

-- CreateIndex
CREATE INDEX "thread_posts_ticket_id_idx" ON "thread_posts"("ticket_id");

-- CreateIndex
CREATE UNIQUE INDEX "thread_posts_kind_subject_id_key" ON "thread_posts"("kind", "subject_id");

-- CreateIndex
CREATE INDEX "ticket_categories_organization_id_idx" ON "ticket_categories"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "customers_organization_id_email_key" ON "customers"("organization_id", "email");

-- CreateIndex
CREATE INDEX "tickets_organization_id_active_at_id_idx" ON "tickets"("organization_id", "active_at", "id");

-- CreateIndex
CREATE INDEX "tickets_organization_id_status_active_at_id_idx" ON "tickets"("organization_id", "status", "active_at", "id");

-- CreateIndex
CREATE INDEX "tickets_organization_id_assignee_id_status_active_at_idx" ON "tickets"("organization_id", "assignee_id", "status", "active_at");

-- CreateIndex
CREATE INDEX "tickets_requester_id_active_at_idx" ON "tickets"("requester_id", "active_at");

-- CreateIndex
CREATE INDEX "tickets_categorized" ON "tickets"("category_id", "active_at", "id") WHERE (category_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "tickets_prioritized" ON "tickets"("organization_id", "priority", "active_at", "id") WHERE (priority <> 'normal');

-- CreateIndex
CREATE INDEX "tickets_opened_by" ON "tickets"("opened_by_id") WHERE (opened_by_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "tickets_assigned_to" ON "tickets"("assignee_id") WHERE (assignee_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "tickets_preceded_by" ON "tickets"("preceding_id") WHERE (preceding_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "ticket_messages_of_customer" ON "ticket_messages"("customer_id") WHERE (customer_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "ticket_messages_of_member" ON "ticket_messages"("member_id") WHERE (member_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "ticket_notes_member_id_idx" ON "ticket_notes"("member_id");

-- CreateIndex
CREATE INDEX "tickets_unposted" ON "tickets"("organization_id", "id") WHERE (message_ts IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "tickets_organization_id_prefix_number_key" ON "tickets"("organization_id", "prefix", "number");

-- CreateIndex
CREATE UNIQUE INDEX "tickets_channel_id_message_ts_key" ON "tickets"("channel_id", "message_ts");

-- CreateIndex
CREATE INDEX "ticket_messages_ticket_id_id_idx" ON "ticket_messages"("ticket_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ticket_messages_ticket_id_slack_ts_key" ON "ticket_messages"("ticket_id", "slack_ts");

-- CreateIndex
CREATE INDEX "ticket_notes_ticket_id_id_idx" ON "ticket_notes"("ticket_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ticket_notes_ticket_id_slack_ts_key" ON "ticket_notes"("ticket_id", "slack_ts");

-- CreateIndex
CREATE INDEX "ticket_attachments_ticket_id_idx" ON "ticket_attachments"("ticket_id");

-- CreateIndex
CREATE UNIQUE INDEX "ticket_attachments_message_id_slack_file_id_key" ON "ticket_attachments"("message_id", "slack_file_id");

-- AddForeignKey
ALTER TABLE "ticket_categories" ADD CONSTRAINT "ticket_categories_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "customers" ADD CONSTRAINT "customers_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_category_id_fkey" FOREIGN KEY ("category_id") REFERENCES "ticket_categories"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_requester_id_fkey" FOREIGN KEY ("requester_id") REFERENCES "customers"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_opened_by_id_fkey" FOREIGN KEY ("opened_by_id") REFERENCES "members"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_assignee_id_fkey" FOREIGN KEY ("assignee_id") REFERENCES "members"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_preceding_id_fkey" FOREIGN KEY ("preceding_id") REFERENCES "tickets"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_messages" ADD CONSTRAINT "ticket_messages_ticket_id_fkey" FOREIGN KEY ("ticket_id") REFERENCES "tickets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_messages" ADD CONSTRAINT "ticket_messages_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customers"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_messages" ADD CONSTRAINT "ticket_messages_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_notes" ADD CONSTRAINT "ticket_notes_ticket_id_fkey" FOREIGN KEY ("ticket_id") REFERENCES "tickets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_notes" ADD CONSTRAINT "ticket_notes_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_attachments" ADD CONSTRAINT "ticket_attachments_ticket_id_fkey" FOREIGN KEY ("ticket_id") REFERENCES "tickets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_attachments" ADD CONSTRAINT "ticket_attachments_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "ticket_messages"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "thread_posts" ADD CONSTRAINT "thread_posts_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "thread_posts" ADD CONSTRAINT "thread_posts_ticket_id_fkey" FOREIGN KEY ("ticket_id") REFERENCES "tickets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Rules that Prisma's schema language cannot express.

ALTER TABLE ticket_categories ADD CONSTRAINT ticket_categories_name CHECK (char_length(name) BETWEEN 1 AND 50);

CREATE UNIQUE INDEX ticket_categories_offered ON ticket_categories (organization_id, lower(name)) WHERE archived_at IS NULL;

ALTER TABLE customers ADD CONSTRAINT customers_email CHECK (email = lower(btrim(email)));

ALTER TABLE tickets
  ADD CONSTRAINT tickets_title CHECK (char_length(title) BETWEEN 1 AND 150),
  ADD CONSTRAINT tickets_number CHECK (number > 0),
  ADD CONSTRAINT tickets_posted CHECK ((channel_id IS NULL) = (message_ts IS NULL));

ALTER TABLE ticket_messages ADD CONSTRAINT ticket_messages_author CHECK ((customer_id IS NULL) <> (member_id IS NULL));

ALTER TABLE ticket_attachments ADD CONSTRAINT ticket_attachments_size CHECK (size BETWEEN 0 AND 10485760);

-- The words of a ticket's title as the index keeps them, and the organization as one word more, so that a search in one
-- organization reads nothing of another's. What joins words, like a dot or a slash, takes them apart: the parser would keep
-- addresses and paths whole.
CREATE FUNCTION ticket_words(organization uuid, title text) RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN to_tsvector('simple', translate(title, '@./:-_+?=&%~#''', repeat(' ', 14)))
    || array_to_tsvector(ARRAY['organization ' || organization::text]);

CREATE INDEX tickets_words ON tickets USING gin (ticket_words(organization_id, title));
