import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

const REDACTED = '[redacted]';

/** Wherever they stand in a logged object, these are never written. */
const secretKeys = [
  'authorization',
  'cookie',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'bot_token',
  'client_secret',
  'secret',
  'password',
  'sealed',
  'email',
  'text',
  'body',
  'html',
  'blocks',
];

/** Tokens, keys and addresses as they look inside a sentence, as in an error's message. */
const secretPatterns = [
  /xox[a-z]-[\w-]+/g,
  /xapp-[\w-]+/g,
  /\b(sk|rk|whsec|pk)_(test_|live_)?\w{8,}/g,
  // Our own: a secret key of the plugin's API, a session of it, a ticket's conversation.
  /\bod(sk|s|t)_[\w.-]+/g,
  /(postgres(?:ql)?|rediss?|smtps?):\/\/[^@\s/]+@/g,
  /[\w.+-]+@[\w-]+\.[\w.-]+/g,
  // Whoever has one of these addresses may use it: an invite's link, Slack's addresses for answers.
  /\/invitations\/[\w-]{20,}/g,
  /hooks\.slack\.com\/[^\s"']+/g,
];

/** The same sentence without a token, a key, a password or an e-mail address in it. */
export function redactText(text: string): string {
  return secretPatterns.reduce((clean, pattern) => clean.replace(pattern, REDACTED), text);
}

/** Structured logs, one JSON object a line; secrets, e-mail addresses and people's words never reach them. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: REDACTED },
      serializers: { err: serializeError },
      hooks: {
        // A message may be a library's own, with an error's words in it.
        logMethod(args, method) {
          const clean = args.map((arg) => (typeof arg === 'string' ? redactText(arg) : arg));
          method.apply(this, clean as typeof args);
        },
      },
    },
    destination ?? pino.destination({ fd: 1, sync: false }),
  );
}

/** Name, code, message and stack of an error, cleaned; its other properties may hold a request's body and are dropped. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return redactText(String(error));
  const { name, message, stack, code } = error as Error & { code?: unknown };
  return {
    name,
    message: redactText(message),
    ...(code !== undefined && { code }),
    stack: stack === undefined ? undefined : redactText(stack),
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}
