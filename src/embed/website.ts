import type { Api } from './api.ts';
import { Failure } from './request.ts';
import type { Product } from './wire.ts';

/** Milliseconds after which it is asked again while nothing is known; the last one for ever. */
const waits = [5_000, 30_000, 120_000, 300_000];

/**
 * Asks whether this website is listed, by reading the products: one plain GET without a preflight. Resolves with them, or with
 * null where the website is not listed. While the server cannot be had nothing is known: it is asked again, quietly.
 */
export async function askWhetherListed(api: Pick<Api, 'products' | 'at'>): Promise<Product[] | null> {
  for (let tries = 0; ; tries += 1) {
    const answer = await attempt(api);
    if (answer !== undefined) return answer;
    const wait = waits[Math.min(tries, waits.length - 1)];
    await new Promise((resolve) => {
      setTimeout(resolve, wait);
      addEventListener('online', resolve, { once: true });
    });
  }
}

/** Undefined where it cannot be told. */
async function attempt(api: Pick<Api, 'products' | 'at'>): Promise<Product[] | null | undefined> {
  try {
    return await api.products();
  } catch (error) {
    const status = error instanceof Failure ? error.status : 0;
    if (status === 401 || status === 403) return null;
    // What is refused otherwise, as for too many requests, is refused to a listed website.
    if (status >= 400) return status < 500 ? [] : undefined;
  }
  // The answer to an unlisted website may not be read: then the server is there all the same, and an opaque answer says so.
  return fetch(api.at('/products'), { mode: 'no-cors', credentials: 'omit', cache: 'no-store' }).then(
    () => null,
    () => undefined,
  );
}
