import { Hono, type Context as Request } from 'hono';
import { z } from 'zod';
import type { Keyring } from '../../database/sealing.ts';
import type { Context } from '../../domain/context.ts';
import { refuse } from '../../domain/errors.ts';
import { acceptByLink, checkInvitee } from '../../domain/invitations/accept-invitation.ts';
import { declineByLink } from '../../domain/invitations/decline-invitation.ts';
import { type FoundInvitation, findInvitation } from '../../domain/invitations/find-invitation.ts';
import { hashToken, isToken } from '../../domain/invitations/token.ts';
import type { Questions } from '../../slack/questions.ts';
import { contentSecurityPolicy } from '../security-headers.ts';
import { invitationsPath, sealedCookie } from './cookies.ts';
import { declinedPage, declinePage, invitationPage, joinedPage } from './invitation-page.ts';
import { refusalPage, type Surroundings } from './refusal-page.ts';
import { sameOrigin } from './same-origin.ts';
import { attemptSchema, type SignIn, SignInRefused, SignInUnavailable } from './sign-in.ts';

export const callbackPath = `${invitationsPath}/callback`;

export interface InvitationParts {
  context: Context;
  signIn: SignIn;
  keyring: Pick<Keyring, 'seal' | 'open'>;
  questions: Pick<Questions, 'person' | 'publicUrl'>;
}

const leavingSchema = z.object({ token: z.string(), attempt: attemptSchema });
const personSchema = z.object({
  invitationId: z.string(),
  teamId: z.string(),
  userId: z.string(),
  email: z.string(),
});

/**
 * The pages of an invite's link. GET and HEAD change nothing, so that whoever looks into links may follow them. Accepting is:
 * POST to sign in with Slack, back by the callback, and a last POST from the page that names who will join. Declining is a
 * POST without a sign-in. Each thing that can stand in the way has its page and its status code.
 */
export function invitationRoutes({ context, signIn, keyring, questions }: InvitationParts): Hono {
  const origin = () => new URL(questions.publicUrl('/')).origin;
  const cookieParts = { keyring, now: context.now, secure: () => origin().startsWith('https:') };
  const leaving = sealedCookie('orgdesk_sign_in', leavingSchema, cookieParts);
  const signedIn = sealedCookie('orgdesk_invitee', personSchema, cookieParts);

  const find = async (token: string): Promise<FoundInvitation | null> =>
    isToken(token) ? findInvitation(context, { tokenHash: hashToken(token) }) : null;

  /** Shows what `show` gives for the invite of a link, or why it cannot. */
  const answer = async (
    request: Request,
    token: string,
    show: (invitation: FoundInvitation) => Promise<Response>,
  ): Promise<Response> => {
    const invitation = await find(token);
    try {
      if (!invitation) throw refuse('invitation_unknown');
      return await show(invitation);
    } catch (error) {
      return refused(request, error, invitation ? { invitation, token } : undefined);
    }
  };

  const pending = (invitation: FoundInvitation): void => {
    if (invitation.status !== 'pending') throw refuse('invitation_settled', { status: invitation.status });
  };

  return (
    new Hono()
      .basePath(invitationsPath)
      .use(sameOrigin(origin))
      .use(async (request, next) => {
        await next();
        request.header('cache-control', 'no-store');
        // With no-referrer the browser would not name our origin in a form's POST.
        request.header('referrer-policy', 'same-origin');
      })

      .get('/callback', async (request) => {
        const left = leaving.read(request);
        leaving.remove(request);
        if (!left) return refused(request, new SignInRefused('Nobody left for Slack from this browser.'));
        const { token, attempt } = left;
        return answer(request, token, async (invitation) => {
          const identity = await signIn.complete(new URL(request.req.url).search, attempt);
          pending(invitation);
          checkInvitee(identity, invitation);
          const { teamId, userId } = identity;
          signedIn.write(request, { invitationId: invitation.id, teamId, userId, email: invitation.email });
          return request.redirect(`${invitationsPath}/${token}`, 303);
        });
      })

      .get('/:token', (request) => {
        const token = request.req.param('token');
        return answer(request, token, async (invitation) => {
          pending(invitation);
          const person = signedIn.read(request);
          const signedInAs = person?.invitationId === invitation.id ? person.email : null;
          // A form's redirects count as its targets (Chromium), and a workspace may lead on to its own identity provider.
          const formTargets = ['https:', signIn.origin];
          request.header('content-security-policy', contentSecurityPolicy({ formTargets }));
          return request.html(invitationPage({ invitation, token, now: context.now(), signedInAs }));
        });
      })

      .post('/:token/accept', (request) => {
        const token = request.req.param('token');
        return answer(request, token, async (invitation) => {
          pending(invitation);
          const { url, attempt } = await signIn.begin(invitation.organization.teamId);
          leaving.write(request, { token, attempt });
          return request.redirect(url, 303);
        });
      })

      .post('/:token/join', (request) => {
        const token = request.req.param('token');
        return answer(request, token, async (invitation) => {
          const person = signedIn.read(request);
          if (person?.invitationId !== invitation.id)
            throw new SignInRefused('Nobody is signed in for this invite.');
          const { name, standing } = await ask(questions, person);
          const proven = { ...person, name, standing, emailVerified: true };
          const joined = await acceptByLink(context, proven, { token });
          return request.html(joinedPage(joined.invitation));
        });
      })

      // Where a reload or the history leads after a form was sent.
      .get('/:token/:step{accept|join}', (request) =>
        request.redirect(`${invitationsPath}/${request.req.param('token')}`, 303),
      )

      .get('/:token/decline', (request) => {
        const token = request.req.param('token');
        return answer(request, token, async (invitation) => {
          pending(invitation);
          return request.html(declinePage(invitation, token));
        });
      })

      .post('/:token/decline', (request) => {
        const token = request.req.param('token');
        return answer(request, token, async () =>
          request.html(declinedPage(await declineByLink(context, { token }))),
        );
      })
  );
}

/** @throws the error itself where it is nothing that a page of ours explains. */
function refused(request: Request, error: unknown, around?: Surroundings): Response | Promise<Response> {
  const refusal = refusalPage(error, around ?? { invitation: null, token: null });
  if (!refusal) throw error;
  return request.html(refusal.body, refusal.status);
}

/** Slack knows who is a guest; the sign-in does not say it. @throws SignInUnavailable */
async function ask(
  questions: Pick<Questions, 'person'>,
  { teamId, userId }: { teamId: string; userId: string },
) {
  try {
    const { name, standing, deactivated } = await questions.person(teamId, userId);
    return { name, standing: deactivated ? ('stranger' as const) : standing };
  } catch (cause) {
    throw new SignInUnavailable('Slack did not say who this is.', { cause });
  }
}
