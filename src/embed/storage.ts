export interface Store {
  get<T>(name: string): T | null;
  set(name: string, value: unknown): void;
}

/**
 * What a browser keeps for a website, under the publishable key; where it keeps nothing (blocked, private, full), the page's
 * own memory does until it is left.
 */
export function openStore(area: 'localStorage' | 'sessionStorage', key: string): Store {
  const memory = new Map<string, string>();
  const nameOf = (name: string) => `orgdesk:${key}:${name}`;
  return {
    get<T>(name: string) {
      try {
        const text = memory.get(name) ?? window[area].getItem(nameOf(name));
        return text ? (JSON.parse(text) as T) : null;
      } catch {
        return null;
      }
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
