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
-- FOR NO KEY UPDATE, not FOR UPDATE: whoever writes an audit line or an invite takes FOR KEY SHARE on the organization by
-- its foreign key, and would wait for the lock while holding a row that the lock's holder wants: a deadlock.
CREATE FUNCTION lock_seats(organization uuid, at timestamptz)
  RETURNS TABLE (purchased integer, members integer, pending integer)
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  SELECT o.seats_purchased INTO purchased FROM organizations o WHERE o.id = organization FOR NO KEY UPDATE;
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

-- May `invitee` be sent an invite? Looked up behind the lock of lock_seats, so that the answer still stands when the same
-- statement writes the invite: 'member' (an active member has the address), 'invited' (another invite to it is pending),
-- 'full' (no seat free) or 'free'. `own` is the invite that is being sent again, and does not stand in its own way; null
-- for a new one. With 'free', an invite to the address that ran out and was not swept yet is settled; `settled` names it.
CREATE FUNCTION hold_seat(organization uuid, invitee text, at timestamptz, own uuid)
  RETURNS TABLE (outcome text, purchased integer, members integer, pending integer, settled uuid)
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  SELECT s.purchased, s.members, s.pending INTO purchased, members, pending FROM lock_seats(organization, at) s;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM members m
      WHERE m.organization_id = organization AND m.email = invitee AND m.status = 'active') THEN
    outcome := 'member';
  ELSIF EXISTS (SELECT FROM invitations i WHERE i.organization_id = organization AND i.email = invitee
      AND i.status = 'pending' AND i.expires_at > at AND i.id IS DISTINCT FROM own) THEN
    outcome := 'invited';
  ELSIF members + pending >= purchased THEN
    outcome := 'full';
  ELSE
    outcome := 'free';
    UPDATE invitations i SET status = 'expired', settled_at = at, expiry_told_at = at
      WHERE i.organization_id = organization AND i.email = invitee
        AND i.status = 'pending' AND i.id IS DISTINCT FROM own
      RETURNING i.id INTO settled;
  END IF;
  RETURN NEXT;
END
$$;

-- Wakes a relay for new rows of the outbox, but only where one is at rest. A NOTIFY makes transactions commit one after the
-- other across the whole database, and a relay that is at work looks again anyway. A relay at rest holds this advisory lock
-- for itself, so the attempt fails and it is told. Otherwise the attempt holds the relay from going to rest until this
-- transaction has ended and its rows can be seen. See src/jobs/engine/relay.ts.
CREATE FUNCTION outbox_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock_shared(hashtext('orgdesk'), hashtext('outbox relay at rest')) THEN
    PERFORM pg_notify('outbox', '');
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER outbox_wake AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_wake();

-- Every effect is three versions of its row, and relays walk over the dead ones: vacuumed early, however many done rows lie
-- beside them.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
