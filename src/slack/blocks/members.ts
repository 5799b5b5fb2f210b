import type { KnownBlock, ModalView, SectionBlock } from '@slack/types';
import type { Actor } from '../../domain/actor.ts';
import type { ListedMember, MembersPage } from '../../domain/members/list-members.ts';
import type { FoundMember } from '../../domain/members/lock-member.ts';
import { may } from '../../domain/permissions.ts';
import { grantableRoles, outranks } from '../../domain/roles.ts';
import { mrkdwn, plain } from './composition.ts';
import { pagingBlocks } from './paging.ts';
import { escapeText } from './text.ts';
import { day } from './time.ts';
import { count, roleNames } from './words.ts';

/** The members, ten at a time. `done` says what was just changed. */
export function membersModal(
  { members, total, page, pages }: MembersPage,
  actor: Actor,
  { done }: { done?: string } = {},
): ModalView {
  return {
    type: 'modal',
    private_metadata: JSON.stringify({ page }),
    title: plain('Members'),
    close: plain('Close'),
    blocks: [
      ...(done === undefined ? [] : [{ type: 'section', text: mrkdwn(done) } as const]),
      { type: 'context', elements: [plain(count(total, 'member'))] },
      ...members.map((member) => row(member, actor)),
      ...pagingBlocks('members', { page, pages }),
    ],
  };
}

/** Asks before somebody is removed. `page` is where the list below stands. */
export function removalModal({ id, userId, role }: FoundMember, { page }: { page: number }): ModalView {
  return {
    type: 'modal',
    callback_id: 'members.remove',
    private_metadata: JSON.stringify({ memberId: id, page }),
    title: plain('Remove member'),
    submit: plain('Remove'),
    close: plain('Cancel'),
    blocks: [
      {
        type: 'section',
        text: mrkdwn(
          `Remove <@${userId}> (${roleNames[role]})? Their seat is free at once, and they are told. What they wrote stays.`,
        ),
      },
    ],
  };
}

export function roleChangedText({ name, role }: Pick<FoundMember, 'name' | 'role'>): string {
  return `*${escapeText(name)}* is ${role === 'admin' ? 'an Admin' : 'an Agent'} now.`;
}

export function removedText(name: string): string {
  return `*${escapeText(name)}* is removed, and the seat is free.`;
}

function row(member: ListedMember, actor: Actor): KnownBlock {
  const { id, userId, role, joinedAt } = member;
  const options = changesFor(member, actor).map(({ text, value }) => ({
    text: plain(text),
    value: `${value}:${id}`,
  }));
  const section: SectionBlock = {
    type: 'section',
    text: mrkdwn(`<@${userId}>\n${roleNames[role]} · since ${day(joinedAt)}`),
  };
  if (options.length === 0) return section;
  return { ...section, accessory: { type: 'overflow', action_id: 'members.change', options } };
}

/** What is offered for a member: nothing for the Owner, nor for oneself, who can leave. */
function changesFor({ id, role }: ListedMember, actor: Actor): { text: string; value: string }[] {
  if (actor.kind !== 'member' || !may(actor.role, 'members.manage')) return [];
  if (role === 'owner' || outranks(role, actor.role) || id === actor.memberId) return [];
  const roles = grantableRoles.filter((grantable) => grantable !== role && !outranks(grantable, actor.role));
  return [
    ...roles.map((grantable) => ({ text: `Make ${roleNames[grantable]}`, value: grantable })),
    { text: 'Remove …', value: 'remove' },
  ];
}
