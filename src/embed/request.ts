/** Why a request came to nothing. */
export class Failure extends Error {
  /** 0 where no answer came: whether it was done is not known. */
  declare readonly status: number;
  declare readonly code: string;
  /** The server's sentence; empty where it gave none. */
  declare readonly detail: string;
  declare readonly errors: { field: string; detail: string }[];
  /** Seconds, where the server names them. */
  declare readonly retryAfter: number;

  constructor(status: number, problem: Partial<Failure> = {}) {
    super();
    this.status = status;
    this.code = problem.code ?? '';
    this.detail = problem.detail ?? '';
    this.errors = Array.isArray(problem.errors) ? problem.errors : [];
    this.retryAfter = problem.retryAfter ?? 0;
  }
}

export interface Ask {
  method?: 'GET' | 'POST';
  /** JSON, written already: what is sent again is the same to the last letter. */
  body?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Sends it, without cookies. @throws Failure for every answer but 2xx, and with status 0 where there was none. */
export async function send(
  url: string,
  { method = 'GET', body, headers = {}, signal }: Ask = {},
): Promise<Response> {
  const type: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' };
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      credentials: 'omit',
      cache: 'no-store',
      headers: { ...type, ...headers },
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    });
  } catch {
    throw new Failure(0);
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get('Retry-After')) || 0;
  throw new Failure(response.status, { ...problem, retryAfter });
}

/** The same, read as JSON within a minute, or two where there are files. */
export async function ask<T>(url: string, options: Ask = {}): Promise<T> {
  const controller = new AbortController();
  // Files go over slow lines too; the server takes a request for 130 seconds.
  const longest = (options.body ?? '').length > 100_000 ? 120_000 : 60_000;
  const timer = setTimeout(() => controller.abort(), longest);
  try {
    const response = await send(url, { ...options, signal: controller.signal });
    return (await response.json()) as T;
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(0);
  } finally {
    clearTimeout(timer);
  }
}
