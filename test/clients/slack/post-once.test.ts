import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RetryableFailure } from '../../../src/clients/failures.ts';
import { openDirectMessage, sendDirectMessage } from '../../../src/clients/slack/direct-message.ts';
import { postToResponseUrl } from '../../../src/clients/slack/response-url.ts';
import { type StartedSlack, startSlack } from './start.ts';

let slack: StartedSlack;
let userId: string;

beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.sandbox.close());

const client = () => slack.clients.background(slack.teamId);
const send = (outboxId: string, attempt: number) =>
  sendDirectMessage(client(), { userId, text: `about ${outboxId}`, outboxId, attempt });
const said = async () =>
  (await slack.sandbox.directMessages(slack.teamId, userId)).map(({ text }) => text as string);

describe('a direct message for an effect', () => {
  it('whose answer was lost is not posted again', async () => {
    userId = slack.sandbox.addUser(slack.teamId).id;
    const outboxId = uuidv7();
    slack.sandbox.faults.next({ method: 'chat.postMessage', kind: 'acted-then-drop' });
    await expect(send(outboxId, 1)).rejects.toThrow(RetryableFailure);
    expect(await said()).toEqual([`about ${outboxId}`]);

    const posted = await send(outboxId, 2);
    expect(await said()).toEqual([`about ${outboxId}`]);
    const [message] = await slack.sandbox.directMessages(slack.teamId, userId);
    expect(posted).toEqual({ channel: await openDirectMessage(client(), userId), ts: message?.ts });
  });

  it('that never arrived is posted by the next try, and others of the conversation are not taken for it', async () => {
    userId = slack.sandbox.addUser(slack.teamId).id;
    const [one, other] = [uuidv7(), uuidv7()];
    await send(one, 1);
    slack.sandbox.faults.next({ method: 'chat.postMessage', kind: '500' });
    await expect(send(other, 1)).rejects.toThrow(RetryableFailure);
    await send(other, 2);
    expect(await said()).toEqual([`about ${one}`, `about ${other}`]);
  });

  it('is found below many others', async () => {
    userId = slack.sandbox.addUser(slack.teamId).id;
    const outboxId = uuidv7();
    await send(outboxId, 1);
    const channel = await openDirectMessage(client(), userId);
    for (let count = 0; count < 205; count++)
      await client().chat.postMessage({ channel, text: `more ${count}` });
    await send(outboxId, 2);
    expect((await said()).filter((text) => text.startsWith('about'))).toHaveLength(1);
  });
});

it('an answer to a response URL that ran out is an error', async () => {
  const user = slack.sandbox.addUser(slack.teamId).id;
  slack.sandbox.appUrl = 'http://127.0.0.1:9';
  const { responses } = await slack.sandbox.person({ team: slack.teamId, user }).command('/org', 'x');
  const sent = new URLSearchParams(String(slack.sandbox.lastRequest?.body));
  const url = sent.get('response_url') as string;
  await postToResponseUrl(url, { text: 'in time' });
  expect(responses).toMatchObject([{ text: 'in time' }]);
  slack.sandbox.expireResponseUrls();
  await expect(postToResponseUrl(url, { text: 'late' })).rejects.toThrow('404');
});
