import type { MiddlewareHandler } from 'hono';
import { type PluginEnv, pluginBase } from './api.ts';
import { Problem } from './problems.ts';

/** 15 MiB: a file of 10 MiB in base64, and words. */
export const PLUGIN_BODY_BYTES = 15 * 1024 * 1024;
/** 64 KiB: ten thousand characters, however they are written. */
const WORDS_BYTES = 64 * 1024;
/** The routes that take files. */
const withFiles = new RegExp(`^${pluginBase}/tickets(/[^/]+/messages)?$`);

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
    const length = Number(request.req.header('content-length') ?? 0);
    if (withFiles.test(request.req.path)) {
      if (length > PLUGIN_BODY_BYTES) {
        throw tooLarge('A request has at most 15 MiB, its files in base64 included.');
      }
    } else if (length > WORDS_BYTES) throw tooLarge('A request without files has at most 64 KiB.');
  }
  await next();
};

function tooLarge(detail: string): Problem {
  return new Problem(413, 'too_large', detail);
}

function isJson(contentType = ''): boolean {
  return /^application\/json(; *charset="?utf-8"? *)?$/i.test(contentType.trim());
}
