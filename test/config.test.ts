import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigError, explanation, readConfig, type Variable, variables } from '../src/config.ts';

const complete = {
  PUBLIC_URL: 'https://desk.example/',
  SLACK_CLIENT_ID: '1.2',
  SLACK_CLIENT_SECRET: 'client-secret',
  SLACK_SIGNING_SECRET: 'signing-secret',
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  SMTP_URL: 'smtp://user:pass@mail.example:587',
  MAIL_FROM: 'Orgdesk <desk@example.com>',
  ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
};

function failure(environment: NodeJS.ProcessEnv): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('The configuration was accepted.');
}

describe('readConfig', () => {
  it('fills in the defaults of everything that one machine can do without', () => {
    expect(readConfig(complete)).toMatchObject({
      ROLE: 'all',
      PORT: 3000,
      DATABASE_URL: undefined,
      REDIS_URL: undefined,
      SLACK_API_URL: 'https://slack.com/api/',
      PUBLIC_URL: 'https://desk.example',
    });
  });

  it.each(Object.keys(complete) as Variable[])(
    'names %s when it is missing, with its purpose and source',
    (name) => {
      const message = failure({ ...complete, [name]: ' ' });
      expect(message).toContain(`${name} is missing`);
      expect(message).toContain(explanation(name).purpose);
      expect(message).toContain(explanation(name).source);
    },
  );

  it('names every missing variable at once', () => {
    const message = failure({});
    for (const name of Object.keys(complete)) expect(message).toContain(`${name} is missing`);
  });

  it('says what is wrong with a value without showing it', () => {
    const message = failure({ ...complete, ENCRYPTION_KEYS: 'k1:c2hvcnQ=', STRIPE_SECRET_KEY: 'hunter2' });
    expect(message).toContain('ENCRYPTION_KEYS cannot be used: Expected id:key pairs');
    expect(message).toContain('STRIPE_SECRET_KEY cannot be used');
    expect(message).not.toContain('c2hvcnQ=');
    expect(message).not.toContain('hunter2');
  });

  it.each([
    ['ROLE', 'everything'],
    ['PORT', '70000'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['REDIS_URL', 'http://localhost'],
    ['SMTP_URL', 'https://mail.example'],
    ['PUBLIC_URL', 'javascript:alert(1)'],
    ['PUBLIC_URL', 'desk.example'],
    ['PUBLIC_URL', 'https://desk.example/orgdesk'],
    ['PUBLIC_URL', 'https://desk.example/?x=1'],
    ['PUBLIC_URL', 'https://user:pass@desk.example'],
    ['ENCRYPTION_KEYS', 'no-key'],
    ['INBOUND_DOMAIN', 'https://reply.example.com'],
    ['INBOUND_DOMAIN', 'reply@example.com'],
    ['INBOUND_TOKEN', 'short'],
    ['INBOUND_SMTP_PORT', 'smtp'],
    ['INBOUND_SMTP_PROTOCOL', 'pop3'],
  ])('refuses %s=%s', (name, value) => {
    expect(failure({ ...complete, [name]: value })).toContain(`${name} cannot be used`);
  });

  it('reads several encryption keys in their order', () => {
    const keys = ['k2', 'k1'].map((id) => `${id}:${randomBytes(32).toString('base64')}`).join(', ');
    expect(readConfig({ ...complete, ENCRYPTION_KEYS: keys }).ENCRYPTION_KEYS.map(({ id }) => id)).toEqual([
      'k2',
      'k1',
    ]);
  });

  it('refuses two encryption keys of one id, whose second would open nothing', () => {
    const keys = ['k1', 'k1'].map((id) => `${id}:${randomBytes(32).toString('base64')}`).join(',');
    expect(failure({ ...complete, ENCRYPTION_KEYS: keys })).toContain('Two keys have the same id');
  });

  it('explains every variable', () => {
    for (const name of Object.keys(variables) as Variable[]) {
      expect(explanation(name).purpose, name).toMatch(/\.$/);
      expect(explanation(name).source, name).not.toBe('');
    }
  });
});
