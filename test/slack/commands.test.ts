import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuse } from '../../src/domain/errors.ts';
import { offerToFounders, offerToWhoMay } from '../../src/slack/commands/offer.ts';
import { withHelp } from '../../src/slack/commands/route.ts';
import type { CommandInteraction } from '../../src/slack/listener.ts';
import { type SeatedWorkspace, seatedWorkspace } from './seats.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let workspace: SeatedWorkspace;

const words = withHelp('/org', {
  overview: {
    summary: 'Shows the organization.',
    offeredTo: offerToWhoMay('organization.view'),
    handle: ({ ack, actor }) => ack({ text: `overview for ${actor.kind}` }),
  },
  create: {
    summary: 'Creates it.',
    offeredTo: offerToFounders,
    handle: ({ ack }) => ack({ text: 'create' }),
  },
  seats: {
    summary: 'Buys seats.',
    offeredTo: offerToWhoMay('billing.manage'),
    handle: async () => {
      throw refuse('organization_exists', { name: '<!channel> & co' });
    },
  },
  invite: {
    summary: 'Invites somebody.',
    usage: '[email] [role]',
    offeredTo: offerToWhoMay('members.manage'),
    handle: ({ ack, text }) => ack({ text: `invite ${text}` }),
  },
  domains: {
    summary: 'Lists domains.',
    offeredTo: offerToWhoMay('settings.manage'),
    handle: async ({ ack }) => {
      await ack({ text: 'Looking …' });
      throw refuse('domain_form');
    },
  },
  audit: {
    summary: 'Shows who did what.',
    offeredTo: offerToWhoMay('audit.view'),
    handle: async () => {
      throw new Error('the token is xoxb-1234 of ada@example.com');
    },
  },
  prefix: {
    summary: 'Sets the prefix.',
    offeredTo: offerToWhoMay('settings.manage'),
    handle: (interaction) => held.handle(interaction),
  },
});
/** What `/org prefix` does in the test that needs it. */
const held = { handle: async (_: CommandInteraction): Promise<void> => {} };

beforeAll(async () => {
  app = await startApp({ listeners: { commands: { '/org': { start: 'overview', words } } } });
  workspace = await seatedWorkspace(app);
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
});

const answer = async (person: Awaited<ReturnType<SeatedWorkspace['add']>>, text: string) => {
  const { ack } = await person.command('/org', text);
  expect(ack).toMatchObject({ status: 200, json: { response_type: 'ephemeral' } });
  return String(ack.json?.text);
};

describe('/org', () => {
  it('finds the subcommand whatever its case, and hands on what follows', async () => {
    const admin = await workspace.add('admin');
    expect(await answer(admin, 'INVITE   Bob@Example.com  admin ')).toBe('invite Bob@Example.com  admin');
  });

  it('reads what Slack has escaped as it was typed', async () => {
    const admin = await workspace.add('admin');
    const typed =
      'invite <mailto:a@b.c|a@b.c> <http://b.c|b.c> <https://d.e/x> <@U123ABC|ada> 1 &lt; 2 &amp;amp;';
    expect(await answer(admin, typed)).toBe('invite a@b.c b.c https://d.e/x <@U123ABC> 1 < 2 &amp;');
  });

  it('alone is the overview, which also tells how to start where there is no organization', async () => {
    expect(await answer(await workspace.add('agent'), '')).toBe('overview for member');
    const elsewhere = await app.sandbox.addTeam();
    const user = app.sandbox.addUser(elsewhere.id).id;
    const founder = app.sandbox.person({ team: elsewhere.id, user });
    expect(await answer(founder, '  ')).toBe('overview for visitor');
  });

  it('answers a word that it does not know with the nearest', async () => {
    const agent = await workspace.add('agent');
    expect(await answer(agent, 'seat 5')).toMatch(/There is no `\/org seat`\. Did you mean `\/org seats`\?/);
    expect(await answer(agent, 'hlep')).toContain('`/org help`?');
    expect(await answer(agent, 'qqqqqqqqqqqqqqqqqqqqqqqq')).not.toContain('Did you mean');
  });

  it('takes no word from what every object has', async () => {
    const agent = await workspace.add('agent');
    for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(await answer(agent, word)).toContain(`There is no \`/org ${word}\``);
    }
  });

  it('shows a hostile word as text', async () => {
    const agent = await workspace.add('agent');
    const shown = await answer(agent, `\`&lt;!channel&gt;\`${'x'.repeat(3_000)}`);
    expect(shown).toContain('&lt;!channel&gt;');
    expect(shown).not.toContain('<');
    expect(shown.length).toBeLessThan(250);
  });
});

describe('/org help', () => {
  const words = (text: string) => [...text.matchAll(/^`\/org (\S+?)( .*?)?`/gm)].map(([, word]) => word);

  it('shows everybody what they may use, with a sentence for each', async () => {
    const owner = await answer(await workspace.add('owner'), 'help');
    expect(words(owner)).toEqual(['overview', 'seats', 'invite', 'domains', 'audit', 'prefix', 'help']);
    expect(owner).toContain('`/org invite [email] [role]` Invites somebody.');
    const admin = await answer(await workspace.add('admin'), 'help');
    expect(words(admin)).toEqual(['overview', 'invite', 'domains', 'audit', 'prefix', 'help']);
    expect(words(await answer(await workspace.add('agent'), 'help'))).toEqual(['overview', 'help']);
    expect(words(await answer(await workspace.add(), 'help'))).toEqual(['help']);
  });

  it('asks for no member again within ten seconds, and then does; a new member it knows at once', async () => {
    const { database, now } = app.context;
    const person = await workspace.add();
    expect(words(await answer(person, 'help'))).toEqual(['help']);
    const { organizationId } = workspace;
    const data = {
      organizationId,
      userId: person.user.id,
      name: 'Ada',
      role: 'agent',
      joinedAt: now(),
    } as const;
    const { id } = await database.member.create({ data });
    expect(words(await answer(person, 'help'))).toEqual(['overview', 'help']);
    await database.member.update({ where: { id }, data: { status: 'removed' } });
    expect(words(await answer(person, 'help'))).toEqual(['overview', 'help']);
    expect(await answer(person, 'overview')).toBe('overview for visitor');
    app.context.advance({ seconds: 10 });
    expect(words(await answer(person, 'help'))).toEqual(['help']);
  });
});

describe('a listener that refuses or fails', () => {
  it('has its refusal shown as the answer, hostile words escaped', async () => {
    const text = await answer(await workspace.add('agent'), 'seats');
    expect(text).toContain('its organization, &lt;!channel&gt; &amp; co.');
  });

  it('has it shown through the response URL when it had answered', async () => {
    const agent = await workspace.add('agent');
    const { ack, responses } = await agent.command('/org', 'domains');
    expect(ack.json?.text).toBe('Looking …');
    await app.sandbox.until('the refusal is there', () => responses.length === 1);
    expect(responses[0]).toMatchObject({
      response_type: 'ephemeral',
      replace_original: false,
      text: expect.stringContaining('not a website'),
    });
  });

  it('is one sentence with an id for the person, and that id in the log, without secrets', async () => {
    const text = await answer(await workspace.add('agent'), 'audit');
    const [id] = /[0-9a-f-]{36}/.exec(text) ?? [];
    expect(text).not.toContain('xoxb');
    expect(app.logged).toContainEqual(expect.objectContaining({ id, msg: 'A listener failed.' }));
    expect(JSON.stringify(app.logged)).not.toMatch(/xoxb|ada@/);
  });

  it('is answered for before Slack gives up, and its own answer follows', async () => {
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    held.handle = async ({ ack }) => {
      await finished;
      await ack({ text: 'At last.' });
    };
    const { ack, responses } = await (await workspace.add('agent')).command('/org', 'prefix');
    expect(ack).toMatchObject({ status: 200, body: '' });
    finish();
    await app.sandbox.until('the answer is there', () => responses.length === 1);
    expect(responses[0]).toMatchObject({ text: 'At last.', response_type: 'ephemeral' });
  });

  it('is answered for when it ends without an answer', async () => {
    held.handle = async () => {};
    const { ack } = await (await workspace.add('agent')).command('/org', 'prefix');
    expect(ack).toMatchObject({ status: 200, body: '' });
  });
});
