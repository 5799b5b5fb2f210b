import { Prisma } from '../../database/client.ts';
import type { Actor } from '../actor.ts';
import type { Context } from '../context.ts';
import { type Effect, homeRefresh } from '../effects.ts';
import { refuse } from '../errors.ts';
import { recordClauses } from '../record.ts';
import { fetchLogo } from './fetch-logo.ts';
import { checkUpload, type LogoUpload } from './logo-upload.ts';
import { readDescription, readName } from './words.ts';

export interface NewOrganization {
  name: string;
  description?: string | null;
  logo?: LogoUpload | undefined;
}

/**
 * Makes the workspace's one organization, with the actor as its Owner, in one statement: of any number that are asked
 * for at once, one comes to be. The logo follows when it was fetched and checked.
 * @throws Refusal `guests_cannot`, `organization_exists`; `name_length`, `description_length`, `text_invalid`,
 *   `logo_bytes` or `logo_type` on the field of that name.
 */
export async function createOrganization(
  context: Context,
  actor: Actor,
  input: NewOrganization,
): Promise<{ organizationId: string; name: string }> {
  if (actor.standing !== 'full') throw refuse('guests_cannot');
  const name = readName(input.name);
  const description = readDescription(input.description);
  if (input.logo) checkUpload(input.logo);

  const organizationId = context.newId();
  const now = context.now();
  const effects: Effect[] = [homeRefresh(actor.teamId)];
  if (input.logo) effects.push(fetchLogo(actor, { organizationId, fileId: input.logo.fileId, at: now }));
  const recorded = recordClauses(
    context,
    [
      {
        organizationId,
        by: actor,
        action: 'organization.created',
        after: description === null ? { name } : { name, description },
      },
    ],
    effects,
    Prisma.sql`EXISTS (SELECT FROM founded)`,
  );
  const founded = await context.database.$queryRaw<unknown[]>`
    WITH founded AS (
      INSERT INTO organizations (id, team_id, name, description, created_at)
      VALUES (${organizationId}::uuid, ${actor.teamId}, ${name}, ${description}, ${now}::timestamptz)
      ON CONFLICT (team_id) DO NOTHING
      RETURNING id
    ), owned AS (
      INSERT INTO members (id, organization_id, user_id, email, name, role, joined_at)
      SELECT ${context.newId()}::uuid, founded.id, ${actor.userId}, lower(btrim(${actor.email})), ${actor.name},
        'owner', ${now}::timestamptz
      FROM founded
    ), ${recorded}
    SELECT id FROM founded`;
  if (founded.length === 0)
    throw refuse('organization_exists', { name: await nameOf(context, actor.teamId) });
  return { organizationId, name };
}

/** Whether creation is worth offering: for all that is known, it would not be refused for who asks. */
export function mayCreate(actor: Actor): boolean {
  return actor.organizationId === null && (actor.standing === null || actor.standing === 'full');
}

async function nameOf(context: Context, teamId: string): Promise<string> {
  const { name } = await context.database.organization.findUniqueOrThrow({
    where: { teamId },
    select: { name: true },
  });
  return name;
}
