import { type Effect, effect } from '../effects.ts';

/** An uploaded file is to be fetched, checked and set as the logo, on behalf of who uploaded it at that moment. */
export function fetchLogo(
  actor: { teamId: string; userId: string },
  { organizationId, fileId, at }: { organizationId: string; fileId: string; at: Date },
): Effect {
  const { teamId, userId } = actor;
  return effect('logo.fetch', { organizationId, teamId, userId, fileId, requestedAt: at.toISOString() });
}
