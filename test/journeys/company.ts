import { Browser, type Page } from '../sandbox/browser.ts';
import type { Doubles } from '../sandbox/doubles.ts';
import type { OpenView } from '../sandbox/slack/open-view.ts';
import type { Person } from '../sandbox/slack/person.ts';
import type { NewUser } from '../sandbox/slack/users.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { figuresOf, wordsOf } from './sight.ts';

let sequence = 0;

/** Where the product runs: in this process (a World), or in others. */
export interface Ground extends Pick<Doubles, 'slack' | 'stripe' | 'mail' | 'openid'> {
  /** Resolves when every effect is done that was decided by now. */
  settle(): Promise<void>;
}

/** A workspace, and what its people do and see. Everything goes through Slack, the pages and the mailboxes. */
export interface Company {
  team: string;
  /** Gives somebody an account in the workspace; their address is `<name>@<the company>` unless told. */
  hire(name: string, user?: NewUser): Person;
  /** Has somebody install the app. */
  install(by: Person): Promise<{ status: number; html: string }>;
  /** Types `/org …` and waits for the form that opens. */
  open(person: Person, command: string): Promise<void>;
  /** Types `/org …` and gives the words of what only they read. */
  read(person: Person, command: string): Promise<string>;
  /** What the Home tab shows when everything that was decided is done; '' where there is none. */
  home(person: Person): Promise<string>;
  /** The three figures on the Home tab: purchased, used, monthly cost. */
  figures(person: Person): Promise<[string, string, string]>;
  /** What the app has written to somebody, oldest first, when everything that was decided is done. */
  told(person: Person): Promise<string[]>;
  /** Buys the first seats in Stripe Checkout. */
  buy(owner: Person, seats: number): Promise<void>;
  /** Opens the form and types another number; gives what is due, as soon as it says so. */
  want(owner: Person, seats: number): Promise<string>;
  /** The same, and presses Update; gives what the form says before and after. */
  change(owner: Person, seats: number): Promise<{ due: string; answer: string; errors: string[] }>;
  /** What the form says when Stripe was asked once more, and the wish is recorded or the form is shown again. */
  outcome(owner: Person): Promise<string>;
  /** Sends an invite by the form; gives what stands in it afterwards. */
  invite(by: Person, email: string, role?: 'admin' | 'agent'): Promise<{ form: string; error: string }>;
  /** The link in the newest invite that somebody found in their mailbox. */
  link(email: string): Promise<string>;
  /** Opens a link, signs in with Slack as `person`, and joins; gives the last page. */
  join(person: Person, link: string): Promise<Page>;
}

export async function openCompany(world: Ground): Promise<Company> {
  sequence += 1;
  const { slack, stripe, mail, openid } = world;
  const domain = `company${sequence}.example`;
  const { id: team } = await slack.addTeam({ name: `Company ${sequence}` });
  const company: Company = {
    team,
    hire(name, user = {}) {
      const email = `${name.toLowerCase()}@${domain}`;
      return slack.person({ team, user: slack.addUser(team, { name, realName: name, email, ...user }).id });
    },
    install: (by) => slack.install({ team, user: by.user.id }),
    async open(person, command) {
      const before = person.modal;
      await person.command('/org', command);
      await slack.until(`the form of /org ${command}`, () => person.modal !== before);
    },
    async read(person, command) {
      const { ack, responses } = await person.command('/org', command);
      await slack.until(`an answer to /org ${command}`, () => ack.body !== '' || responses.length > 0);
      return wordsOf([ack.json, responses]);
    },
    async home(person) {
      if (!person.home) await person.openHome();
      await world.settle();
      return wordsOf((person.home as OpenView | undefined)?.view.blocks);
    },
    figures: async (person) => figuresOf(await company.home(person)),
    async told(person) {
      await world.settle();
      const messages = await slack.directMessages(team, person.user.id);
      return messages
        .toSorted((one, other) => Number(one.ts) - Number(other.ts))
        .map(({ text }) => String(text));
    },
    async buy(owner, seats) {
      await company.open(owner, 'seats');
      await owner.type('seats.typed', String(seats));
      await owner.submit();
      const shown = () => wordsOf(owner.modal?.view.blocks);
      await slack.until('the link to Checkout', () => shown().includes('Go to Stripe Checkout'));
      const { url } = await owner.press('seats.checkout');
      await owner.closeModal();
      const { redirectedTo } = await payOnPage(url ?? '', { email: owner.user.email });
      await stripe.webhooks.settled();
      const back = await new Browser().get(redirectedTo ?? '');
      if (back.status !== 200) throw new Error(`The page after the payment: ${back.status}`);
    },
    async want(owner, seats) {
      await company.open(owner, 'seats');
      await owner.type('seats.typed', String(seats));
      const cost = `*New monthly cost*\n£${(seats * 5.99).toFixed(2)}`;
      const [due] = await slack.until('what is due', () => {
        const shown = wordsOf(owner.modal?.view.blocks);
        return shown.includes(cost) && /Due now: (?!asking).*|Nothing is due.*/.exec(shown);
      });
      return due;
    },
    async change(owner, seats) {
      const due = await company.want(owner, seats);
      const { errors } = await owner.submit();
      const answer = Object.keys(errors).length > 0 ? '' : await company.outcome(owner);
      await owner.closeModal();
      return { due, answer, errors: Object.values(errors) };
    },
    outcome: (owner) =>
      slack.until('what became of the wish', () => {
        const shown = wordsOf(owner.modal?.view.blocks);
        return !shown.includes('Asking Stripe') && shown;
      }),
    async invite(by, email, role = 'agent') {
      await company.open(by, 'invite');
      await by.fill({ email, role });
      const { modal, errors } = await by.submit();
      const form = wordsOf(modal?.view.blocks);
      await by.closeModal();
      return { form, error: errors.email ?? errors.role ?? '' };
    },
    async link(email) {
      await world.settle();
      const link = mail
        .mailbox(email)
        .at(-1)
        ?.links.find((each) => each.includes('/invitations/'));
      if (link === undefined) throw new Error(`There is no invite in the mailbox of ${email}.`);
      return link;
    },
    async join(person, link) {
      const { id: userId, email, realName: name } = person.user;
      openid.signInAs({ teamId: team, userId, email, name });
      const browser = new Browser();
      const page = await browser.get(link);
      if (page.status !== 200) return page;
      const signedIn = await browser.submit(page, '/accept');
      return signedIn.status === 200 ? browser.submit(signedIn, '/join') : signedIn;
    },
  };
  return company;
}

/** A company whose Owner has created the organization and, where told, bought seats. */
export async function foundCompany(
  world: Ground,
  { seats = 0 }: { seats?: number } = {},
): Promise<Company & { owner: Person }> {
  const company = await openCompany(world);
  const owner = company.hire('Olivia');
  await company.install(owner);
  await company.open(owner, 'create');
  await owner.fill({ name: 'Harbour Support' });
  await owner.submit();
  await owner.closeModal();
  if (seats > 0) await company.buy(owner, seats);
  await company.home(owner);
  return { ...company, owner };
}

/** Invites somebody by the form and has them accept by the link of the mail. */
export async function seat(
  company: Company & { owner: Person },
  name: string,
  role: 'admin' | 'agent' = 'agent',
): Promise<Person> {
  const person = company.hire(name);
  const { error } = await company.invite(company.owner, person.user.email, role);
  if (error) throw new Error(error);
  const page = await company.join(person, await company.link(person.user.email));
  if (page.status !== 200) throw new Error(`${name} could not join: ${page.status}`);
  await company.home(person);
  return person;
}
