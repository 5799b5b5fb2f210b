import type { Transaction } from '../../database/client.ts';
import { type Actor, type Member, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { customerUpdates, homeRefresh } from '../effects.ts';
import { permit } from '../permissions.ts';
import { type Change, record } from '../record.ts';
import { fetchLogo } from './fetch-logo.ts';
import { type LockedOrganization, lockOrganization } from './lock-organization.ts';
import { checkUpload, type LogoUpload } from './logo-upload.ts';
import { readDescription, readJoinLink, readName } from './words.ts';

/** What is to change; what is absent stays as it is, whoever changes it meanwhile. */
export interface SettingsChange {
  name?: string;
  description?: string | null;
  joinLink?: string | null;
  /** A file that becomes the logo once it was checked, or null to have none. */
  logo?: LogoUpload | null;
}

/**
 * Changes the organization's name, description, join link and logo; what equals the present value is neither written nor
 * audited. Each field is its last writer's. Returns what differs now; a new logo differs only later.
 * @throws Refusal `not_a_member`, `not_allowed`, or what readName, readDescription, readJoinLink and checkUpload refuse.
 */
export async function changeSettings(
  context: Context,
  actor: Actor,
  input: SettingsChange,
): Promise<{ changed: (keyof SettingsChange)[] }> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const wanted = readWanted(input);
  return context.database.$transaction(async (transaction) => {
    const before = await lockOrganization(transaction, member.organizationId);
    const fields = (Object.keys(wanted) as Field[]).filter((field) => wanted[field] !== before[field]);
    const changes = fields.map((field) => describeChange(member, field, before, wanted));
    if (fields.length > 0) await write(transaction, member, fields, wanted);
    const removed = input.logo === null && (await removeLogo(transaction, member));
    if (removed) {
      changes.push({
        organizationId: member.organizationId,
        by: member,
        action: 'organization.logo_removed',
      });
    }
    const effects = changes.length > 0 ? [homeRefresh(member.teamId)] : [];
    if (fields.includes('name')) effects.push(...customerUpdates(member.organizationId, before.customerId));
    if (input.logo)
      effects.push(fetchLogo(member, { ...member, fileId: input.logo.fileId, at: context.now() }));
    await record(transaction, context, changes, effects);
    return { changed: removed ? [...fields, 'logo'] : fields };
  });
}

type Wanted = Pick<LockedOrganization, Field>;
type Field = keyof typeof actions;

const actions = {
  name: 'organization.renamed',
  description: 'organization.described',
  joinLink: 'organization.join_link_changed',
} as const;

function readWanted(input: SettingsChange): Partial<Wanted> {
  if (input.logo) checkUpload(input.logo);
  return {
    ...(input.name !== undefined && { name: readName(input.name) }),
    ...(input.description !== undefined && { description: readDescription(input.description) }),
    ...(input.joinLink !== undefined && { joinLink: readJoinLink(input.joinLink) }),
  };
}

function describeChange(member: Member, field: Field, before: Wanted, after: Partial<Wanted>): Change {
  return {
    organizationId: member.organizationId,
    by: member,
    action: actions[field],
    before: { [field]: before[field] },
    after: { [field]: after[field] ?? null },
  };
}

async function write(
  transaction: Transaction,
  { organizationId }: Member,
  fields: Field[],
  wanted: Partial<Wanted>,
) {
  const data = Object.fromEntries(fields.map((field) => [field, wanted[field]]));
  await transaction.organization.update({ where: { id: organizationId }, data, select: { id: true } });
}

async function removeLogo(transaction: Transaction, { organizationId }: Member): Promise<boolean> {
  const { count } = await transaction.logo.deleteMany({ where: { organizationId } });
  return count > 0;
}
