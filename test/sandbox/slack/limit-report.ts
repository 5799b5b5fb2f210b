import { isObject, type Json, type JsonObject } from './json.ts';

/** Collects what a payload breaks, in the words and with the JSON pointers that Slack answers with. */
export class LimitReport {
  readonly problems: string[] = [];

  add(problem: string, pointer: string): void {
    this.problems.push(`${problem} [json-pointer:${pointer}]`);
  }

  /** A string of at most `max` characters; absent is fine unless it is required. */
  string(value: Json | undefined, pointer: string, max: number, required = false): void {
    if (value === undefined || value === null || value === '') {
      if (required) this.add(`missing required field: ${lastPart(pointer)}`, parent(pointer));
      return;
    }
    if (typeof value !== 'string') this.add('must be a string', pointer);
    else if (value.length > max) this.add(`must be less than ${max + 1} characters`, pointer);
  }

  /** A text object of 1 to `max` characters. */
  text(
    value: Json | undefined,
    pointer: string,
    limit: { max: number; plain?: boolean; required?: boolean },
  ): void {
    if (value === undefined || value === null) {
      if (limit.required) this.add(`missing required field: ${lastPart(pointer)}`, parent(pointer));
      return;
    }
    if (!isObject(value)) {
      this.add('must provide an object', pointer);
      return;
    }
    if (value.type !== 'plain_text' && (limit.plain || value.type !== 'mrkdwn')) {
      this.add(`unsupported type: ${String(value.type)}`, `${pointer}/type`);
    }
    if (value.text === '') this.add('must be more than 0 characters', `${pointer}/text`);
    this.string(value.text, `${pointer}/text`, limit.max, true);
  }

  /** A list of objects within the bounds; its items come back with their pointers. */
  items(value: Json | undefined, pointer: string, bounds: { min?: number; max: number }): Item[] {
    if (!Array.isArray(value)) {
      if (bounds.min) this.add(`missing required field: ${lastPart(pointer)}`, parent(pointer));
      return [];
    }
    if (value.length > bounds.max) this.add(`no more than ${bounds.max} items allowed`, pointer);
    if (value.length < (bounds.min ?? 0)) {
      this.add(`no fewer than ${bounds.min} items required`, pointer);
    }
    return value.flatMap((item, index) => {
      if (isObject(item)) return [{ object: item, pointer: `${pointer}/${index}` }];
      this.add('must provide an object', `${pointer}/${index}`);
      return [];
    });
  }
}

export interface Item {
  object: JsonObject;
  pointer: string;
}

function lastPart(pointer: string): string {
  return pointer.slice(pointer.lastIndexOf('/') + 1);
}

function parent(pointer: string): string {
  return pointer.slice(0, pointer.lastIndexOf('/'));
}
