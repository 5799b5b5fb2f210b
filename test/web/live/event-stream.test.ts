import { afterEach, describe, expect, it } from 'vitest';
import { createEventStream, eventText } from '../../../src/web/live/event-stream.ts';
import { countStreams } from '../../../src/web/live/open-streams.ts';
import { until } from '../../jobs/until.ts';

const open: { end(): void }[] = [];
afterEach(() => {
  for (const stream of open.splice(0)) stream.end();
});

function start(options: Partial<Parameters<typeof createEventStream>[0]> = {}) {
  const seen = { cut: 0, ends: 0 };
  const stream = createEventStream({
    cut: () => {
      seen.cut += 1;
    },
    onEnd: () => {
      seen.ends += 1;
    },
    ...options,
  });
  open.push(stream);
  return { ...stream, seen };
}

async function readAll(body: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(body).text();
}

describe('a stream of events', () => {
  it('gives what was written, until it is ended', async () => {
    const { body, write, end, seen } = start();
    await write('one\n');
    await write('two\n');
    end();
    end();
    await write('three\n');
    expect(await readAll(body)).toBe('one\ntwo\n');
    expect(seen).toEqual({ cut: 0, ends: 1 });
  });

  it('has no line of what was said break out of its event', () => {
    const text = eventText('message', 7, { text: 'a\n\nevent: deleted\ndata: {}\r\r\u2028' });
    expect(text.split('\n')).toHaveLength(5);
    expect(text.startsWith('id: 7\nevent: message\ndata: {')).toBe(true);
    expect(text).not.toContain('\r');
  });

  it('beats while nothing happens', async () => {
    const { body } = start({ heartbeatMilliseconds: 5 });
    const reader = body.getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toBe(':\n\n');
  });

  it('holds up whoever writes while there is no room, and lets them go on when there is', async () => {
    const { body, write } = start();
    let went = false;
    const written = write('x'.repeat(100_000)).then(() => {
      went = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(went).toBe(false);
    const reader = body.getReader();
    await reader.read();
    await written;
  });

  it('cuts a reader for whom too much waits, and lets its writer go', async () => {
    const { write, seen } = start({ backlog: 150_000 });
    const first = write('x'.repeat(100_000));
    await write('x'.repeat(100_000));
    await first;
    expect(seen).toEqual({ cut: 1, ends: 1 });
  });

  it('cuts a reader who takes nothing any more though little waits, and none who is only slow', async () => {
    const stuck = start({ heartbeatMilliseconds: 10 });
    void stuck.write('hello');
    await until(() => stuck.seen.cut === 1);
    const slow = start({ heartbeatMilliseconds: 10 });
    const reader = slow.body.getReader();
    // One heartbeat at a time, so that there is always another that waits.
    for (let beats = 0; beats < 5; beats++) await reader.read();
    expect(slow.seen.cut).toBe(0);
  });

  it('is over when its reader leaves, and at the end of its life', async () => {
    const left = start();
    await left.body.cancel();
    expect(left.seen).toEqual({ cut: 0, ends: 1 });
    const old = start({ lifeMilliseconds: 5 });
    expect(await readAll(old.body)).toBe('');
    expect(old.seen).toEqual({ cut: 0, ends: 1 });
  });
});

describe('the streams that are open at once', () => {
  it('are so many of a conversation, of an address, and in all; whoever leaves makes room', () => {
    const streams = countStreams({ perTicket: 2, perAddress: 3, inAll: 4 });
    const leave = streams.enter('t1', 'a1');
    expect(streams.enter('t1', 'a2')).not.toBeNull();
    expect(streams.enter('t1', 'a3')).toBeNull();
    leave?.();
    leave?.();
    expect(streams.enter('t1', 'a1')).not.toBeNull();
    expect(streams.enter('t1', 'a3')).toBeNull();
    expect(streams.enter('t2', 'a1')).not.toBeNull();
    expect(streams.enter('t3', 'a1')).not.toBeNull();
    expect(streams.enter('t4', 'a1')).toBeNull();
    expect(streams.enter('t4', 'a9')).toBeNull();
  });
});
