import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { createDatabase } from '../../../src/database/client.ts';
import { acceptByLink } from '../../../src/domain/invitations/accept-invitation.ts';
import { sendInvitation } from '../../../src/domain/invitations/send-invitation.ts';
import { hashToken } from '../../../src/domain/invitations/token.ts';
import { testContext } from '../../setup/context.ts';
import { type SeededOrganization, seedOrganization } from '../../setup/organization.ts';
import type { Line } from '../line.ts';

/** People who invite and accept at the same time. */
const AT_ONCE = 16;
const PAIRS = 800;

/** The same rows, written by one statement for each half: no library, no object, no refusal to explain. */
const send = `
  WITH seat AS MATERIALIZED (SELECT * FROM hold_seat($1, $2, $3, NULL)),
  sent AS (
    INSERT INTO invitations (id, organization_id, email, role, token_hash, invited_by_id, expires_at, created_at)
    SELECT $4, $1, $2, 'agent', $5, $6, $3::timestamptz + interval '7 days', $3 FROM seat WHERE outcome = 'free'),
  audited AS (
    INSERT INTO audit_entries (id, organization_id, action, actor_user_id, actor_name, subject, after, at)
    SELECT $7, $1, 'invitation.sent', $8, 'Olivia Owner', $2, '{"role":"agent"}', $3 FROM seat WHERE outcome = 'free'),
  queued AS (
    INSERT INTO outbox (id, topic, payload, key, available_at, created_at)
    SELECT effect.*, $3::timestamptz, $3::timestamptz FROM (VALUES
      ($9::uuid, 'invitation.mail', jsonb_build_object('invitationId', $4::uuid, 'token', $12::text), NULL),
      ($10::uuid, 'invitation.message', jsonb_build_object('invitationId', $4::uuid), NULL),
      ($11::uuid, 'home.refresh', '{"teamId":"T1"}'::jsonb, 'home:' || $1)) AS effect
    WHERE (SELECT outcome FROM seat) = 'free'
    ON CONFLICT (key) WHERE status = 'pending' DO NOTHING)
  SELECT outcome FROM seat`;
const accept = `
  WITH seats AS MATERIALIZED (SELECT members + pending <= purchased AS fit FROM lock_seats($1, $3)),
  taken AS (
    UPDATE invitations i SET status = 'accepted', settled_at = $3, invitee_user_id = $2 FROM seats
    WHERE i.token_hash = $4 AND i.status = 'pending' AND i.expires_at > $3 AND seats.fit
    RETURNING i.id, i.email, i.role),
  joined AS (
    INSERT INTO members (id, organization_id, user_id, email, name, role, joined_at)
    SELECT $5, $1, $2, email, 'Ada', role, $3 FROM taken
    ON CONFLICT (organization_id, user_id) DO NOTHING),
  audited AS (
    INSERT INTO audit_entries (id, organization_id, action, actor_user_id, actor_name, subject, after, at)
    SELECT $6, $1, 'invitation.accepted', $2, 'Ada', email, '{"role":"agent"}', $3 FROM taken),
  queued AS (
    INSERT INTO outbox (id, topic, payload, key, available_at, created_at)
    SELECT effect.id, effect.topic, effect.payload || jsonb_build_object('invitationId', taken.id), effect.key,
      $3::timestamptz, $3::timestamptz
    FROM taken, (VALUES
      ($7::uuid, 'invitation.message-update', '{}'::jsonb, NULL),
      ($8::uuid, 'notice', '{"teamId":"T1","userId":"U1"}'::jsonb, NULL),
      ($9::uuid, 'home.refresh', '{"teamId":"T1"}'::jsonb, 'home:' || $1)) AS effect (id, topic, payload, key)
    ON CONFLICT (key) WHERE status = 'pending' DO NOTHING)
  SELECT id FROM taken`;

/** Pairs in a second, done by as many at once as the line says. */
async function rate(pair: (index: number) => Promise<void>): Promise<number> {
  let next = 0;
  const worker = async () => {
    while (next < PAIRS) await pair(next++);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return PAIRS / ((performance.now() - start) / 1000);
}

export const lines: Line[] = [
  {
    name: `invite sent and accepted, one organization, ${AT_ONCE} at once`,
    unit: 'pairs/s',
    floor: 'bare SQL with the same rows',
    goal: 0.6,
    better: 'higher',
    async prepare(bench) {
      const databaseUrl = await bench.createDatabase();
      const database = createDatabase(databaseUrl, { poolSize: AT_ONCE });
      const pool = new Pool({ connectionString: databaseUrl, max: AT_ONCE });
      const tokens = new Map<string, string>();
      const context = {
        ...testContext(database),
        now: () => new Date(),
        seal: (token: string, id: string) => {
          tokens.set(id, token);
          return `k1:${token}`;
        },
      };

      const ours =
        ({ owner, teamId }: SeededOrganization) =>
        async (index: number) => {
          const email = `invitee${index}@new.example`;
          const { id } = await sendInvitation(context, owner, { email, role: 'agent' });
          const userId = `UADA${index}`;
          const person = {
            teamId,
            userId,
            name: 'Ada',
            email,
            emailVerified: true,
            standing: 'full' as const,
          };
          await acceptByLink(context, person, { token: tokens.get(id) ?? '' });
          tokens.delete(id);
        };
      const bare =
        ({ id: organizationId, owner }: SeededOrganization) =>
        async (index: number) => {
          const ids = () => [uuidv7(), uuidv7(), uuidv7()];
          const token = randomBytes(32).toString('base64url');
          const hash = Buffer.from(hashToken(token));
          const email = `invitee${index}@new.example`;
          const sent = [
            organizationId,
            email,
            new Date(),
            uuidv7(),
            hash,
            owner.memberId,
            uuidv7(),
            owner.userId,
          ];
          await pool.query({ name: 'send', text: send, values: [...sent, ...ids(), `k1:${token}`] });
          const taken = [organizationId, `UADA${index}`, new Date(), hash, uuidv7(), uuidv7(), ...ids()];
          const { rowCount } = await pool.query({ name: 'accept', text: accept, values: taken });
          if (rowCount !== 1) throw new Error('The bare accept took nothing.');
        };

      // A new organization each time, so that neither side counts the members that the other made.
      const measured = async (
        side: (organization: SeededOrganization) => (index: number) => Promise<void>,
      ) => {
        const organization = await seedOrganization(context, { seats: PAIRS + 1 });
        const pairs = await rate(side(organization));
        const where = { organizationId: organization.id };
        const [members, entries] = await Promise.all([
          database.member.count({ where }),
          database.auditEntry.count({ where }),
        ]);
        if (members !== PAIRS + 1 || entries !== 2 * PAIRS) throw new Error('Some pairs are missing.');
        return pairs;
      };
      return {
        value: () => measured(ours),
        floorValue: () => measured(bare),
        close: async () => {
          await pool.end();
          await database.$disconnect();
        },
      };
    },
  },
];
