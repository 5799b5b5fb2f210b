import { Refusal } from '../domain/errors.ts';
import type { Logger } from '../logger.ts';

/** What the person reads where they are looking, and the input that it is about. */
export interface Sentence {
  text: string;
  field?: string;
}

/** The sentence for whatever a listener threw. What is no refusal is logged, under the id that the person gets. */
export function sentenceFor(error: unknown, id: string, log: Logger): Sentence {
  if (error instanceof Refusal) {
    log.debug({ code: error.code }, 'Refused.');
    return { text: error.message, ...(error.field !== undefined && { field: error.field }) };
  }
  log.error({ err: error, id }, 'A listener failed.');
  return {
    text: `Something went wrong on our side, and this may not have been done. Try it again; if it stays, tell whoever runs Orgdesk the number ${id}.`,
  };
}
