// slack-app-manifest.yml has the same lists; a test compares them.

/** What the bot asks a workspace for: no more than the product uses. */
export const botScopes = [
  // The slash command.
  'commands',
  // Notices, invites and answers to commands.
  'chat:write',
  // Opening a direct message.
  'im:write',
  // Looking a direct message up again by its metadata, so that a lost answer does not post it twice.
  'im:history',
  // Telling guests and people of other workspaces from members, and names.
  'users:read',
  // Finding out whom of the workspace an invite's address belongs to.
  'users:read.email',
  // Fetching an uploaded logo, and the files that agents send to customers.
  'files:read',
  // Handing over the data of an organization that is deleted, and showing customers' files in their threads.
  'files:write',
  // Hearing what is said in tickets' threads, and looking a message up again, in public channels and private ones.
  'channels:history',
  'groups:history',
  // What befalls the support channel: archived, unarchived, the app removed or invited.
  'channels:read',
  'groups:read',
  // Entering the support channel where it is public.
  'channels:join',
  // Marking the replies that were mailed.
  'reactions:write',
] as const;

/** What Sign in with Slack asks a person for when an invite is accepted; the installation asks nobody for it. */
export const signInScopes = ['openid', 'email', 'profile'] as const;
