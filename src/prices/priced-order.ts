import type { JsonObject } from '../model/json.js';

/** One offer of an order. */
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

/** A value that could be worked out, or one sentence that says why it could not. */
export type Result<T> = { value: T } | { reason: string };
