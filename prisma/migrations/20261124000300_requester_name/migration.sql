-- AlterTable
ALTER TABLE "tickets" ADD COLUMN     "requester_name" TEXT;

-- A customer who was given no name is called by the address.
UPDATE tickets SET requester_name = customers.name FROM customers
 WHERE customers.id = tickets.requester_id AND customers.name <> customers.email;
