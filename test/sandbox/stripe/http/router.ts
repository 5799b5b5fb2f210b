import { Refusal } from '../refusal.ts';
import type { Route } from './route.ts';

interface Match {
  route: Route;
  path: Record<string, string>;
}

interface Compiled {
  route: Route;
  pattern: RegExp;
  names: string[];
}

function compile(route: Route): Compiled {
  const names: string[] = [];
  const source = route.path.replace(/:(\w+)/g, (_, name: string) => {
    names.push(name);
    return '([^/]+)';
  });
  return { route, pattern: new RegExp(`^${source}$`), names };
}

/** Finds the endpoint of a request; literal paths win over ones with ids. */
export class Router {
  private readonly compiled: Compiled[];

  constructor(routes: Route[]) {
    this.compiled = routes.map(compile).sort((a, b) => a.names.length - b.names.length);
  }

  match(method: string, path: string): Match {
    for (const { route, pattern, names } of this.compiled) {
      if (route.method !== method) continue;
      const found = pattern.exec(path);
      if (!found) continue;
      const ids = names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]);
      return { route, path: Object.fromEntries(ids) };
    }
    throw new Refusal(404, {
      type: 'invalid_request_error',
      message:
        `Unrecognized request URL (${method}: ${path}). If you are trying to list objects, remove the trailing slash. ` +
        'If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code. ' +
        'Please see https://stripe.com/docs or we can help at https://support.stripe.com/.',
    });
  }
}
