-- Rules that Prisma's schema language cannot express.

ALTER TABLE organizations
  ADD CONSTRAINT organizations_name CHECK (char_length(name) BETWEEN 1 AND 80),
  ADD CONSTRAINT organizations_description CHECK (char_length(description) <= 500),
  ADD CONSTRAINT organizations_prefix CHECK (prefix ~ '^[A-Z][A-Z0-9]{0,9}$'),
  ADD CONSTRAINT organizations_seats CHECK (seats_purchased >= 0);

ALTER TABLE members ADD CONSTRAINT members_email CHECK (email = lower(btrim(email)));

ALTER TABLE invitations
  ADD CONSTRAINT invitations_email CHECK (email = lower(btrim(email))),
  ADD CONSTRAINT invitations_role CHECK (role <> 'owner');

ALTER TABLE authorized_domains ADD CONSTRAINT authorized_domains_host CHECK (host = lower(host) AND host ~ '^[a-z0-9.-]+$');

ALTER TABLE ticket_sequences ADD CONSTRAINT ticket_sequences_number CHECK (last_number > 0);

ALTER TABLE seat_changes ADD CONSTRAINT seat_changes_quantity CHECK (to_quantity > 0);

-- Locks the organization's row, and only then counts who holds its seats. The count is a statement of its own because in
-- READ COMMITTED a statement that waited for the lock still counts what it saw before the wait, and oversells; a volatile
-- function takes a new snapshot for each of its statements. No row comes back where there is no such organization.
CREATE FUNCTION lock_seats(organization uuid, at timestamptz)
  RETURNS TABLE (purchased integer, members integer, pending integer)
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  SELECT o.seats_purchased INTO purchased FROM organizations o WHERE o.id = organization FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT
    (SELECT count(*) FROM members m WHERE m.organization_id = organization AND m.status = 'active'),
    (SELECT count(*) FROM invitations i
      WHERE i.organization_id = organization AND i.status = 'pending' AND i.expires_at > at)
  INTO members, pending;
  RETURN NEXT;
END
$$;
