import type { Standing } from '../../database/client.ts';
import type { Actor } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';

/**
 * Refuses a creation before a form is filled in for nothing; createOrganization decides. `standing` is what Slack says now.
 * @throws Refusal `guests_cannot` or `organization_exists`.
 */
export async function checkFounder(
  context: Pick<Context, 'database'>,
  actor: Actor,
  { standing }: { standing: Standing },
): Promise<void> {
  // Who comes from another workspace is known from the request, whatever Slack says of them.
  if (standing !== 'full' || actor.standing === 'stranger') throw refuse('guests_cannot');
  const { teamId } = actor;
  const existing = await context.database.organization.findUnique({
    where: { teamId },
    select: { name: true },
  });
  if (existing) throw refuse('organization_exists', { name: existing.name });
}
