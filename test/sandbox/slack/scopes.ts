/** Every bot scope that the sandbox's methods ask for: what its own eyes and hands are given. */
export const ALL_SCOPES = [
  'channels:history',
  'channels:join',
  'channels:manage',
  'channels:read',
  'channels:write',
  'chat:write',
  'chat:write.public',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'groups:write',
  'im:history',
  'im:read',
  'im:write',
  'mpim:history',
  'mpim:read',
  'mpim:write',
  'reactions:read',
  'reactions:write',
  'team:read',
  'users.profile:read',
  'users:read',
  'users:read.email',
] as const;

/** Further bot scopes that an app may ask for and that no method of the sandbox needs. */
export const OTHER_SCOPES = [
  'app_mentions:read',
  'assistant:write',
  'bookmarks:read',
  'bookmarks:write',
  'chat:write.customize',
  'incoming-webhook',
  'links:read',
  'links:write',
  'metadata.message:read',
  'pins:read',
  'pins:write',
  'remote_files:read',
  'usergroups:read',
] as const;

/** The scopes of a comma- or space-separated list. */
export function parseScopes(list: string): string[] {
  return list.split(/[,\s]+/).filter((scope) => scope.length > 0);
}

/** The scopes of the list that Slack does not know. */
export function unknownScopes(scopes: string[]): string[] {
  const known = new Set<string>([...ALL_SCOPES, ...OTHER_SCOPES]);
  return scopes.filter((scope) => !known.has(scope));
}
