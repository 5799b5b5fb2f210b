import { z } from 'zod';

/** Which part of the product a process plays. */
export const processRoles = ['all', 'web', 'worker'] as const;
export type ProcessRole = (typeof processRoles)[number];

/** What stands beside every variable: what it is for, and where an operator gets it. */
interface Explanation extends Record<string, unknown> {
  purpose: string;
  source: string;
}

const explained = <T extends z.ZodType>(schema: T, purpose: string, source: string): T =>
  schema.meta({ purpose, source } satisfies Explanation);

const url = (protocol: RegExp) => z.url({ protocol });

/** https://host, maybe with a port: what paths are written behind. */
const origin = url(/^https?$/)
  .refine((text) => {
    // What is no address at all was refused before, and comes here nevertheless.
    if (!URL.canParse(text)) return true;
    const { href, origin } = new URL(text);
    return href === `${origin}/`;
  }, 'Expected an address without a path, like https://orgdesk.example.com.')
  .transform((text) => new URL(text).origin);
const slackPage = 'api.slack.com/apps > your app > Basic Information > App Credentials';

const encryptionKeys = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.trim().split(':')))
  .refine(
    (keys) => keys.every(([id, key]) => id && key && Buffer.from(key, 'base64').length === 32),
    'Expected id:key pairs, each key 32 bytes in base64, separated by commas.',
  )
  .refine(
    (keys) => new Set(keys.map(([id]) => id)).size === keys.length,
    'Two keys have the same id: what the second one sealed could not be opened.',
  )
  .transform((keys) =>
    keys.map(([id, key]) => ({ id: id as string, key: Buffer.from(key as string, 'base64') })),
  );

/** Every variable of the environment that the product reads. README, .env.example and manifests/ are tested against it. */
export const variables = {
  ROLE: explained(
    z.enum(processRoles).default('all'),
    'What this process does: `web` takes requests, `worker` runs jobs, `all` does both.',
    'Leave it out on one machine.',
  ),
  PORT: explained(
    z.coerce.number().int().min(0).max(65_535).default(3000),
    'The port to listen on.',
    'Your choice.',
  ),
  METRICS_PORT: explained(
    z.coerce.number().int().min(0).max(65_535).optional(),
    'The port on which Prometheus finds /metrics. Without it nothing is measured.',
    'Your choice; keep it from the outside.',
  ),
  PUBLIC_URL: explained(
    origin,
    'Where Slack, Stripe and invited people reach this server, without a path.',
    'Your domain, or the address of your tunnel.',
  ),
  DATABASE_URL: explained(
    url(/^postgres(ql)?$/).optional(),
    'PostgreSQL 15 or newer. Without it an embedded PostgreSQL runs in DATA_DIR.',
    'Your database server; not through a pooler in transaction mode.',
  ),
  DATABASE_POOL_SIZE: explained(
    z.coerce.number().int().min(2).max(500).default(10),
    'Connections to PostgreSQL that this process keeps at most for its own queries.',
    'Your choice.',
  ),
  REDIS_URL: explained(
    url(/^rediss?$/).optional(),
    'Redis 6.2 or newer for the queues. Without it they live in PostgreSQL.',
    'Your Redis; with AOF on and maxmemory-policy noeviction.',
  ),
  DATA_DIR: explained(
    z.string().default('.data'),
    'Where the embedded PostgreSQL keeps its data.',
    'Your choice.',
  ),
  SLACK_CLIENT_ID: explained(
    z.string().min(1),
    'Names the Slack app when a workspace installs it.',
    slackPage,
  ),
  SLACK_CLIENT_SECRET: explained(
    z.string().min(1),
    'Proves the Slack app when a workspace installs it.',
    slackPage,
  ),
  SLACK_SIGNING_SECRET: explained(z.string().min(1), 'Proves that a request comes from Slack.', slackPage),
  SLACK_API_URL: explained(
    url(/^https?$/).default('https://slack.com/api/'),
    'The Slack Web API.',
    'Leave it out, except to point the product at a test double.',
  ),
  OIDC_ISSUER: explained(
    url(/^https?$/).default('https://slack.com'),
    'The issuer behind Sign in with Slack, for accepting invites.',
    'Leave it out, except to point the product at a test double.',
  ),
  STRIPE_SECRET_KEY: explained(
    z.string().regex(/^(sk|rk)_/, 'Expected a key that begins with sk_ or rk_.'),
    'Lets the product change subscriptions.',
    'dashboard.stripe.com > Developers > API keys',
  ),
  STRIPE_WEBHOOK_SECRET: explained(
    z.string().min(1),
    'Proves that a webhook comes from Stripe.',
    'dashboard.stripe.com > Developers > Webhooks > your endpoint, or what `stripe listen` prints',
  ),
  STRIPE_API_BASE: explained(
    url(/^https?$/).default('https://api.stripe.com'),
    'The Stripe API.',
    'Leave it out, except to point the product at a test double.',
  ),
  SMTP_URL: explained(
    url(/^smtps?$/),
    'The mail relay for invites and tickets, as smtp://user:password@host:port.',
    'Your mail provider.',
  ),
  MAIL_FROM: explained(
    z.string().min(3),
    'The sender of mail, like Orgdesk <support@example.com>.',
    'An address that your mail provider lets you send from.',
  ),
  INBOUND_DOMAIN: explained(
    z.hostname('Expected a domain, like reply.example.com.').optional(),
    'The domain whose mail comes back here: customers’ answers to tickets. Without it they go to MAIL_FROM.',
    'A domain of yours whose MX leads to your mail provider’s inbound route, or to INBOUND_SMTP_PORT.',
  ),
  INBOUND_TOKEN: explained(
    z.string().min(16, 'Expected at least 16 characters.').optional(),
    'Lets your mail provider post mail to /mail/inbound. Without it nothing is taken there.',
    'openssl rand -hex 24; give it to your mail provider as the bearer token.',
  ),
  INBOUND_SMTP_PORT: explained(
    z.coerce.number().int().min(0).max(65_535).optional(),
    'The port to take mail on by SMTP or LMTP. Without it no mail is taken that way.',
    'Your choice; behind your own mail server.',
  ),
  INBOUND_SMTP_HOST: explained(
    z.string().min(1).default('127.0.0.1'),
    'The address to take mail on.',
    'Your choice; 0.0.0.0 takes it from other machines too.',
  ),
  INBOUND_SMTP_PROTOCOL: explained(
    z.enum(['smtp', 'lmtp']).default('smtp'),
    'How mail is taken on INBOUND_SMTP_PORT.',
    'lmtp where your mail server delivers by it.',
  ),
  ENCRYPTION_KEYS: explained(
    encryptionKeys,
    'Seals Slack tokens at rest: id:key pairs; the first seals, all of them open.',
    'One key: echo "k1:$(openssl rand -base64 32)". To rotate, put a new pair in front.',
  ),
  STRIPE_CONNECT_WEBHOOK_SECRET: explained(
    z.string().min(1).optional(),
    'Proves that a webhook about a connected account comes from Stripe. Without it such accounts are read once an hour.',
    'dashboard.stripe.com > Developers > Webhooks > your endpoint for connected accounts',
  ),
  PLATFORM_FEE_PERCENT: explained(
    z
      .string()
      .regex(
        /^(\d{1,2}(\.\d{1,2})?|100(\.0{1,2})?)$/,
        'Expected 0 to 100 with at most two decimals, like 2.5.',
      )
      .default('0'),
    'What you keep of a payment that a website takes, in percent.',
    'Your terms with the organizations.',
  ),
  PLATFORM_FEE_FIXED: explained(
    z.coerce.number().int().min(0).max(1_000_000).default(0),
    'What you keep of each payment besides, in the smallest unit of its currency: 20 is £0.20, and ¥20.',
    'Your terms with the organizations.',
  ),
  TRUSTED_PROXIES: explained(
    z.coerce.number().int().min(0).max(10).default(0),
    'How many proxies of yours stand before this server: so many entries of X-Forwarded-For are believed, from the right.',
    'Count them; 0 where clients connect directly.',
  ),
  ALLOW_LOCALHOST: explained(
    z.enum(['yes', 'no']).default('no'),
    'Whether organizations may authorize `localhost`, over http and on any port, to build a website against this server.',
    '`yes` on a developer’s machine alone.',
  ),
  LOG_LEVEL: explained(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    'How much is logged.',
    'Your choice.',
  ),
} as const satisfies Record<string, z.ZodType>;

export type Variable = keyof typeof variables;
export type Config = { [Name in Variable]: z.output<(typeof variables)[Name]> };

/** The environment cannot be used; `message` says of each variable what is wrong, what it is for and where to get it. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** The process's environment; a file `.env` in the present folder fills in what is not set. */
export function loadEnvironment(): NodeJS.ProcessEnv {
  try {
    process.loadEnvFile('.env');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return process.env;
}

/** @throws ConfigError that names every variable that is missing or wrong, never a value. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  return readVariables(Object.keys(variables) as Variable[], environment);
}

/** The same for a command that needs only some of them. */
export function readVariables<Name extends Variable>(
  names: readonly Name[],
  environment: NodeJS.ProcessEnv,
): Pick<Config, Name> {
  const present = Object.fromEntries(names.map((name) => [name, environment[name]?.trim() || undefined]));
  const schema = z.object(Object.fromEntries(names.map((name) => [name, variables[name]])));
  const result = schema.safeParse(present);
  if (result.success) return result.data as Pick<Config, Name>;
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0]) as Name;
    const fault = present[name] === undefined ? 'is missing' : `cannot be used: ${issue.message}`;
    const { purpose, source } = explanation(name);
    return `  ${name} ${fault}\n    For: ${purpose}\n    From: ${source}`;
  });
  throw new ConfigError(`The configuration is not complete.\n${lines.join('\n')}`);
}

/** What `name` is for and where to get it. */
export function explanation(name: Variable): Explanation {
  return variables[name].meta() as Explanation;
}
