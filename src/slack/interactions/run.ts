import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import type { Actor } from '../../domain/actor.ts';
import type { Context } from '../../domain/context.ts';
import { takeOnce } from '../../domain/intake/take-once.ts';
import type { Identity } from '../../domain/members/identify.ts';
import type { Logger } from '../../logger.ts';
import type { ResolveActor } from '../actor.ts';
import type { Interaction, Listener, Listeners, Reply } from '../listener.ts';
import type { Questions } from '../questions.ts';
import type { SignedRequest } from '../receiver.ts';
import { type Sentence, sentenceFor } from '../refusal.ts';
import type { Acknowledgement } from './acknowledgement.ts';

/** What every kind of interaction needs; made once by app.ts. */
export interface Engine {
  context: Context;
  questions: Questions;
  listeners: Listeners;
  resolveActor: ResolveActor;
  clientFor(teamId: string): WebClient;
  /** Posts to a response URL of Slack's. */
  respond(responseUrl: string, message: ResponseMessage): Promise<void>;
  log: Logger;
}

export interface ResponseMessage extends Reply {
  response_type?: 'ephemeral';
  replace_original?: boolean;
}

/** One call of one listener. */
export interface Call<I extends Interaction> {
  listener: Listener<I>;
  identity: Identity;
  request: SignedRequest;
  acknowledgement: Acknowledgement<never>;
  /** What the kind of interaction adds to what all have. */
  details: Omit<I, keyof Interaction>;
  /** Says a sentence in the place where the person is looking. */
  tell(sentence: Sentence, client: WebClient): Promise<void>;
}

/** Runs a listener to its end: whatever happens in it, the request is acknowledged, and nothing is thrown. */
export async function run<I extends Interaction>(engine: Engine, call: Call<I>): Promise<void> {
  const { listener, request, details } = call;
  const shared = sharedParts(engine, call);
  const orLog = (error: unknown) => shared.log.warn({ err: error }, 'An answer could not be given.');
  try {
    const actor = await admitted(engine, call);
    if (actor !== null) await listener.handle(Object.assign(shared, { actor }, details) as unknown as I);
  } catch (error) {
    await call.tell(sentenceFor(error, request.id, shared.log), shared.client).catch(orLog);
  }
  if (!call.acknowledgement.given()) await call.acknowledgement.give().catch(orLog);
}

/** What all kinds of interaction have. Client and log are made when they are asked for: most calls need neither. */
function sharedParts(engine: Engine, { identity, request }: Pick<Call<never>, 'identity' | 'request'>) {
  const { context, questions } = engine;
  const { teamId, userId } = identity;
  let log: Logger | undefined;
  return {
    context,
    questions,
    get client() {
      return engine.clientFor(teamId);
    },
    get log() {
      log ??= engine.log.child({ requestId: request.id, teamId, userId });
      return log;
    },
  };
}

/** Who is asking; null where the same signed request was acted on before. */
async function admitted<I extends Interaction>(engine: Engine, call: Call<I>): Promise<Actor | null> {
  const identified = engine.resolveActor(call.identity, call.listener.actor ?? 'fresh');
  if (!call.listener.once) return identified;
  const key = `request:${createHash('sha256').update(call.request.signature).digest('hex')}`;
  const [first, actor] = await Promise.all([takeOnce(engine.context, key), identified]);
  return first ? actor : null;
}
