import fc from 'fast-check';
import type { FaultKind } from '../sandbox/stripe/http/faults.ts';

/** One thing that happens to an organization that pays for seats. Plain data, so that a failing story can be shortened. */
export type Step =
  | { do: 'want'; seats: number }
  | { do: 'invite'; who: number }
  | { do: 'accept' | 'revoke' | 'remove'; which: number }
  /** The Owner and the invites press at the same moment. */
  | { do: 'rush'; seats: number; invites: number }
  | { do: 'card'; answers: 'accept' | 'decline' | 'ask_the_bank' }
  | { do: 'replace_card' }
  | { do: 'pay'; bank: 'complete' | 'fail' }
  | { do: 'end_bank'; passed: boolean }
  | { do: 'edit'; seats: number; prorated: 'create_prorations' | 'always_invoice' | 'none' }
  | { do: 'cancel'; now: boolean }
  | { do: 'keep' }
  | { do: 'wait'; seconds: number }
  | { do: 'deliver'; part: number; copies: number; seed: number }
  | { do: 'lose' }
  | { do: 'work'; together: boolean }
  /** A worker is killed at its `nth` call to Stripe, before the call is made or when Stripe has done it; or stands still there. */
  | { do: 'die'; nth: number; moment: 'before' | 'after'; returns: boolean }
  /** The workers that only stood still go on. */
  | { do: 'wake' }
  | { do: 'fault'; kind: FaultKind; method: 'GET' | 'POST'; times: number }
  | { do: 'reconcile' };

const hour = 3600;
const day = 24 * hour;

const seats = fc.integer({ min: 1, max: 12 });
const which = fc.nat(7);

// stripe-node repeats a dropped call once by itself: an even number is lost answers. Time-outs are left out: a lost answer
// is the same to the product, and does not take ten seconds.
const faults = fc.constantFrom<FaultKind>(
  '500-before',
  '500-stored',
  'acted-then-500-stored',
  '429',
  'lock-timeout',
  'drop-before',
  'acted-then-drop',
);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('want' as const), seats }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('invite' as const), who: which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('accept' as const, 'revoke' as const, 'remove' as const),
      which,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('rush' as const),
      seats,
      invites: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('card' as const),
      answers: fc.constantFrom('accept' as const, 'decline' as const, 'ask_the_bank' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('replace_card' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      bank: fc.constantFrom('complete' as const, 'fail' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end_bank' as const), passed: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      seats,
      prorated: fc.constantFrom('create_prorations' as const, 'always_invoice' as const, 'none' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('cancel' as const),
      now: fc.oneof(
        { weight: 4, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('keep' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.oneof(
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 600, max: 5 * hour }),
        fc.integer({ min: 20 * hour, max: 30 * hour }),
        fc.integer({ min: 2 * day, max: 12 * day }),
        fc.constant(31 * day),
      ),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      part: fc.constantFrom(0.5, 1),
      copies: fc.integer({ min: 1, max: 3 }),
      seed: fc.nat(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('work' as const), together: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('die' as const),
      nth: fc.integer({ min: 1, max: 6 }),
      moment: fc.constantFrom('before' as const, 'after' as const),
      returns: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wake' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      kind: faults,
      method: fc.constantFrom('GET' as const, 'POST' as const),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reconcile' as const) }) },
);

/** What an organization lives through, from the first number of seats that it buys. */
export const story = fc.record({
  seats: fc.integer({ min: 1, max: 8 }),
  steps: fc.array(step, { minLength: 1, maxLength: 50, size: 'max' }),
});
export type Story = { seats: number; steps: Step[] };

const all: Step = { do: 'deliver', part: 1, copies: 1, seed: 1 };

/** Stories that chance tells seldom; they are always lived through. */
export const rareStories: Story[] = [
  {
    // A worker stands still with an old reading in its hand while another follows a newer one.
    seats: 3,
    steps: [
      { do: 'edit', seats: 6, prorated: 'create_prorations' },
      all,
      { do: 'die', nth: 1, moment: 'after', returns: true },
      { do: 'edit', seats: 4, prorated: 'create_prorations' },
      all,
      { do: 'work', together: false },
      { do: 'wake' },
    ],
  },
  {
    // Its call is on the way while another worker makes the change, and the Owner wants a third number.
    seats: 3,
    steps: [
      { do: 'want', seats: 5 },
      { do: 'die', nth: 2, moment: 'before', returns: true },
      { do: 'work', together: false },
      { do: 'want', seats: 2 },
      { do: 'work', together: false },
      { do: 'wake' },
    ],
  },
];
