import type { KnownBlock, ModalView } from '@slack/types';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../../src/domain/errors.ts';
import type { ActionInteraction, Listeners, ViewInteraction } from '../../src/slack/listener.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { type SeatedWorkspace, seatedWorkspace } from './seats.ts';
import { type StartedApp, startApp } from './start.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const button = (action_id: string, more: object = {}) => ({
  type: 'button' as const,
  action_id,
  text: plain(action_id),
  ...more,
});
const input = (block_id: string): KnownBlock => ({
  type: 'input',
  block_id,
  optional: true,
  label: plain(block_id),
  element: { type: 'plain_text_input', action_id: block_id },
});

function form(title: string, blocks: KnownBlock[]): ModalView {
  return {
    type: 'modal',
    callback_id: 'form',
    private_metadata: 'kept',
    title: plain(title),
    submit: plain('Send'),
    blocks,
  };
}

const actions: KnownBlock = {
  type: 'actions',
  elements: [button('act'), button('push'), button('gone'), button('link', { url: 'https://example.com' })],
};

/** What the listeners do in the test at hand. */
let act: (interaction: ActionInteraction) => Promise<void>;
let submitted: (interaction: ViewInteraction) => Promise<void>;
let shown: ModalView;

const listeners: Partial<Listeners> = {
  commands: {
    '/org': {
      start: 'overview',
      words: {
        form: {
          summary: 'Opens the form.',
          offeredTo: () => true,
          handle: async ({ ack, client, triggerId }) => {
            await ack();
            await client.views.open({ trigger_id: triggerId, view: shown });
          },
        },
        message: {
          summary: 'Shows buttons.',
          offeredTo: () => true,
          handle: ({ ack }) => ack({ text: 'Buttons', blocks: [actions] }),
        },
      },
    },
  },
  actions: {
    act: { handle: (interaction) => act(interaction) },
    push: {
      handle: async ({ ack, client, triggerId }) => {
        await ack();
        await client.views.push({ trigger_id: triggerId, view: shown });
      },
    },
  },
  views: { form: { handle: (interaction) => submitted(interaction) } },
  shortcuts: {
    'seats.show': {
      handle: async () => {
        throw refuse('no_organization');
      },
    },
  },
};

let app: StartedApp;
let workspace: SeatedWorkspace;
let ada: Person;

beforeAll(async () => {
  app = await startApp({ listeners });
  workspace = await seatedWorkspace(app);
});
beforeEach(async () => {
  ada = await workspace.add('admin');
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
});

async function openForm(...blocks: KnownBlock[]): Promise<void> {
  shown = form('Form', blocks);
  await ada.command('/org', 'form');
  await app.sandbox.until('the form is open', () => ada.modal);
}

const refuseIt = async () => {
  throw refuse('domain_public_suffix', { host: '<!here>' }).on('second');
};
const fail = async () => {
  throw new Error('broken');
};
const sentences = () =>
  ((ada.modal?.view.blocks ?? []) as unknown as KnownBlock[]).flatMap((block) =>
    block.type === 'section' ? [block.text?.text] : [],
  );

describe('a refusal of what was submitted', () => {
  it('stands on the input that it is about, as plain text', async () => {
    await openForm(input('first'), input('second'));
    submitted = refuseIt;
    await ada.fill({ first: 'typed' });
    expect((await ada.submit()).errors).toEqual({
      second: '<!here> is a public suffix: everybody under it would be authorized. Enter your own domain.',
    });
  });

  it('stands on the first input where its own is not there, without marks of formatting', async () => {
    await openForm(actions, input('first'));
    submitted = async () => {
      throw refuse('no_organization').on('second');
    };
    expect((await ada.submit()).errors).toEqual({
      first: 'This workspace has no organization yet. Create one with /org create.',
    });
  });

  it('stands on top, escaped, where there is no input, and only once', async () => {
    await openForm({ type: 'section', text: plain('Sure?') });
    submitted = refuseIt;
    await ada.submit();
    const { modal } = await ada.submit();
    expect(sentences()).toEqual([expect.stringMatching(/^&lt;!here&gt; is a public suffix/), 'Sure?']);
    expect(modal?.view).toMatchObject({
      private_metadata: 'kept',
      callback_id: 'form',
      submit: plain('Send'),
    });
  });

  it('opens as a small modal where the form was acknowledged before', async () => {
    await openForm(input('first'));
    submitted = async ({ ack }) => {
      await ack();
      throw refuse('no_organization');
    };
    await ada.submit();
    await app.sandbox.until('the refusal is there', () => ada.modal?.view.title);
    expect(sentences()).toEqual([expect.stringContaining('no organization yet')]);
  });

  it('takes the place of what the form shows where it comes too late to open anything', async () => {
    await openForm(input('first'));
    submitted = async ({ ack }) => {
      await ack({ update: form('Asking …', [{ type: 'section', text: plain('Asking …') }]) });
      app.sandbox.expireTriggers();
      throw refuse('no_organization');
    };
    await ada.submit();
    await app.sandbox.until('the refusal is there', () => sentences()[0]?.includes('no organization yet'));
  });

  it('is a sentence with an id where it was no refusal but a failure', async () => {
    await openForm(input('first'));
    submitted = fail;
    expect((await ada.submit()).errors?.first).toMatch(/our side.*[0-9a-f-]{36}\.$/);
  });
});

describe('a refusal of a press', () => {
  it('lies above the modal as a small one', async () => {
    await openForm(actions, input('first'));
    act = refuseIt;
    await ada.fill({ first: 'typed' });
    await ada.press('act');
    await app.sandbox.until(
      'it is there',
      () => app.sandbox.views(workspace.teamId, ada.user.id).length === 2,
    );
    expect(sentences()).toEqual([expect.stringContaining('&lt;!here&gt; is a public suffix')]);
    await ada.closeModal();
    expect(ada.modal?.view.state).toMatchObject({ values: { first: { first: { value: 'typed' } } } });
  });

  it('stands in the modal itself where no further one fits above', async () => {
    await openForm(actions, input('first'));
    act = refuseIt;
    for (const depth of [2, 3]) {
      await ada.press('push');
      await app.sandbox.until(
        'it lies above',
        () => app.sandbox.views(workspace.teamId, ada.user.id).length === depth,
      );
    }
    await ada.fill({ first: 'typed' });
    await ada.press('act');
    await app.sandbox.until('it is there', () => sentences().length === 1);
    expect(ada.modal?.view.state).toMatchObject({ values: { first: { first: { value: 'typed' } } } });
  });

  it('opens as a small modal on the Home tab', async () => {
    const client = app.clients.interactive(workspace.teamId);
    await client.views.publish({ user_id: ada.user.id, view: { type: 'home', blocks: [actions] } });
    act = refuseIt;
    await ada.press('act', { in: 'home' });
    await app.sandbox.until('it is there', () => ada.modal);
    expect(sentences()).toEqual([expect.stringContaining('is a public suffix')]);
  });

  it('is told below a message, to this person alone', async () => {
    await ada.command('/org', 'message');
    act = async (interaction) => {
      expect(interaction.message?.ts).toMatch(/^\d+\.\d+$/);
      await interaction.ack();
      await refuseIt();
    };
    const { responses } = await ada.press('act', { in: 'message' });
    await app.sandbox.until('it is there', () => responses.length === 1);
    expect(responses[0]).toMatchObject({ response_type: 'ephemeral', replace_original: false });
  });

  it('is told of a shortcut in a small modal', async () => {
    await ada.shortcut('seats.show');
    await app.sandbox.until('it is there', () => ada.modal);
    expect(sentences()).toEqual([expect.stringContaining('no organization yet')]);
  });
});

describe('what nobody listens to', () => {
  it('a button of another version says so', async () => {
    await openForm(actions, input('first'));
    await ada.press('gone');
    await app.sandbox.until('it is there', () => ada.modal?.view.title && sentences().length === 1);
    expect(sentences()[0]).toContain('earlier version');
  });

  it('a link leads where it leads, and says nothing', async () => {
    await openForm(actions, input('first'));
    const { url, ack } = await ada.press('link');
    expect([url, ack.status, ack.body]).toEqual(['https://example.com', 200, '']);
    expect(sentences()).toEqual([]);
  });

  it('a form, a shortcut and a closed modal of another version are answered', async () => {
    shown = { ...form('Old', [input('first')]), callback_id: 'old', notify_on_close: true };
    await ada.command('/org', 'form');
    await app.sandbox.until('the form is open', () => ada.modal);
    await ada.submit();
    expect(sentences()[0]).toContain('earlier version');
    await ada.closeModal();
    await ada.shortcut('old');
    await app.sandbox.until('it is there', () => ada.modal);
    expect(sentences()[0]).toContain('earlier version');
  });
});

describe('who acts', () => {
  const kinds: string[] = [];
  const seeWho = async ({ actor, ack }: ActionInteraction) => {
    kinds.push(`${actor.kind} ${actor.standing} ${actor.teamId}`);
    await ack();
  };

  it('is taken from the signed request and the database, never from a member of another workspace', async () => {
    await openForm(actions);
    act = seeWho;
    await ada.press('act');
    await ada.press('act', {
      edit: (payload) => {
        payload.user = { ...(payload.user as object), team_id: 'TELSEWHERE' };
      },
    });
    await ada.press('act', {
      edit: (payload) => {
        payload.team = { id: 'TELSEWHERE', domain: 'elsewhere' };
        payload.user = { ...(payload.user as object), team_id: 'TELSEWHERE' };
      },
    });
    const { teamId } = workspace;
    const stranger = `visitor stranger ${teamId}`;
    expect(kinds).toEqual([`member null ${teamId}`, stranger, stranger]);
  });
});

it('a form whose listener takes longer than Slack waits shows its outcome in place', async () => {
  await openForm(input('first'));
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  submitted = async () => {
    await finished;
    await refuseIt();
  };
  await ada.submit();
  expect(sentences()).toEqual(['Still working on it …']);
  finish();
  await app.sandbox.until('it is there', () => sentences()[0]?.includes('public suffix'));
});

it('and one that was closed meanwhile is left alone', async () => {
  await openForm(input('first'));
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  submitted = async ({ ack }) => {
    await finished;
    await ack({ errors: { first: 'Too late.' } });
  };
  await ada.submit();
  await ada.closeModal();
  const logged = app.logged.length;
  finish();
  await app.sandbox.until('it was tried', () => app.sandbox.requests.at(-1)?.answer?.error === 'not_found');
  await ada.command('/org', 'help');
  expect(ada.modal).toBeUndefined();
  expect(app.logged.slice(logged)).toEqual([]);
});
