import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandBody, send, sign } from './sender.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

it('answers a signed /org help ephemerally', async () => {
  const { status, text } = await send(app.url, sign(commandBody({ text: 'help' })));
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({
    response_type: 'ephemeral',
    text: expect.stringContaining('/org help'),
  });
});
