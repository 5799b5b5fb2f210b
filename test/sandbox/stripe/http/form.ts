/** Decoded form parameters: text, or lists and hashes of more. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue };
export type FormParams = { [key: string]: FormValue };

interface Hash {
  [key: string]: string | Hash;
}

function keyPath(key: string): string[] {
  const open = key.indexOf('[');
  if (open <= 0 || !key.endsWith(']')) return [key];
  return [key.slice(0, open), ...key.slice(open + 1, -1).split('][')];
}

function place(hash: Hash, path: string[], value: string): void {
  const [head = '', ...rest] = path;
  // `a[]=x&a[]=y` appends; `a[0]=x&a[1]=y`, as stripe-node writes, names the places.
  const key = head === '' ? String(Object.keys(hash).length) : head;
  if (rest.length === 0) {
    hash[key] = value;
    return;
  }
  const inner = hash[key];
  const next: Hash = typeof inner === 'object' ? inner : Object.create(null);
  hash[key] = next;
  place(next, rest, value);
}

function isList(hash: Hash): boolean {
  const keys = Object.keys(hash);
  return keys.length > 0 && keys.every((key) => /^\d+$/.test(key));
}

function settle(value: string | Hash): FormValue {
  if (typeof value === 'string') return value;
  const entries = Object.entries(value).map(([key, inner]): [string, FormValue] => [key, settle(inner)]);
  if (isList(value)) return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, inner]) => inner);
  return Object.fromEntries(entries);
}

/** Decodes a query string or form body with nested brackets into lists and hashes. */
export function parseForm(text: string): FormParams {
  const root: Hash = Object.create(null);
  for (const [key, value] of new URLSearchParams(text)) place(root, keyPath(key), value);
  return Object.fromEntries(Object.entries(root).map(([key, value]) => [key, settle(value)]));
}

/** The name of a parameter as Stripe writes it: `items[0][price]`. */
export function parameterName(path: PropertyKey[]): string {
  const [head, ...rest] = path;
  return `${String(head ?? '')}${rest.map((key) => `[${String(key)}]`).join('')}`;
}
