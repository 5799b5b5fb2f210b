import type { Context } from '../context.ts';
import { type Effect, effect, homeRefresh } from '../effects.ts';

/** What follows when an invite is sent or sent again: the mail with its link, the direct message, the App Homes. */
export function deliveryEffects(
  context: Pick<Context, 'seal'>,
  { id, token, teamId }: { id: string; token: string; teamId: string },
): Effect[] {
  return [
    effect('invitation.mail', { invitationId: id, token: context.seal(token, id) }),
    effect('invitation.message', { invitationId: id }),
    homeRefresh(teamId),
  ];
}
