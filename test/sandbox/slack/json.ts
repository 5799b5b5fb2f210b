/** Whatever JSON holds. The sandbox reads what others send, so nothing about its shape is taken for granted. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json | undefined;
}

/** The value as an object, or an empty one when it is something else. */
export function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The value as a string, or an empty one when it is something else. */
export function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The objects of a list; an empty list when the value is something else. */
export function asObjects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Parsed JSON, or undefined when the text is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Slack's booleans come as true, "true", 1 or "1". */
export function isTrue(value: Json | undefined): boolean {
  return value === true || value === 1 || value === 'true' || value === '1';
}

/** The shape of every refusal of the Web API. */
export function refusal(error: string, more: JsonObject = {}): JsonObject {
  return { ok: false, error, ...more };
}
