-- CreateEnum
CREATE TYPE "subscription_status" AS ENUM ('incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'unpaid', 'canceled', 'paused');

-- CreateEnum
CREATE TYPE "role" AS ENUM ('owner', 'admin', 'agent');

-- CreateEnum
CREATE TYPE "member_status" AS ENUM ('active', 'removed');

-- CreateEnum
CREATE TYPE "invitation_status" AS ENUM ('pending', 'accepted', 'declined', 'revoked', 'expired');

-- CreateEnum
CREATE TYPE "delivery_status" AS ENUM ('queued', 'sent', 'failed');

-- CreateEnum
CREATE TYPE "seat_change_status" AS ENUM ('requested', 'sent', 'awaiting_payment', 'applied', 'refused', 'expired', 'superseded');

-- CreateEnum
CREATE TYPE "standing" AS ENUM ('full', 'guest', 'stranger', 'bot');

-- CreateEnum
CREATE TYPE "outbox_status" AS ENUM ('pending', 'queued', 'done', 'parked');

-- CreateTable
CREATE TABLE "organizations" (
    "id" UUID NOT NULL,
    "team_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "prefix" TEXT NOT NULL DEFAULT 'TKT',
    "join_link" TEXT,
    "seats_purchased" INTEGER NOT NULL DEFAULT 0,
    "stripe_customer_id" TEXT,
    "subscription_id" TEXT,
    "subscription_status" "subscription_status",
    "period_ends_at" TIMESTAMPTZ(3),
    "subscription_read_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "logos" (
    "organization_id" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "logos_pkey" PRIMARY KEY ("organization_id")
);

-- CreateTable
CREATE TABLE "members" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "email" TEXT,
    "name" TEXT NOT NULL,
    "role" "role" NOT NULL,
    "status" "member_status" NOT NULL DEFAULT 'active',
    "joined_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "members_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitations" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" "role" NOT NULL,
    "status" "invitation_status" NOT NULL DEFAULT 'pending',
    "token_hash" BYTEA NOT NULL,
    "invited_by_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "sends" INTEGER NOT NULL DEFAULT 1,
    "mail_status" "delivery_status" NOT NULL DEFAULT 'queued',
    "mail_error" TEXT,
    "invitee_user_id" TEXT,
    "message_channel" TEXT,
    "message_ts" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),
    "expiry_told_at" TIMESTAMPTZ(3),
    "seat_missed_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "authorized_domains" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "host" TEXT NOT NULL,
    "include_subdomains" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "authorized_domains_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ticket_sequences" (
    "organization_id" UUID NOT NULL,
    "prefix" TEXT NOT NULL,
    "last_number" INTEGER NOT NULL,

    CONSTRAINT "ticket_sequences_pkey" PRIMARY KEY ("organization_id","prefix")
);

-- CreateTable
CREATE TABLE "seat_changes" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "from_quantity" INTEGER NOT NULL,
    "to_quantity" INTEGER NOT NULL,
    "status" "seat_change_status" NOT NULL DEFAULT 'requested',
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "requested_by" TEXT NOT NULL,
    "proration_at" TIMESTAMPTZ(3) NOT NULL,
    "amount_due" INTEGER,
    "invoice_id" TEXT,
    "payment_url" TEXT,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "seat_changes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "seat_drafts" (
    "view_id" TEXT NOT NULL,
    "organization_id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "wanted" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "seat_drafts_pkey" PRIMARY KEY ("view_id")
);

-- CreateTable
CREATE TABLE "audit_entries" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "actor_user_id" TEXT,
    "actor_name" TEXT NOT NULL,
    "subject" TEXT,
    "before" JSONB,
    "after" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "installations" (
    "team_id" TEXT NOT NULL,
    "team_name" TEXT,
    "app_id" TEXT,
    "bot_user_id" TEXT NOT NULL,
    "bot_id" TEXT,
    "sealed" TEXT NOT NULL,
    "scopes" TEXT[],
    "installer_user_id" TEXT NOT NULL,
    "installed_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "installations_pkey" PRIMARY KEY ("team_id")
);

-- CreateTable
CREATE TABLE "slack_people" (
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT,
    "standing" "standing" NOT NULL,
    "deactivated" BOOLEAN NOT NULL DEFAULT false,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "slack_people_pkey" PRIMARY KEY ("team_id","user_id")
);

-- CreateTable
CREATE TABLE "home_views" (
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "home_views_pkey" PRIMARY KEY ("team_id","user_id")
);

-- CreateTable
CREATE TABLE "intake" (
    "key" TEXT NOT NULL,
    "body" BYTEA,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "handled_at" TIMESTAMPTZ(3),

    CONSTRAINT "intake_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" UUID NOT NULL,
    "topic" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "key" TEXT,
    "status" "outbox_status" NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "available_at" TIMESTAMPTZ(3) NOT NULL,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "organizations_team_id_key" ON "organizations"("team_id");

-- CreateIndex
CREATE UNIQUE INDEX "organizations_stripe_customer_id_key" ON "organizations"("stripe_customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "organizations_subscription_id_key" ON "organizations"("subscription_id");

-- CreateIndex
CREATE UNIQUE INDEX "logos_path_key" ON "logos"("path");

-- CreateIndex
CREATE INDEX "members_organization_id_status_role_name_id_idx" ON "members"("organization_id", "status", "role", "name", "id");

-- CreateIndex
CREATE INDEX "members_organization_id_email_idx" ON "members"("organization_id", "email");

-- CreateIndex
CREATE UNIQUE INDEX "members_organization_id_user_id_key" ON "members"("organization_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "members_one_owner" ON "members"("organization_id") WHERE (role = 'owner' AND status = 'active');

-- CreateIndex
CREATE UNIQUE INDEX "invitations_token_hash_key" ON "invitations"("token_hash");

-- CreateIndex
CREATE INDEX "invitations_pending" ON "invitations"("organization_id", "expires_at", "id") WHERE (status = 'pending');

-- CreateIndex
CREATE INDEX "invitations_due" ON "invitations"("expires_at") WHERE (status = 'pending');

-- CreateIndex
CREATE INDEX "invitations_expired_untold" ON "invitations"("invited_by_id", "settled_at") WHERE (status = 'expired' AND expiry_told_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "invitations_one_pending" ON "invitations"("organization_id", "email") WHERE (status = 'pending');

-- CreateIndex
CREATE UNIQUE INDEX "authorized_domains_organization_id_host_key" ON "authorized_domains"("organization_id", "host");

-- CreateIndex
CREATE INDEX "seat_changes_organization_id_created_at_idx" ON "seat_changes"("organization_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "seat_changes_one_waiting" ON "seat_changes"("organization_id") WHERE (status = 'requested');

-- CreateIndex
CREATE UNIQUE INDEX "seat_changes_one_in_flight" ON "seat_changes"("organization_id") WHERE (status = 'sent' OR status = 'awaiting_payment');

-- CreateIndex
CREATE INDEX "seat_drafts_organization_id_user_id_updated_at_idx" ON "seat_drafts"("organization_id", "user_id", "updated_at");

-- CreateIndex
CREATE INDEX "audit_entries_organization_id_id_idx" ON "audit_entries"("organization_id", "id");

-- CreateIndex
CREATE INDEX "slack_people_team_id_email_idx" ON "slack_people"("team_id", "email");

-- CreateIndex
CREATE INDEX "intake_received_at_idx" ON "intake"("received_at");

-- CreateIndex
CREATE INDEX "outbox_waiting" ON "outbox"("available_at", "id") WHERE (status = 'pending');

-- CreateIndex
CREATE INDEX "outbox_queued" ON "outbox"("available_at", "id") WHERE (status = 'queued');

-- CreateIndex
CREATE INDEX "outbox_parked" ON "outbox"("id") WHERE (status = 'parked');

-- CreateIndex
CREATE INDEX "outbox_done" ON "outbox"("done_at") WHERE (status = 'done');

-- CreateIndex
CREATE UNIQUE INDEX "outbox_one_waiting" ON "outbox"("key") WHERE (status = 'pending');

-- AddForeignKey
ALTER TABLE "logos" ADD CONSTRAINT "logos_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_invited_by_id_fkey" FOREIGN KEY ("invited_by_id") REFERENCES "members"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "authorized_domains" ADD CONSTRAINT "authorized_domains_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_sequences" ADD CONSTRAINT "ticket_sequences_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "seat_changes" ADD CONSTRAINT "seat_changes_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "seat_drafts" ADD CONSTRAINT "seat_drafts_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;
