import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/domain/actor.ts';
import { MOST_DOMAINS } from '../../src/domain/domains/list-domains.ts';
import type { MembersPage } from '../../src/domain/members/list-members.ts';
import type { Role } from '../../src/domain/roles.ts';
import { domainAddedText, domainsModal, pageOf } from '../../src/slack/blocks/domains.ts';
import { leaveModal, leftModal } from '../../src/slack/blocks/leave.ts';
import { membersModal, removalModal, removedText, roleChangedText } from '../../src/slack/blocks/members.ts';
import { transferModal, transferredModal } from '../../src/slack/blocks/transfer.ts';
import { actionsIn, assertWithinLimits, textsIn } from '../setup/blocks.ts';

const nasty = '<!channel> <https://evil.example|Click> & *x* `y` ';
const joinedAt = new Date('2026-11-03T09:00:00Z');
const actor = (role: Role, memberId = 'me'): Actor => ({
  kind: 'member',
  readOnly: null,
  teamId: 'T1',
  userId: 'U1',
  name: 'Ada',
  email: null,
  standing: 'full',
  organizationId: 'o',
  memberId,
  role,
});
const member = (id: string, role: Role) => ({ id, userId: `U${id}`, name: nasty, role, joinedAt });
const page: MembersPage = {
  members: [member('1', 'owner'), member('me', 'admin'), member('3', 'admin'), member('4', 'agent')],
  total: 4,
  page: 0,
  pages: 1,
};
const offers = (shown: unknown): string[] => {
  const found: string[] = [];
  JSON.stringify(shown, (key, value) => {
    if (key === 'options') found.push(...value.map((option: { value: string }) => option.value));
    return value;
  });
  return found;
};
const read = (shown: Parameters<typeof textsIn>[0]) =>
  textsIn(shown)
    .map(({ text }) => text)
    .join('\n');

describe('the members', () => {
  it('say who, which role, and since when', () => {
    const text = read(membersModal(page, actor('agent')));
    expect(text).toContain('4 members');
    expect(text).toContain('<@U4>\nAgent · since <!date^1793696400^{date_short}|3 Nov 2026>');
  });

  it('offer a role and a removal for everybody but the Owner and oneself', () => {
    expect(offers(membersModal(page, actor('admin')))).toEqual([
      'agent:3',
      'remove:3',
      'admin:4',
      'remove:4',
    ]);
    expect(offers(membersModal(page, actor('owner', '1')))).toEqual([
      'agent:me',
      'remove:me',
      'agent:3',
      'remove:3',
      'admin:4',
      'remove:4',
    ]);
    expect(actionsIn(membersModal(page, actor('agent')))).toEqual([]);
  });

  it('lead to the pages beside the one shown', () => {
    const actions = (at: number) => actionsIn(membersModal({ ...page, page: at, pages: 3 }, actor('agent')));
    expect(actions(0)).toEqual(['members.next']);
    expect(actions(1)).toEqual(['members.previous', 'members.next']);
    expect(actions(2)).toEqual(['members.previous']);
  });

  it('fit into Slack at their worst, and quote nobody’s words unescaped', () => {
    const members = Array.from({ length: 10 }, (_, n) => member(`${n}${'0'.repeat(35)}`, 'admin'));
    const worst = { members, total: 10_000, page: 500, pages: 1_000 };
    const done = roleChangedText({ name: nasty.repeat(20), role: 'agent' });
    expect(done).not.toMatch(/[<>]/);
    expect(removedText(nasty)).not.toMatch(/[<>]/);
    assertWithinLimits(membersModal(worst, actor('owner'), { done }));
    assertWithinLimits(removalModal(member('1', 'admin'), { page: 500 }));
  });
});

describe('transfer and leaving', () => {
  const name = '🛟'.repeat(80);

  it.each([
    ['transfer', transferModal(name, { userId: 'U1' })],
    ['transferred', transferredModal(nasty)],
    ['leave', leaveModal(name)],
    ['left', leftModal],
  ])('%s fits into Slack', (_, view) => {
    assertWithinLimits(view);
  });

  it('show names as they are', () => {
    expect(read(transferModal(nasty))).toContain(`type its name exactly as it is: ${nasty}`);
    for (const view of [leaveModal(nasty), transferredModal(nasty)]) {
      expect(read(view)).toContain('&lt;!channel&gt;');
      expect(read(view)).not.toContain('<!');
    }
  });
});

describe('the domains', () => {
  const domain = (n: number, includeSubdomains = false) => ({
    id: `0000000${n}`,
    host: `site${String(n).padStart(2, '0')}.example`,
    includeSubdomains,
  });
  const list = Array.from({ length: 23 }, (_, n) => domain(n));
  const start = { page: 0, added: 0 };

  it('say what each covers, and offer the other', () => {
    const view = domainsModal([domain(1), domain(2, true)], actor('admin'), start);
    expect(read(view)).toContain('*site01.example*\nwithout other subdomains');
    expect(read(view)).toContain('*site02.example*\nwith all its subdomains');
    expect(JSON.stringify(view)).toContain('"value":"on:00000001"');
    expect(JSON.stringify(view)).toContain('"value":"off:00000002"');
    expect(read(view)).toContain('2 authorized domains.');
  });

  it('ask before one is removed', () => {
    expect(JSON.stringify(domainsModal([domain(1)], actor('owner'), start))).toContain('"confirm":{"title"');
  });

  it('are only to be read for Agents', () => {
    const view = domainsModal(list, actor('agent'), start);
    expect(actionsIn(view)).toEqual(['domains.next']);
    expect(view.submit).toBeUndefined();
  });

  it('come ten a page, and a page beyond the end is the last', () => {
    const shown = (page: number) => read(domainsModal(list, actor('agent'), { page, added: 0 }));
    expect(shown(1)).toContain('site10.example');
    expect(shown(1)).toContain('Page 2 of 3');
    expect(shown(9)).toContain('site22.example');
    expect(pageOf(list, '000000022')).toBe(2);
    expect(pageOf(list, 'unknown')).toBe(0);
  });

  it('show a foreign script and its ASCII beside each other', () => {
    const bücher = { ...domain(1), host: 'xn--bcher-kva.example' };
    expect(read(domainsModal([bücher], actor('agent'), start))).toContain(
      '*bücher.example (xn--bcher-kva.example)*',
    );
  });

  it('take no more where the list is full', () => {
    const full = Array.from({ length: MOST_DOMAINS }, (_, n) => domain(n));
    const view = domainsModal(full, actor('owner'), start);
    expect(view.submit).toBeUndefined();
    expect(read(view)).toContain('the list is full');
  });

  it('fit into Slack at their worst', () => {
    const host = `xn--${'a'.repeat(59)}.`.repeat(3) + 'x'.repeat(60);
    const worst = list.map((each) => ({ ...each, host, includeSubdomains: true }));
    const done = domainAddedText(host);
    assertWithinLimits(domainsModal(worst, actor('owner'), { page: 1, added: 9, done }));
    assertWithinLimits(domainsModal([], actor('owner'), start));
    assertWithinLimits(domainsModal([], actor('agent'), start));
  });
});
