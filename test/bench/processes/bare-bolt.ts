import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver } from '@slack/bolt';

// Bolt as its guide sets it up, with the one listener; says its port to whoever forked it.
const receiver = new HTTPReceiver({ signingSecret: String(process.env.SLACK_SIGNING_SECRET) });
const app = new App({
  receiver,
  authorize: async () => ({ botToken: 'xoxb-bench', botId: 'B1', botUserId: 'U1' }),
});
app.command('/org', async ({ ack }) => {
  await ack({ response_type: 'ephemeral', text: String(process.env.ANSWER) });
});
const server = await receiver.start(0);
process.send?.({ port: (server.address() as AddressInfo).port });
