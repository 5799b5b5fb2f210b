import type { Member } from '../../src/domain/actor.ts';
import { identify } from '../../src/domain/members/identify.ts';
import { requestDeletion } from '../../src/domain/organizations/deletion/request-deletion.ts';
import { undoDeletion } from '../../src/domain/organizations/deletion/undo-deletion.ts';
import { type Company, foundCompany } from '../journeys/company.ts';
import type { Person } from '../sandbox/slack/person.ts';
import type { World } from '../sandbox/world.ts';

/** A company that pays for its seats, about to be deleted. */
export interface DeletionStage extends Company {
  owner: Person;
  organizationId: string;
  subscriptionId: string;
  customerId: string;
  actor(person?: Person): Promise<Member>;
  /** What the Owner does in the form. */
  remove(): Promise<string>;
  keep(): Promise<void>;
  status(): Promise<string | undefined>;
  /** Whether it ends with its period, by Stripe. */
  ends(): boolean;
  /** The names of the files that the app has sent to somebody, oldest first. */
  files(person: Person): Promise<string[]>;
  isThere(): Promise<boolean>;
}

export async function foundForDeletion(world: World, { seats = 3 } = {}): Promise<DeletionStage> {
  const company = await foundCompany(world, { seats });
  const { owner, team } = company;
  // Not from the world alone: a restart has another.
  const database = () => world.product.context.database;
  const organization = await database().organization.findUniqueOrThrow({ where: { teamId: team } });
  const subscriptionId = organization.subscriptionId ?? '';
  const stage: DeletionStage = {
    ...company,
    organizationId: organization.id,
    subscriptionId,
    customerId: organization.stripeCustomerId ?? '',
    async actor(person = owner) {
      const who = { teamId: team, userId: person.user.id, name: person.user.realName };
      const actor = await identify(world.product.context, who);
      if (actor.kind !== 'member') throw new Error(`${person.user.realName} is no member.`);
      return actor;
    },
    remove: async () => {
      const confirmation = organization.name;
      return (await requestDeletion(world.product.context, await stage.actor(), { confirmation })).deletionId;
    },
    keep: async () => undoDeletion(world.product.context, await stage.actor()),
    status: async () => {
      const deletion = await database().organizationDeletion.findFirst({
        where: { organizationId: organization.id },
        orderBy: { requestedAt: 'desc' },
      });
      return deletion?.status;
    },
    ends: () => world.stripe.state.subscription(subscriptionId).cancel_at_period_end,
    files: async (person) => {
      const messages = await world.slack.directMessages(team, person.user.id);
      return messages
        .flatMap(({ files }) => (files as { name: string }[] | undefined) ?? [])
        .map(({ name }) => name);
    },
    isThere: async () => (await database().organization.count({ where: { id: organization.id } })) > 0,
  };
  return stage;
}
