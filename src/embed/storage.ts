export interface Store {
  get<T>(name: string): T | null;
  set(name: string, value: unknown): void;
  /** What is kept of that name under other keys: an older one, or another organization's on the same website. */
  others(name: string): unknown[];
}

/**
 * What a browser keeps for a website, under the publishable key; where it keeps nothing (blocked, private, full), the page's
 * own memory does until it is left.
 */
export function openStore(area: 'localStorage' | 'sessionStorage', key: string): Store {
  const memory = new Map<string, string>();
  const nameOf = (name: string) => `orgdesk:${key}:${name}`;
  const read = <T>(text: () => string | null | undefined): T | null => {
    try {
      return JSON.parse(text() || 'null') as T;
    } catch {
      return null;
    }
  };
  return {
    get: (name) => read(() => memory.get(name) ?? window[area].getItem(nameOf(name))),
    others(name) {
      const names = read<string[]>(() => JSON.stringify(Object.keys(window[area]))) ?? [];
      return names
        .filter((other) => /^orgdesk:/.test(other) && other.endsWith(`:${name}`) && other !== nameOf(name))
        .map((other) => read(() => window[area].getItem(other)));
    },
    set(name, value) {
      const text = value === null ? '' : JSON.stringify(value);
      memory.set(name, text);
      try {
        if (value === null) window[area].removeItem(nameOf(name));
        else window[area].setItem(nameOf(name), text);
      } catch {
        // The memory has it.
      }
    },
  };
}
