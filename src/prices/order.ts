import type { JsonObject } from '../model/json.js';

/** One offer or add-on of an order. */
export interface OrderItem {
  path: string;
  /** With `price__limio`, terms, labels and countries, as declared or as published. */
  attributes: JsonObject;
  /** A whole number from 1. */
  quantity: number;
}

export interface PriceQuestion {
  items: readonly OrderItem[];
  /** The order date, YYYY-MM-DD. */
  date: string;
  /** ISO 3166-1; absent: anywhere. */
  country?: string;
  /** `body` is the `data` of the code (API reference, section 6). */
  promoCode?: { code: string; body: JsonObject };
}

/** An amount that falls due, in the smallest units of the currency of the order. */
export interface DueAmount {
  /** YYYY-MM-DD */
  date: string;
  units: bigint;
  path: string;
  charge: string;
}

export interface PricedOrder {
  outcome: 'priced';
  /** Absent when no offer has a charge. */
  currency?: string;
  firstPayment: bigint;
  /** Absent when there is no recurring charge, or when their intervals differ. */
  recurring?: bigint;
  /** By date; of one date in the order of offers and charges. */
  schedule: DueAmount[];
}

/** Why an order is not taken; what a price test may expect. */
export type Refusal = 'not_sold' | 'promo_code';

export type Quote =
  | PricedOrder
  | { outcome: 'refused'; refusal: Refusal; reason: string }
  /** It cannot be priced here. */
  | { outcome: 'unpriced'; reason: string };

/** One case of a price test: an order and what it must cost. Amounts are texts, `12.99`. */
export interface PriceCase {
  offers: readonly { path: string; quantity: number }[];
  addOns?: readonly { path: string; quantity: number }[];
  /** YYYY-MM-DD */
  date: string;
  country?: string;
  /** Addresses, which decide the taxes. */
  billing?: JsonObject;
  delivery?: JsonObject;
  /** The tenant adds taxes to the prices of the files; absent: prices include them. */
  taxes?: 'added';
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
  /** Due on the order date. Only a tenant knows it. */
  tax?: string;
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
      tax?: string;
      schedule?: readonly DayAmount[];
    }
  | { outcome: 'refused'; refusal: Refusal; reason: string }
  | { outcome: 'unknown'; reason: string };

export interface PriceDifference {
  source: PriceSource;
  /** What the actual value is compared with: the test file, or another source. */
  against: 'expected' | PriceSource;
  what: 'outcome' | 'first_payment' | 'recurring' | 'currency' | 'tax' | 'schedule';
  /** The due date of an amount of the schedule. */
  date?: string;
  expected: string;
  actual: string;
  /** Actual less expected, `-1.00`, where both are amounts. */
  difference?: string;
}
