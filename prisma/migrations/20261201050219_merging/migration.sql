-- AlterEnum
ALTER TYPE "thread_post_kind" ADD VALUE 'merged';
ALTER TYPE "thread_post_kind" ADD VALUE 'absorbed';

-- AlterTable
ALTER TABLE "tickets" ADD COLUMN     "merged_into_id" UUID;

-- CreateIndex
CREATE INDEX "tickets_merged_into" ON "tickets"("merged_into_id") WHERE (merged_into_id IS NOT NULL);

-- AddForeignKey
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_merged_into_id_fkey" FOREIGN KEY ("merged_into_id") REFERENCES "tickets"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Rules that Prisma's schema language cannot express.

ALTER TABLE tickets ADD CONSTRAINT tickets_merged CHECK (merged_into_id IS NULL OR (status = 'closed' AND merged_into_id <> id));

-- Where a ticket goes on is seen by its customer, as its status is, and is told with it.
DROP TRIGGER tickets_status_revision ON tickets;

CREATE TRIGGER tickets_status_revision BEFORE UPDATE OF status, merged_into_id ON tickets
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id)
  EXECUTE FUNCTION count_status();
