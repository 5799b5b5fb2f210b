/**
 * Posts to a response URL that Slack gave with a command or a press; it takes five messages within 30 minutes.
 * @throws Error where Slack refuses it or does not answer within 3 s.
 */
export async function postToResponseUrl(responseUrl: string, message: object): Promise<void> {
  const response = await fetch(responseUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
    redirect: 'error',
    signal: AbortSignal.timeout(3_000),
  });
  if (!response.ok) throw new Error(`Slack refused an answer to its response URL with ${response.status}.`);
}
