/** A part could not be had; `message` is a sentence for the operator. */
export class StartFailed extends Error {
  override name = 'StartFailed';
}

/** Why a port cannot be had, in a sentence. */
export function portRefused(
  variable: 'PORT' | 'METRICS_PORT' | 'INBOUND_SMTP_PORT',
  port: number,
  error: NodeJS.ErrnoException,
): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another process listens on it',
    EACCES: 'this user may not listen on it',
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  return new StartFailed(`The port ${port} cannot be had: ${reason}. Set ${variable} to another.`, {
    cause: error,
  });
}
