import { createHmac } from 'node:crypto';

export const SIGNING_SECRET = 'test-signing-secret';

export interface Sent {
  body: string;
  headers: Record<string, string>;
}

/** A body as Slack would sign it now, or `ahead` seconds from now. */
export function sign(
  body: string,
  { ahead = 0, contentType = form }: { ahead?: number; contentType?: string } = {},
): Sent {
  const timestamp = String(Math.floor(Date.now() / 1000) + ahead);
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': contentType,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
  };
}

export const form = 'application/x-www-form-urlencoded';
export const json = 'application/json';

export function commandBody(fields: Record<string, string>): string {
  return new URLSearchParams({
    command: '/org',
    text: '',
    team_id: 'T1',
    user_id: 'U1',
    user_name: 'una',
    channel_id: 'C1',
    trigger_id: '1.2.abc',
    response_url: 'http://127.0.0.1:9/respond',
    ...fields,
  }).toString();
}

export function payloadBody(payload: object): string {
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

export async function send(url: string, { body, headers }: Sent): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/slack/events`, { method: 'POST', body, headers });
  return { status: response.status, text: await response.text() };
}
