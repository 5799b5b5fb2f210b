-- DropIndex
DROP INDEX "tickets_assigned_to";

-- CreateIndex
CREATE INDEX "tickets_assigned_to" ON "tickets"("assignee_id", "active_at", "id") WHERE (assignee_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "tickets_uncategorized" ON "tickets"("organization_id", "active_at", "id") WHERE (category_id IS NULL);
