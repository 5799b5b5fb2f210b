/**
 * The workspace that an event is told to. In a shared channel `team_id` may be the other workspace; the authorization names the
 * one that has the app.
 */
export function teamOf({
  authorizations,
  team_id,
}: {
  team_id: string;
  authorizations?: { team_id?: string | null | undefined }[] | undefined;
}): string {
  return authorizations?.[0]?.team_id ?? team_id;
}
