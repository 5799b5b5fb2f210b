import type { MiddlewareHandler } from 'hono';
import type { PluginEnv } from './api.ts';
import { Problem } from './problems.ts';

/** 15 MiB: a file of 10 MiB in base64, and words. */
export const PLUGIN_BODY_BYTES = 15 * 1024 * 1024;

/**
 * Takes a body only as JSON in UTF-8, which no form of a browser's can send without asking first, and only where it says
 * how long it is. 411, 413 and 415 say what is wrong, before anything of it is read.
 */
export const jsonOnly: MiddlewareHandler<PluginEnv> = async (request, next) => {
  if (request.req.method !== 'GET' && request.req.method !== 'HEAD') {
    if (!isJson(request.req.header('content-type'))) {
      throw new Problem(415, 'not_json', 'Send the body as application/json, in UTF-8.');
    }
    if (request.req.header('transfer-encoding') !== undefined) {
      throw new Problem(411, 'length_required', 'Send the length of the body with it.');
    }
    if (Number(request.req.header('content-length') ?? 0) > PLUGIN_BODY_BYTES) {
      throw new Problem(413, 'too_large', 'A request has at most 15 MiB, its files in base64 included.');
    }
  }
  await next();
};

function isJson(contentType = ''): boolean {
  return /^application\/json(; *charset="?utf-8"? *)?$/i.test(contentType.trim());
}
