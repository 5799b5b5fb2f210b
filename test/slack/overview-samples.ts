import type { Actor } from '../../src/domain/actor.ts';
import type { Overview } from '../../src/domain/organizations/read-overview.ts';
import type { Role } from '../../src/domain/roles.ts';
import type { Home, HomeList, HomeTicket } from '../../src/domain/tickets/read-home.ts';
import { textsIn } from '../setup/blocks.ts';

export const now = new Date('2026-11-23T09:00:00Z');
const person = { teamId: 'T1', userId: 'U1', name: 'Ada', email: null, standing: 'full' } as const;
export const member = (role: Role): Actor => ({
  kind: 'member',
  readOnly: null,
  ...person,
  organizationId: 'o',
  memberId: 'm',
  role,
});
export const visitor = (organizationId: string | null): Actor => ({
  kind: 'visitor',
  ...person,
  organizationId,
});
export const around = (role: Role) => ({
  actor: member(role),
  now,
  publicUrl: (path: string) => `https://desk.example${path}`,
});

export const overview: Overview = {
  viewerRole: 'owner',
  name: 'Harbour Support',
  description: 'Open at nine.',
  logo: { path: 'abc', contentType: 'image/png' },
  prefix: 'SUP',
  standing: { readOnly: null, status: 'active', endsAt: null, overdue: [] },
  deletion: null,
  seats: { purchased: 3, used: 3, monthlyCost: 1797, currency: 'gbp', wanted: null },
  members: {
    total: 2,
    byRole: { owner: 1, admin: 0, agent: 1 },
    first: [
      { userId: 'U1', name: 'Ada', role: 'owner' },
      { userId: 'U2', name: 'Bo', role: 'agent' },
    ],
  },
  invitations: {
    total: 1,
    more: false,
    first: [
      {
        id: 'i',
        email: 'cleo@harbour.example',
        role: 'admin',
        expiresAt: new Date('2026-11-29T10:00:00Z'),
        mailFailed: false,
      },
    ],
  },
  domains: { total: 1, first: [{ host: 'xn--bcher-kva.example', includeSubdomains: true }] },
};

export const nasty = '<!channel> <https://evil.example|Click> & *x* `y` ';
const ticket: HomeTicket = {
  number: 'TKT-041',
  title: 'Cold <tea>',
  requesterName: 'Cleo',
  priority: 'high',
  status: 'open',
  channelId: 'C1',
  messageTs: '1.2',
};
export const home: Home = {
  ...overview,
  mine: { total: 1_000, more: true, first: [ticket] },
  unassigned: { total: 0, more: false, first: [] },
};
export const worstTickets: HomeList = {
  total: 1_000,
  more: true,
  first: Array.from({ length: 10 }, () => ({
    number: 'ABCDEFGHIJ-123456789',
    title: nasty.slice(0, 150),
    requesterName: nasty.slice(0, 80),
    priority: 'urgent' as const,
    status: 'pending' as const,
    channelId: 'C1234567890',
    messageTs: '1234567890.123456',
  })),
};
export const worst: Overview = {
  viewerRole: 'owner',
  name: '🛟'.repeat(80),
  description: nasty.repeat(10),
  logo: { path: 'a'.repeat(32), contentType: 'image/webp' },
  prefix: 'ABCDEFGHIJ',
  standing: { readOnly: null, status: 'active', endsAt: null, overdue: [] },
  deletion: null,
  seats: {
    purchased: 10_000,
    used: 20_001,
    monthlyCost: 5_990_000,
    currency: 'gbp',
    wanted: { seats: 9_999, awaitingPayment: true, waits: null },
  },
  members: {
    total: 10_001,
    byRole: { owner: 1, admin: 4_000, agent: 6_000 },
    first: Array.from({ length: 10 }, () => ({
      userId: 'U0123456789',
      name: nasty.repeat(20),
      role: 'admin',
    })),
  },
  invitations: {
    total: 10_000,
    more: true,
    first: Array.from({ length: 10 }, (_, n) => ({
      id: `${n}`,
      email: `${'&'.repeat(64)}@${'a'.repeat(185)}.example`,
      role: 'admin',
      expiresAt: new Date('2026-11-29T10:00:00Z'),
      mailFailed: true,
    })),
  },
  domains: {
    total: 100,
    first: Array.from({ length: 10 }, () => ({
      host: `${'a'.repeat(240)}.example`,
      includeSubdomains: true,
    })),
  },
};
export const read = (blocks: Parameters<typeof textsIn>[0]) =>
  textsIn(blocks)
    .map(({ text }) => text)
    .join('\n');
