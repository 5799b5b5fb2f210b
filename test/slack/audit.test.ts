import { afterAll, beforeAll, expect, it } from 'vitest';
import { AUDIT_PAGE } from '../../src/domain/audit/list-audit.ts';
import { record } from '../../src/domain/record.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { readModal } from './screen.ts';
import { type SeatedWorkspace, seatedWorkspace } from './seats.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let workspace: SeatedWorkspace;

beforeAll(async () => {
  app = await startApp();
  workspace = await seatedWorkspace(app);
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
});

const seen = (person: Person, text: string) =>
  app.sandbox.until(`"${text}" is to be read`, () => readModal(person).includes(text));

it('/org audit tells of what was just done, by whom', async () => {
  const admin = await workspace.add('admin');
  await admin.command('/org', 'prefix SUP');
  await admin.command('/org', 'audit');
  await seen(admin, 'Audit trail');
  expect(readModal(admin)).toContain(`<@${admin.user.id}> changed the ticket prefix from “TKT” to “SUP”.`);
});

it('/org audit leads to older changes and back', async () => {
  const { organizationId } = workspace;
  const admin = await workspace.add('admin');
  const by = { userId: admin.user.id, name: admin.user.name };
  for (let n = 0; n < 2 * AUDIT_PAGE; n++) {
    const change = { organizationId, by, action: 'domain.added', subject: `site${n}.example` } as const;
    await record(app.context.database, app.context, [change], []);
  }
  await admin.command('/org', 'audit');
  await seen(admin, '*site29.example*');
  await admin.press('audit.older');
  await seen(admin, '*site14.example*');
  expect(readModal(admin)).not.toContain('*site15.example*');
  await admin.press('audit.newer');
  await seen(admin, '*site29.example*');
});

it('/org audit is refused to Agents, also to who turns a page after the role was lost', async () => {
  const agent = await workspace.add('agent');
  await agent.command('/org', 'audit');
  const answers = app.sandbox.ephemerals(workspace.teamId, agent.user.id).map(({ text }) => text);
  expect(answers).toEqual(['Only the Owner and Admins can do this.']);
  const admin = await workspace.add('admin');
  await admin.command('/org', 'audit');
  await seen(admin, 'Audit trail');
  await app.context.database.member.updateMany({ where: { userId: admin.user.id }, data: { role: 'agent' } });
  await admin.press('audit.older');
  await seen(admin, 'Only the Owner and Admins can do this.');
});
