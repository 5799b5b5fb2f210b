import { count, formatNumber } from './count.ts';
import { formatMoney } from './money.ts';
import type { GrantableRole, Role } from './roles.ts';

const roleNames: Record<Role, string> = { owner: 'the Owner', admin: 'Admins', agent: 'Agents' };

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** "3 more seats are": how many more hold a seat than are purchased. */
function overUse({ purchased, members, pending }: { purchased: number; members: number; pending: number }) {
  const more = members + pending - purchased;
  return `${count(more, 'more seat')} ${more === 1 ? 'is' : 'are'}`;
}

/** Every refusal of the business: its code, and the sentence that the person reads. */
const sentences = {
  no_organization: () => 'This workspace has no organization yet. Create one with `/org create`.',
  not_a_member: () => 'You have no seat in this organization. Ask an Admin or the Owner to invite you.',
  not_allowed: (d: { roles: readonly Role[] }) =>
    `Only ${list([...d.roles].reverse().map((role) => roleNames[role]))} can do this.`,
  organization_lapsed: () =>
    'The subscription has ended or is not paid, so nothing can be changed until it is. Everything is kept. The Owner can see to it with `/org seats`.',
  organization_closing: () =>
    'This organization is being deleted, so nothing can be changed. The Owner can still keep it with `/org delete`.',
  deletion_unknown: () => 'This organization is not being deleted.',
  deletion_done: () =>
    'The seven days are over, and the organization is being deleted. It can no longer be kept.',
  organization_exists: (d: { name: string }) =>
    `This workspace already has its organization, ${d.name}. There is one in each workspace.`,
  guests_cannot: () => 'Guests and people from other workspaces cannot do this.',
  name_length: () => 'A name has 1 to 80 characters.',
  description_length: () => 'A description has at most 500 characters.',
  text_invalid: () => 'This text has characters that cannot be stored.',
  logo_type: () =>
    'A logo is a PNG, JPEG or WebP image. This file is something else, whatever its name says.',
  logo_bytes: () => 'A logo has at most 1 MB.',
  logo_pixels: () => 'A logo is at most 2048 pixels wide and 2048 pixels high.',
  logo_unreadable: () => 'This image cannot be read. It may be damaged.',
  logo_unavailable: () => 'Slack did not give us the file. Upload it again.',
  prefix_form: () => 'A prefix has 1 to 10 letters and digits and begins with a letter, like SUP or HELP.',
  join_link_form: () => 'A join link begins with https://join.slack.com/.',

  no_free_seat: (d: { purchased: number; members: number; pending: number }) =>
    d.purchased === 0
      ? 'No seat free: none are purchased. The Owner can buy seats with `/org seats`.'
      : d.members + d.pending > d.purchased
        ? `No seat free: ${overUse(d)} in use than purchased, by ${count(d.members, 'member')} and ${count(d.pending, 'pending invite')}. The Owner can add seats with \`/org seats\`; withdrawing invites or removing members helps too.`
        : `No seat free: ${count(d.purchased, 'seat')} purchased, ${count(d.members, 'member')} and ${count(d.pending, 'pending invite')} hold them. The Owner can add seats with \`/org seats\`.`,
  email_form: () => 'This is not an e-mail address.',
  role_not_invitable: () => 'An invite makes an Admin or an Agent. The Owner changes only by transfer.',
  already_member: (d: { email: string }) => `${d.email} is a member already.`,
  already_invited: (d: { email: string }) =>
    `${d.email} is invited already. You can resend that invite from the list in \`/org invite\`.`,
  invitation_unknown: () => 'There is no such invite.',
  invitation_settled: (d: { status: 'accepted' | 'declined' | 'revoked' | 'expired' }) =>
    ({
      accepted: 'This invite was accepted already.',
      declined: 'This invite was declined.',
      revoked: 'This invite was withdrawn.',
      expired: 'This invite has expired. Ask for a new one.',
    })[d.status],
  invitation_not_yours: () => 'This invite was sent to somebody else.',
  email_unverified: () =>
    'Slack has not verified your e-mail address yet. Confirm it in Slack, then sign in again.',
  already_joined: (d: { name: string }) => `You are a member of ${d.name} already.`,
  invitation_other_workspace: () => 'You are signed in to another workspace than the one that invited you.',
  seats_were_cut: () =>
    'The organization has fewer seats now than it needs for you to join. Its admins have been told.',

  member_unknown: () => 'There is no such member.',
  owner_untouchable: () => 'The Owner cannot be changed or removed. Ownership moves only by transfer.',
  above_your_rank: () => 'You cannot grant, change or remove a role above your own.',
  role_unchanged: (d: { name: string; role: GrantableRole }) =>
    `${d.name} is ${d.role === 'admin' ? 'an Admin' : 'an Agent'} already.`,
  owner_cannot_leave: () =>
    'The Owner cannot leave. Transfer the organization first with `/org transfer @user`.',
  transfer_to_self: () => 'You are the Owner already.',
  transfer_needs_member: () =>
    'Ownership goes to an active member. Invite this person first with `/org invite`, or choose somebody else.',
  confirmation_mismatch: (d: { expected: string }) => `Type the name exactly as it is: ${d.expected}`,

  seats_range: (d: { least: number; most: number }) =>
    `Choose between ${formatNumber(d.least)} and ${formatNumber(d.most)} seats.`,
  seats_below_use: (d: { members: number; pending: number }) =>
    `Not below the seats in use: ${count(d.members, 'member')} and ${count(d.pending, 'pending invite')}. Remove members or revoke invites first.`,
  seats_unchanged: (d: { seats: number }) => `You have ${count(d.seats, 'seat')} already.`,
  seats_moved: (d: { seats: number }) =>
    `The number had moved on to ${formatNumber(d.seats)} when you pressed Update. Check it and press Update again.`,
  no_subscription: () => 'There is no active subscription yet.',
  subscription_exists: () =>
    'There is a subscription already; its seats appear in a moment. Look again with `/org seats`.',
  subscription_on_hold: (d: { status: string }) =>
    `The subscription is ${d.status} at Stripe. Seats can be changed when it is active again.`,
  nothing_billed: () =>
    'Nothing has been bought yet, so Stripe has nothing to show. `/org seats` buys the first seats.',
  customer_gone: () =>
    'The account that your invoices belong to was deleted at Stripe, so there is nothing left to show. `/org seats` buys seats anew.',
  billing_unavailable: () => 'Stripe does not answer right now. Nothing was changed; try again in a minute.',

  domain_form: () => 'This is not a website’s domain. Enter one like example.com or https://www.example.com.',
  domain_wildcard: () => 'Leave the * out: add the domain and switch on “include subdomains”.',
  domain_address: () => 'An IP address cannot be authorized. Enter the website’s domain.',
  domain_userinfo: () => 'Leave user names, passwords and @ out: enter only the domain.',
  domain_port: () => 'Leave the port out: enter only the domain.',
  domain_public_suffix: (d: { host: string }) =>
    `${d.host} is a public suffix: everybody under it would be authorized. Enter your own domain.`,
  domain_exists: (d: { host: string }) => `${d.host} is authorized already.`,
  domain_unknown: () => 'There is no such domain on the list.',
  domains_full: (d: { most: number }) => `The list holds at most ${d.most} domains.`,

  tickets_need_seats: () =>
    'No seat was bought yet, so no tickets can be opened here. The Owner can buy seats with `/org seats`.',
  note_empty: () => 'A note says something.',
  form_sent: () => 'This form was sent already, and its ticket is open. `/ticket list` shows it.',
  ticket_unknown: () => 'There is no such ticket.',
  ticket_title_length: (d: { most: string }) => `A title has 1 to ${d.most} characters.`,
  ticket_description_length: (d: { most: string }) => `A description has 1 to ${d.most} characters.`,
  ticket_choice_unknown: () => 'This is none of the choices.',
  ticket_claimed: (d: { name: string }) =>
    `${d.name} has this ticket already. An Admin or the Owner can assign it to you.`,
  merge_unknown: () => 'There is no ticket of this number. Enter one like TKT-012.',
  merge_itself: () => 'This is the ticket itself. Enter the number of the one that goes on.',
  merge_other_requester: (d: { number: string }) =>
    `${d.number} is another person’s. Only tickets of the same requester can be merged, or one would read the other’s words.`,
  merge_done: (d: { number: string; into: string }) =>
    `${d.number} is merged into ${d.into} already. Reopen it first: that undoes the merge.`,
  merge_into_merged: (d: { number: string; into: string }) =>
    `${d.number} is merged into ${d.into} itself. Enter ${d.into} instead.`,
  merge_of_target: (d: { number: string; duplicate: string }) =>
    `${d.duplicate} was merged into ${d.number}, so ${d.number} itself cannot be merged. Merge the other one into it instead.`,
  ticket_confirmation: (d: { number: string }) => `Type the number exactly as it is: ${d.number}`,
  requester_name_length: (d: { most: string }) => `A name has at most ${d.most} characters.`,
  requester_email_missing: () =>
    'Slack does not tell us your e-mail address. Enter the one that the answers are to go to.',
  assignee_unknown: () => 'This person has no seat in the organization, so the ticket cannot be theirs.',
  category_length: (d: { most: number }) => `A category has 1 to ${d.most} characters.`,
  category_exists: (d: { name: string }) => `There is a category ${d.name} already.`,
  categories_full: (d: { most: number }) => `There are at most ${d.most} categories. Archive one first.`,
  channel_form: () => 'Choose a public or private channel of this workspace.',
  category_unknown: () => 'There is no such category any more. Choose another.',
  mail_unknown: () => 'There is no such reply.',
  mail_not_failed: () => 'This reply was mailed already, or is on its way.',

  key_name_length: (d: { most: number }) => `A key’s name has 1 to ${d.most} characters.`,
  key_scopes: () => 'Choose what the key may do: at least one thing.',
  keys_full: (d: { most: number }) => `There are at most ${d.most} secret keys. Revoke one first.`,
  key_unknown: () => 'There is no such key any more.',
  key_rotated: () => 'This key was rotated already. Look at the present one with `/org plugin`.',
  key_rotations_full: (d: { most: number }) =>
    `The key was rotated ${d.most} times within 24 hours, and the old ones are good still. Wait until one has ended.`,
  key_form_sent: () =>
    'This form was sent already, and its key was made and shown. Where you did not see it, revoke it and make another.',

  product_name_length: (d: { most: number }) => `A product’s name has 1 to ${d.most} characters.`,
  currency_unknown: () =>
    'Stripe takes no payments in such a currency. Enter its three letters, like GBP, EUR or USD.',
  price_form: (d: { example: string }) =>
    `Write the price in figures, like ${d.example}, with no more decimals than the currency has.`,
  price_range: (d: { least: string; most: string }) =>
    `Stripe takes payments of ${d.least} to ${d.most} in this currency.`,
  products_full: (d: { most: number }) =>
    `At most ${d.most} products are on sale at a time. Take one off sale first.`,
  product_moved: () =>
    'Somebody changed this product since you opened the form. Close it and look at the product as it is now.',
  product_form_sent: () => 'This form was sent already, and its product is on the list.',

  product_unknown: () => 'There is no such product.',
  product_inactive: () => 'This product is not sold at the moment.',
  payments_closed: () => 'This organization takes no payments at the moment.',
  payments_not_active: () =>
    'This organization takes no payments yet: its Stripe account is not connected, or Stripe still waits for something.',
  payment_too_large: () =>
    'One payment is of at most eight digits in the smallest unit of its currency. Lower the quantity.',
  payment_too_small: () => 'Stripe takes no payment as small as this. Raise the quantity, or the price.',
  payment_refused: () => 'Stripe did not accept this payment. Begin it again, under a new Idempotency-Key.',
  reference_length: () => 'A reference has 1 to 200 characters, all of them printable.',
  return_url_form: () =>
    'Give a whole address, like https://shop.example/thanks, without a user name and of at most 2,000 characters.',
  return_url_unlisted: () =>
    'This address is not https on a website of the organization’s list of authorized domains.',
  payment_unknown: () => 'There is no such payment.',
  payment_not_refundable: () =>
    'Nothing of this payment can be given back: it was not paid, or all of it was refunded.',
  refund_form: (d: { example: string }) => `Enter an amount like ${d.example}.`,
  refund_range: (d: { most: number; currency: string }) =>
    `At most ${formatMoney(d.most, d.currency)} can be given back, and more than nothing.`,
  refund_sent: () => 'This form was sent already, and the refund is on its way.',
  idempotency_mismatch: () =>
    'This Idempotency-Key was used for another request. Use a new one for each request that is to be done.',
  attachment_content: () => 'This is not base64.',
  attachment_kind: () =>
    'This file is not kept. Images, PDF, Word, Excel and ZIP are, by their content, of at most 10 MB each.',
  organization_gone: () => 'This organization is no longer here.',
  conversation_token: () => 'This is no token of a conversation, or it has ended.',
  answer_length: (d: { most: string }) => `An answer has at most ${d.most} characters.`,
  answer_empty: () => 'An answer says something, or has a file with it.',
  attachment_unknown: () => 'There is no such file.',
  attachments_many: (d: { most: number }) => `At most ${d.most} files go with one message.`,
  attachment_named: (d: { name: string }) =>
    `${d.name} is not kept. Images, PDF, Word, Excel and ZIP are, by their content, of at most 10 MB each.`,
} as const;

type Sentences = typeof sentences;
export type RefusalCode = keyof Sentences;
type Detail<C extends RefusalCode> = Parameters<Sentences[C]>;

/** What the business will not do. `message` is the sentence for the person; `field` the input that it is about. */
export class Refusal<C extends RefusalCode = RefusalCode> extends Error {
  readonly code: C;
  readonly detail: Detail<C>[0];
  readonly field: string | undefined;

  constructor(code: C, detail: Detail<C>[0], field?: string) {
    super((sentences[code] as (detail: unknown) => string)(detail));
    this.name = 'Refusal';
    this.code = code;
    this.detail = detail;
    this.field = field;
  }

  /** The same refusal, said on the input of that name. */
  on(field: string): Refusal<C> {
    return new Refusal(this.code, this.detail, field);
  }
}

/** `throw refuse('no_free_seat', {…})`; add `.on('email')` where it is about one input. */
export function refuse<C extends RefusalCode>(code: C, ...detail: Detail<C>): Refusal<C> {
  return new Refusal(code, detail[0]);
}

/** For `.catch(asRefusal)`: a refusal becomes a value; whatever else was thrown is thrown on. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
