import { z } from 'zod';
import type { Account } from '../account.ts';

export interface RouteInput<Params> {
  account: Account;
  /** The ids in the path, by name. */
  path: Record<string, string>;
  params: Params;
}

/** One endpoint: where it is, which parameters it takes, and what it does. */
export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  /** For example `/v1/customers/:customer`. */
  path: string;
  parameters: z.ZodType;
  /** Answers the object, or throws a `Refusal`. Runs in one go: no other request acts in between. */
  run: (input: RouteInput<unknown>) => object;
}

/** Declares an endpoint. `shape` lists every parameter it takes: any other is refused as unknown. */
export function route<Shape extends z.ZodRawShape>(
  method: Route['method'],
  path: string,
  shape: Shape,
  run: (input: RouteInput<z.output<z.ZodObject<Shape, z.core.$strict>>>) => object,
): Route {
  const parameters = z.strictObject(shape);
  return { method, path, parameters, run: run as Route['run'] };
}

/** The value of a path parameter. */
export function pathId(path: Record<string, string>, name: string): string {
  return path[name] ?? '';
}
