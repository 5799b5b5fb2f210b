import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { homeRefresh } from '../effects.ts';
import { refuse } from '../errors.ts';
import { permit } from '../permissions.ts';
import { record } from '../record.ts';
import type { LogoImage } from './inspect-logo.ts';
import { lockOrganization } from './lock-organization.ts';

/** 192 bits: nobody finds a logo's address by trying. */
const PATH_BYTES = 24;

export interface NewLogo {
  organizationId: string;
  image: LogoImage;
  /** When the file was handed in: what was wished for later, a newer logo or none, stands. */
  requestedAt: Date;
}

/**
 * Sets an inspected image as the organization's logo, under a new path. Setting the same upload again changes nothing.
 * Returns the path, or null where a later wish stands.
 * @throws Refusal `not_a_member` (also of another organization) or `not_allowed`.
 */
export async function setLogo(context: Context, actor: Actor, input: NewLogo): Promise<string | null> {
  const member = requireMember(actor);
  if (member.organizationId !== input.organizationId) throw refuse('not_a_member');
  permit(member, 'settings.manage');
  const { organizationId, requestedAt } = input;
  const { bytes, contentType } = input.image;
  const path = context.randomBytes(PATH_BYTES).toString('base64url');
  return context.database.$transaction(async (transaction) => {
    await lockOrganization(transaction, organizationId);
    const previous = await transaction.logo.findUnique({
      where: { organizationId },
      select: { createdAt: true },
    });
    const removedSince = await transaction.auditEntry.findFirst({
      where: { organizationId, action: 'organization.logo_removed', at: { gt: requestedAt } },
      select: { id: true },
    });
    if (removedSince || (previous && previous.createdAt >= requestedAt)) return null;
    const logo = { path, contentType, bytes: new Uint8Array(bytes), createdAt: requestedAt };
    await transaction.logo.upsert({
      where: { organizationId },
      create: { organizationId, ...logo },
      update: logo,
      select: { path: true },
    });
    await record(
      transaction,
      context,
      [
        {
          organizationId,
          by: member,
          action: 'organization.logo_set',
          after: { contentType, bytes: bytes.length },
        },
      ],
      [homeRefresh(member.teamId)],
    );
    return path;
  });
}
