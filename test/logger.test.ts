import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLogger, redactText } from '../src/logger.ts';

function capture(write: (log: ReturnType<typeof createLogger>) => void): string {
  let lines = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines += String(chunk);
      done();
    },
  });
  write(createLogger('trace', destination));
  return lines;
}

describe('the log', () => {
  it.each(['token', 'email', 'text', 'body', 'password', 'sealed', 'authorization'])(
    'never shows a property called %s, at three depths',
    (key) => {
      const lines = capture((log) =>
        log.info({ [key]: 'hush-1', one: { [key]: 'hush-2', two: { [key]: 'hush-3' } } }, 'hello'),
      );
      expect(lines).toContain('hello');
      expect(lines).not.toContain('hush');
    },
  );

  it('cleans an error: its message, its stack and its cause, and drops what else it carries', () => {
    const error = Object.assign(new Error('xoxb-123-abc was refused for ann@example.com'), {
      request: 'hush',
      cause: new Error('connect postgres://user:hush@db/x'),
    });
    const lines = capture((log) => log.error({ err: error }, 'failed'));
    expect(lines).toContain('was refused');
    expect(lines).not.toMatch(/xoxb|ann@|hush/);
  });

  it('cleans the message of a line too', () => {
    const lines = capture((log) => {
      log.warn('no mail to ann@example.com');
      log.warn({ library: 'slack' }, 'xoxb-123-abc was refused');
    });
    expect(lines).toContain('no mail to [redacted]');
    expect(lines).toContain('was refused');
    expect(lines).not.toContain('xoxb');
  });

  it.each([
    ['https://desk.example/invitations/Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6', 'Zm9v'],
    ['https://hooks.slack.com/commands/T1/2/hush', 'hush'],
    ['sk_test_51Habcdefgh', 'sk_test'],
    ['whsec_abcdefgh1234', 'whsec'],
    ['odsk_Zm9vYmFyYmF6-m9vYmFyYmF6Zm9vYmFyYmF6Zm9vYm', 'Zm9v'],
    ['https://desk.example/t/odt_Zm9vYmFyYmF6Zm9vYmFyYmF6', 'Zm9v'],
    ['ods_Zm9vYmFy.Zm9vYmFy-Zm9v', 'Zm9v'],
    ['redis://:secret@cache:6379', 'secret'],
    ['Ann <ann.b+c@mail.example.co.uk>', 'ann.b'],
  ])('redacts %s inside a sentence', (text, secret) => {
    expect(redactText(`before ${text} after`)).not.toContain(secret);
    expect(redactText(`before ${text} after`)).toMatch(/^before .* after$/);
  });
});
