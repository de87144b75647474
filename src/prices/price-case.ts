import type { Refusal } from './priced-order.js';

/** One case of a price test: an order and what it must cost. Amounts are texts, `12.99`. */
export interface PriceCase {
  offers: readonly { path: string; quantity: number }[];
  /** YYYY-MM-DD */
  date: string;
  country?: string;
  /** In upper case. */
  promoCode?: string;
  expected: ExpectedPrice;
}

/** What is left out is not looked at. */
export interface ExpectedPrice {
  refused?: Refusal;
  firstPayment?: string;
  /** Null: there is none. */
  recurring?: string | null;
  currency?: string;
  /** What falls due on each day, up to the last day that is listed. */
  schedule?: readonly DayAmount[];
}

export interface DayAmount {
  date: string;
  amount: string;
}

/** Who answered: the calculator over the files, or one of the two calls of the tenant. */
export type PriceSource = 'offline' | 'live' | 'partner';

/** What one of them says. What it does not tell is absent. */
export type PriceReading =
  | {
      outcome: 'priced';
      currency?: string;
      firstPayment?: string;
      recurring?: string | null;
      schedule?: readonly DayAmount[];
    }
  | { outcome: 'refused'; refusal: Refusal; reason: string }
  | { outcome: 'unknown'; reason: string };

export interface PriceDifference {
  source: PriceSource;
  /** Whom the actual value is compared with: the test file, or another source. */
  against: 'expected' | PriceSource;
  what: 'outcome' | 'first_payment' | 'recurring' | 'currency' | 'schedule';
  /** The due date of an amount of the schedule. */
  date?: string;
  expected: string;
  actual: string;
  /** Actual less expected, `-1.00`, where both are amounts. */
  difference?: string;
}
