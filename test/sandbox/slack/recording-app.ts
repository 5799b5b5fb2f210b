import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asObject, type JsonObject, parseJson } from './json.ts';

interface Received {
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: string;
}

/** An app without any sense: keeps what it is sent and answers what it is told. */
export interface RecordingApp {
  url: string;
  received: Received[];
  /** What is answered from now on; 200 and nothing, at once, at first. */
  answer: { status: number; body?: string; after?: Promise<void> };
  /** The fields of the last slash command. */
  form(): Record<string, string>;
  /** The last interaction. */
  payload(): JsonObject;
  /** The last event, in its envelope. */
  event(): JsonObject;
  close(): Promise<void>;
}

export async function startRecordingApp(): Promise<RecordingApp> {
  const received: Received[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { headers, rawHeaders } = incoming;
    received.push({ headers, rawHeaders, body: Buffer.concat(chunks).toString() });
    const { after, body, status } = app.answer;
    await after;
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const last = () => received.at(-1)?.body ?? '';
  const form = () => Object.fromEntries(new URLSearchParams(last()));
  const app: RecordingApp = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: { status: 200 },
    form,
    payload: () => asObject(parseJson(form().payload ?? '')),
    event: () => asObject(parseJson(last())),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return app;
}
