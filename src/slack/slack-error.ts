/** The code with which Slack refused a call, like `hash_conflict`; undefined where something else went wrong. */
export function slackErrorOf(error: unknown): string | undefined {
  const data = error instanceof Error && 'data' in error ? (error.data as { error?: unknown } | null) : null;
  return typeof data?.error === 'string' ? data.error : undefined;
}

const gone = ['not_found', 'view_not_found', 'hash_conflict'];

/** The result of a view's update; null where the view was closed or, by its hash, shows something else by now. */
export async function unlessGone<T>(update: Promise<T>): Promise<T | null> {
  try {
    return await update;
  } catch (error) {
    if (gone.includes(slackErrorOf(error) ?? '')) return null;
    throw error;
  }
}
