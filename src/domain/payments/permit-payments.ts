import { type Actor, type Member, requireMember } from '../actor.ts';
import { permit } from '../permissions.ts';

/**
 * Who may see to the organization's account at Stripe: before Stripe is asked for anything that only they may see.
 * @throws Refusal `no_organization`, `not_a_member` or `not_allowed`.
 */
export function permitPayments(actor: Actor): Member {
  const member = requireMember(actor);
  permit(member, 'payments.manage');
  return member;
}
