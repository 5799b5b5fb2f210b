import type { Installation } from '../../database/client.ts';
import type { Context } from '../context.ts';

/** The workspace's installation, or null where there is none or it was removed. */
export async function findInstallation(
  context: Pick<Context, 'database'>,
  teamId: string,
): Promise<Installation | null> {
  const installation = await context.database.installation.findUnique({ where: { teamId } });
  return installation === null || installation.removedAt !== null ? null : installation;
}
