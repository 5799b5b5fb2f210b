import type { Decline } from '../records/charge.ts';
import type { PaymentMethodRecord } from '../records/payment.ts';
import { genericDecline, insufficientFunds, type TestCard } from './test-cards.ts';

export type BankAnswer =
  | { kind: 'accept' }
  | { kind: 'authenticate' }
  | { kind: 'decline'; decline: Decline };

interface Override {
  answer: BankAnswer;
  remaining: number;
}

const declines: Record<string, Decline> = {
  generic_decline: genericDecline,
  insufficient_funds: insufficientFunds,
};

/**
 * What each card does when it is charged: by its number, or as told here for one payment method or for the cards a
 * customer has on file. A card newly typed on a page always follows its number.
 */
export class CardBehaviours {
  private readonly cards = new Map<string, TestCard>();
  private readonly setUp = new Set<string>();
  private readonly overrides = new Map<string, Override>();

  /** From now on (or `times` times) every charge to this payment method, or to this customer's cards, is declined. */
  decline(id: string, options: { declineCode?: string; times?: number } = {}): void {
    const code = options.declineCode ?? 'generic_decline';
    const decline = declines[code] ?? {
      code: 'card_declined',
      declineCode: code,
      message: genericDecline.message,
    };
    this.override(id, { kind: 'decline', decline }, options.times);
  }

  /** From now on (or `times` times) every charge to this payment method, or to this customer's cards, asks for 3-D Secure. */
  requireAuthentication(id: string, options: { times?: number } = {}): void {
    this.override(id, { kind: 'authenticate' }, options.times);
  }

  /** From now on every charge to this payment method, or to this customer's cards, succeeds, whatever their numbers say. */
  accept(id: string): void {
    this.override(id, { kind: 'accept' });
  }

  /** The next charge to this card succeeds: its owner has just authenticated it. */
  passOnce(method: string): void {
    this.markSetUp(method);
    this.override(method, { kind: 'accept' }, 1);
  }

  /** Back to what the card's number says. */
  reset(id: string): void {
    this.overrides.delete(id);
  }

  register(method: string, card: TestCard): void {
    this.cards.set(method, card);
  }

  cardOf(method: string): TestCard | undefined {
    return this.cards.get(method);
  }

  /** The card passed 3-D Secure once, which covers later payments without its owner present. */
  markSetUp(method: string): void {
    this.setUp.add(method);
  }

  /** What the bank would answer now; asking changes nothing. */
  answer(method: PaymentMethodRecord): BankAnswer {
    const override = this.overrideOf(method);
    if (override) return override.answer;
    const card = this.cards.get(method.id);
    if (card?.decline) return { kind: 'decline', decline: card.decline };
    if (card?.answer === 'authenticate-always') return { kind: 'authenticate' };
    if (card?.answer === 'authenticate-until-set-up' && !this.setUp.has(method.id))
      return { kind: 'authenticate' };
    return { kind: 'accept' };
  }

  /** Counts one charge against an override that was given for some times only. */
  consume(method: PaymentMethodRecord): void {
    const override = this.overrideOf(method);
    if (!override) return;
    override.remaining -= 1;
    if (override.remaining > 0) return;
    for (const [id, entry] of this.overrides) if (entry === override) this.overrides.delete(id);
  }

  private override(id: string, answer: BankAnswer, times = Number.POSITIVE_INFINITY): void {
    this.overrides.set(id, { answer, remaining: times });
  }

  private overrideOf(method: PaymentMethodRecord): Override | undefined {
    return (
      this.overrides.get(method.id) ??
      (method.customer === null ? undefined : this.overrides.get(method.customer))
    );
  }
}
