import type { Account } from '../account.ts';
import type { Markup } from './layout.ts';

/** What a page answers: something to show, or somewhere to go. */
export type PageAnswer = { status: number; page: Markup } | { redirect: string };

export interface PageRequest {
  account: Account;
  method: string;
  /** The parts of the path that the pattern captures. */
  captured: string[];
  form: URLSearchParams;
}

export interface PageRoute {
  pattern: RegExp;
  answer: (request: PageRequest) => PageAnswer;
}
