-- AlterTable
ALTER TABLE "intake" ADD COLUMN     "line" TEXT,
ADD COLUMN     "line_ts" TEXT;

-- AlterTable
ALTER TABLE "ticket_messages" ADD COLUMN     "edited_ts" TEXT;

-- AlterTable
ALTER TABLE "ticket_notes" ADD COLUMN     "edited_ts" TEXT;

-- CreateIndex
CREATE INDEX "intake_in_line" ON "intake"("line", "line_ts") WHERE (handled_at IS NULL AND line IS NOT NULL);
