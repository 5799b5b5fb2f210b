/** Opens a message of a workspace in Slack: in its app where there is one, else in the browser. */
export function messageLink({
  teamId,
  channelId,
  ts,
}: {
  teamId: string;
  channelId: string;
  ts: string;
}): string {
  const query = new URLSearchParams({ team: teamId, channel: channelId, message_ts: ts });
  return `https://slack.com/app_redirect?${query}`;
}
