/** Slack waits 3 s for an answer (docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response). */
const PATIENCE_MILLISECONDS = 2_500;

/** The one answer to a request, given by the listener or for it. */
export interface Acknowledgement<A> {
  give(answer?: A): Promise<void>;
  /** Whether the listener has answered, in time or late. */
  given(): boolean;
}

export interface Ways<A> {
  /** Answers the request. */
  send(answer?: A): Promise<void>;
  /** What is sent when the listener takes too long; nothing by default. */
  meanwhile?: A;
  /** Where the answer goes when something was sent meanwhile. */
  late(answer?: A): Promise<void>;
}

/** @throws Error where it is given twice. */
export function acknowledgement<A>({ send, meanwhile, late }: Ways<A>): Acknowledgement<A> {
  let given = false;
  let overdue: Promise<void> | undefined;
  const timer = setTimeout(() => {
    overdue = send(meanwhile).catch(() => {});
  }, PATIENCE_MILLISECONDS);
  return {
    given: () => given,
    give: async (answer) => {
      if (given) throw new Error('A request was acknowledged twice.');
      given = true;
      clearTimeout(timer);
      if (overdue === undefined) return send(answer);
      await overdue;
      await late(answer);
    },
  };
}
