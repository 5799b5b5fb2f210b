import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RetryableFailure } from '../../src/clients/failures.ts';
import { createMailer, type Mailer } from '../../src/clients/mail/mailer.ts';
import { createKeyring, SealBroken } from '../../src/database/sealing.ts';
import { resendInvitation } from '../../src/domain/invitations/resend-invitation.ts';
import { revokeInvitation } from '../../src/domain/invitations/revoke-invitation.ts';
import { sendInvitation } from '../../src/domain/invitations/send-invitation.ts';
import { type InvitationMailContext, invitationMail } from '../../src/jobs/invitation-mail.ts';
import { useStage } from '../domain/invitations/stage.ts';
import { type MailSandbox, startMailSandbox } from '../sandbox/mail/server.ts';
import { type SeededOrganization, seedOrganization } from '../setup/organization.ts';

const stage = useStage();
const keyring = createKeyring([{ id: 'k1', key: Buffer.alloc(32, 5) }]);
const log = pino({ level: 'silent' });
let relay: MailSandbox;
let mailer: Mailer;
let context: InvitationMailContext;
let organization: SeededOrganization;

beforeAll(async () => {
  relay = await startMailSandbox();
  mailer = createMailer({ url: relay.url, from: 'Orgdesk <desk@orgdesk.example>' });
});
beforeEach(async () => {
  const publicUrl = (path: string) => `https://desk.example${path}`;
  context = { ...stage.context, seal: keyring.seal, keyring, mailer, publicUrl };
  organization = await seedOrganization(context);
});
afterEach(() => {
  relay.faults.clear();
  relay.clear();
});
afterAll(async () => {
  mailer.close();
  await relay.close();
});

async function sent(email = 'ada@new.example') {
  const { id } = await sendInvitation(context, organization.owner, { email, role: 'agent' });
  return { id, mail: await lastMail(id) };
}

/** The latest mail of an invite as its effect has it. */
async function lastMail(id: string) {
  const rows = await stage.database.outboxRow.findMany({
    where: { topic: 'invitation.mail' },
    orderBy: { id: 'desc' },
  });
  const row = rows.find(({ payload }) => (payload as { invitationId: string }).invitationId === id);
  return { outboxId: row?.id ?? '', payload: row?.payload as { invitationId: string; token: string } };
}

const run = (
  { payload, outboxId }: Awaited<ReturnType<typeof lastMail>>,
  parts: Partial<InvitationMailContext> = {},
) => invitationMail.run({ ...context, ...parts }, payload, { outboxId, attempt: 1, log });
const park = (payload: { invitationId: string; token: string }, parts: Partial<InvitationMailContext> = {}) =>
  stage.database.$transaction(async (transaction) => {
    await invitationMail.onParked?.(transaction, { ...context, ...parts }, payload);
  });
const rowOf = (id: string) => stage.database.invitation.findUniqueOrThrow({ where: { id } });
const told = async () => (await stage.effectsOf(organization)).filter(({ topic }) => topic === 'notice');

describe('the mail of an invite', () => {
  it('carries the link whose token nobody else has: no table holds it, nor does the sealed effect without the key', async () => {
    const { id, mail } = await sent();
    await run(mail);
    const [message] = relay.mailbox('ada@new.example');
    const token = message?.links.at(-1)?.split('/').at(-1) ?? '';
    expect(message?.links).toContain(`https://desk.example/invitations/${token}`);
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect((await rowOf(id)).mailStatus).toBe('sent');
    const [dump] = await stage.database.$queryRaw<{ text: string }[]>`
      SELECT string_agg(rows::text, ' ') AS text FROM (
        SELECT i::text AS rows FROM invitations i UNION ALL SELECT o::text FROM outbox o
        UNION ALL SELECT a::text FROM audit_entries a UNION ALL SELECT m::text FROM members m) AS everything`;
    expect(dump?.text).toContain(id);
    expect(dump?.text).not.toContain(token);
    expect(dump?.text).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
    const thief = createKeyring([{ id: 'k1', key: Buffer.alloc(32, 6) }]);
    expect(() => thief.open(mail.payload.token, id)).toThrow(SealBroken);
    // Nor does it open for another invite.
    expect(() => keyring.open(mail.payload.token, context.newId())).toThrow(SealBroken);
  });

  it('is recognizable when it goes out twice', async () => {
    const { id, mail } = await sent();
    await run(mail);
    // As after a crash between the relay's answer and our writing it down.
    await stage.database.invitation.update({ where: { id }, data: { mailStatus: 'queued' } });
    await run(mail);
    const [first, second] = relay.mailbox('ada@new.example');
    expect(second?.messageId).toBe(first?.messageId);
    expect(first?.messageId).toContain(mail.outboxId);
    await run(mail);
    expect(relay.messages()).toHaveLength(2);
  });

  it('does not go out for an invite that was withdrawn, ran out or was sent again meanwhile', async () => {
    const revoked = await sent('revoked@new.example');
    await revokeInvitation(context, organization.owner, { invitationId: revoked.id });
    const resent = await sent('resent@new.example');
    await resendInvitation(context, organization.owner, { invitationId: resent.id });
    await run(revoked.mail);
    await run(resent.mail);
    expect(relay.messages()).toEqual([]);
    await run(await lastMail(resent.id));
    expect(relay.mailbox('resent@new.example')).toHaveLength(1);
    const late = await sent('late@new.example');
    stage.context.advance({ days: 7 });
    await run(late.mail);
    expect(relay.mailbox('late@new.example')).toEqual([]);
  });

  it('is tried again while the relay is away, and shown at the invite when it is given up', async () => {
    const { id, mail } = await sent();
    relay.faults.next({ kind: 'temporary-recipient' });
    await expect(run(mail)).rejects.toThrow(RetryableFailure);
    expect((await rowOf(id)).mailStatus).toBe('queued');
    await park(mail.payload);
    expect(await rowOf(id)).toMatchObject({ mailStatus: 'failed', mailError: 'It was tried several times.' });
    expect(await told()).toHaveLength(1);
    // An operator may have it tried again.
    await run(mail);
    expect(await rowOf(id)).toMatchObject({ mailStatus: 'sent', mailError: null });
  });

  it('is shown at the invite and told once where the address is refused, and the effect is done', async () => {
    const { id, mail } = await sent();
    relay.faults.next({ kind: 'refuse-recipient', times: 2 });
    await run(mail);
    await run(mail);
    expect(await rowOf(id)).toMatchObject({
      mailStatus: 'failed',
      mailError: 'The mail server refused the address.',
    });
    expect((await told()).map(({ payload }) => payload)).toEqual([
      {
        teamId: organization.teamId,
        userId: organization.owner.userId,
        notice: { kind: 'invitation_mail_failed', invitationId: id },
      },
    ]);
  });

  it('is given up where its key is gone, and the invite says so', async () => {
    const { id, mail } = await sent();
    const other = { keyring: createKeyring([{ id: 'k2', key: Buffer.alloc(32, 9) }]) };
    await expect(run(mail, other)).rejects.toThrow(SealBroken);
    await park(mail.payload, other);
    expect((await rowOf(id)).mailStatus).toBe('failed');
  });

  it('keeps hostile words out of headers and markup', async () => {
    await stage.database.organization.update({
      where: { id: organization.id },
      data: { name: 'Harbour\r\nBcc: eve@evil.example', description: '<img src=x onerror=alert(1)>' },
    });
    const { mail } = await sent();
    await run(mail);
    const [message] = relay.messages();
    expect(message?.subject).toBe('Olivia Owner invites you to Harbour Bcc: eve@evil.example');
    expect(message?.headers.bcc).toBeUndefined();
    expect(relay.mailbox('eve@evil.example')).toEqual([]);
    expect(message?.html).not.toContain('<img src=x');
  });
});
