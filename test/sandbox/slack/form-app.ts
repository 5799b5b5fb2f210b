import type { App } from '@slack/bolt';
import type { ModalView } from '@slack/types';

export const plain = (text: string) => ({ type: 'plain_text' as const, text });
export const option = (value: string) => ({ text: plain(value.toUpperCase()), value });

export function inviteForm(title = 'Invite'): ModalView {
  return {
    type: 'modal',
    callback_id: 'invite',
    private_metadata: 'from-command',
    notify_on_close: true,
    title: plain(title),
    submit: plain('Send'),
    blocks: [
      {
        type: 'input',
        block_id: 'email',
        label: plain('E-mail'),
        element: { type: 'email_text_input', action_id: 'email_value' },
      },
      {
        type: 'input',
        block_id: 'role',
        label: plain('Role'),
        element: {
          type: 'static_select',
          action_id: 'role_value',
          options: [option('admin'), option('agent')],
          initial_option: option('agent'),
        },
      },
      {
        type: 'input',
        block_id: 'seats',
        dispatch_action: true,
        label: plain('Seats'),
        element: {
          type: 'number_input',
          action_id: 'seats_value',
          is_decimal_allowed: false,
          min_value: '1',
          initial_value: '3',
        },
      },
      {
        type: 'actions',
        block_id: 'steps',
        elements: [
          { type: 'button', action_id: 'plus', text: plain('+'), value: '1' },
          { type: 'button', action_id: 'preview', text: plain('Preview') },
        ],
      },
    ],
  };
}

/** An app that invites people, what it has been sent, and what it answers to the next submission. */
export interface FormApp {
  answer: Record<string, unknown> | undefined;
  seen: { name: string; body: Record<string, unknown> }[];
  listen: (app: App) => void;
}

export function formApp(): FormApp {
  const self: FormApp = { answer: undefined, seen: [], listen: (app) => listen(app, self) };
  return self;
}

function listen(app: App, self: FormApp): void {
  const { seen } = self;
  app.command('/org', async ({ ack, body, client, respond, command }) => {
    seen.push({ name: 'command', body: { ...body } });
    if (command.text === 'help') {
      await ack('Try /org overview');
      return;
    }
    if (command.text === 'too long') {
      await ack('x'.repeat(40_001));
      return;
    }
    await ack();
    if (command.text.startsWith('say')) await respond({ response_type: 'in_channel', text: command.text });
    else await client.views.open({ trigger_id: body.trigger_id, view: inviteForm() });
  });
  app.view('invite', async ({ ack, body }) => {
    seen.push({ name: 'submit', body: { ...body } });
    await (self.answer ? ack(self.answer as never) : ack());
  });
  app.view({ callback_id: 'invite', type: 'view_closed' }, async ({ ack, body }) => {
    seen.push({ name: 'closed', body: { ...body } });
    await ack();
  });
  app.action(/.*/, async ({ ack, body, client, action, respond }) => {
    await ack();
    seen.push({ name: 'action', body: { ...body, action } });
    if (body.type !== 'block_actions' || !('action_id' in action)) return;
    if (action.action_id === 'plus' && body.view) {
      const view = inviteForm('Invite more');
      await client.views.update({ view_id: body.view.id, hash: body.view.hash, view });
    }
    if (action.action_id === 'preview') {
      await client.views.push({ trigger_id: body.trigger_id, view: inviteForm('Pushed') });
    }
    if (action.action_id === 'decline') await respond({ replace_original: true, text: 'Declined.' });
  });
  app.shortcut(/.*/, async ({ ack, body }) => {
    seen.push({ name: 'shortcut', body: { ...body } });
    await ack();
  });
  app.event('app_home_opened', async ({ event, client }) => {
    const button = { type: 'button' as const, action_id: 'home_seats', text: plain('Seats') };
    const blocks = [{ type: 'actions' as const, elements: [button] }];
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
  });
  app.message(/.*/, async ({ message }) => {
    seen.push({ name: 'message', body: { ...message } });
  });
}
