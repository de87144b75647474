import { getOwn, isJsonObject, type Json, type JsonObject, textAt } from '../model/json.js';
import { type ChargeLine, toNumber } from './order-charges.js';
import { Refusal } from './route.js';
import type { Tenant } from './tenant.js';

/* The taxes of an order, and the answer of its preview. */

/** A tax that is part of the price, as in Europe, or comes on top of it, as in the US. */
interface TaxRule {
  percent: number;
  mode: 'included' | 'added';
}

/** By country, or by country and state: `DE`, `US-NY`. */
export type TaxTable = Readonly<Record<string, TaxRule>>;

export const DEFAULT_TAXES: TaxTable = {
  DE: { percent: 19, mode: 'included' },
  FR: { percent: 20, mode: 'included' },
  GB: { percent: 20, mode: 'included' },
  IE: { percent: 23, mode: 'included' },
  'US-CA': { percent: 7.25, mode: 'added' },
  'US-NY': { percent: 8.875, mode: 'added' },
};

/** Where a customer without an address is taken to be (API reference, section 9). */
const REGIONS: Readonly<Record<string, string>> = { EUR: 'DE', GBP: 'GB', USD: 'US' };

/** The documented keys of an address. All are texts. */
const ADDRESS_KEYS = [
  'firstName',
  'lastName',
  'email',
  'workEmail',
  'phone',
  'workPhone',
  'otherPhone',
  'company',
  'address1',
  'address2',
  'city',
  'state',
  'postalCode',
  'country',
];

/**
 * The tax of an order. The address decides: `deliveryDetails` if a product has delivery, else `billingDetails`;
 * without a country in it, the region of the currency.
 */
export function findTax(
  body: JsonObject,
  { delivered, currency, taxes }: { delivered: boolean; currency: string; taxes: TaxTable },
): TaxRule | undefined {
  const billing = readAddress(body, 'billingDetails');
  const delivery = readAddress(body, 'deliveryDetails');
  const address = delivered ? delivery : billing;
  const country = textAt(address, 'country') || REGIONS[currency];
  if (country === undefined) return undefined;
  const state = textAt(address, 'state') ?? '';
  return getRule(taxes, `${country}-${state}`) ?? getRule(taxes, country);
}

function getRule(taxes: TaxTable, place: string): TaxRule | undefined {
  return Object.hasOwn(taxes, place) ? taxes[place] : undefined;
}

/** Billing details are required, and may be empty. */
function readAddress(body: JsonObject, key: 'billingDetails' | 'deliveryDetails'): JsonObject {
  const address = getOwn(body, key) ?? (key === 'deliveryDetails' ? {} : undefined);
  if (!isJsonObject(address)) throw new Refusal(400, `${key} must be an object`);
  const wrong = ADDRESS_KEYS.find((name) => typeof (getOwn(address, name) ?? '') !== 'string');
  if (wrong !== undefined) throw new Refusal(400, `${key}.${wrong} must be a string`);
  return address;
}

/** Whether one of the products of a published item is delivered. */
export function hasDelivery(products: Json | undefined): boolean {
  const list = Array.isArray(products) ? products.filter(isJsonObject) : [];
  return list.some((product) => {
    const attributes = getOwn(product, 'attributes');
    return isJsonObject(attributes) && getOwn(attributes, 'has_delivery__limio') === true;
  });
}

/** Percentages have at most three decimals. */
const SCALE = 1000;

/** The tax of an amount, and what is paid, in the smallest unit of the currency. Rounds half up. */
function applyTax(amount: bigint, rule: TaxRule | undefined): { tax: bigint; paid: bigint } {
  if (rule === undefined) return { tax: 0n, paid: amount };
  const percent = BigInt(Math.round(rule.percent * SCALE));
  const whole = BigInt(100 * SCALE);
  const base = rule.mode === 'added' ? whole : whole + percent;
  const tax = (2n * amount * percent + base) / (2n * base);
  return { tax, paid: rule.mode === 'added' ? amount + tax : amount };
}

interface Pricing {
  currency: string;
  orderDate: string;
  tax: TaxRule | undefined;
}

/** Charges are shown without tax that is added, invoices and what is paid with it. */
export function describePreview(
  charges: readonly ChargeLine[],
  { currency, orderDate, tax: rule }: Pricing,
  tenant: Tenant,
): JsonObject {
  const lines = charges.map((line) => ({ ...line, ...applyTax(line.amount, rule) }));
  const sum = (some: typeof lines, read: (line: (typeof lines)[number]) => bigint): number =>
    toNumber(
      some.reduce((total, line) => total + read(line), 0n),
      currency,
    );
  const showTax = (tax: bigint): JsonObject => (rule ? { taxAmount: toNumber(tax, currency) } : {});
  const invoices = [...new Set(lines.map(({ date }) => date))].map((date) => {
    const due = lines.filter((line) => line.date === date);
    return {
      targetDate: date,
      amount: sum(due, ({ paid }) => paid),
      ...(rule
        ? { amountWithoutTax: sum(due, ({ paid, tax }) => paid - tax), taxAmount: sum(due, ({ tax }) => tax) }
        : {}),
      currency,
      invoiceItems: due.map((line) => ({
        chargeName: line.charge,
        productName: line.path,
        quantity: line.quantity,
        chargeAmount: toNumber(line.amount, currency),
        ...showTax(line.tax),
        serviceStartDate: line.date,
      })),
    };
  });
  return {
    preview: {
      success: true,
      orderNumber: `O-${tenant.counter}`,
      orderId: null,
      accountNumber: null,
      status: 'Draft',
      subscriptions: [],
      paymentNumber: null,
      paidAmount: sum(
        lines.filter(({ date }) => date === orderDate),
        ({ paid }) => paid,
      ),
      previewResult: { invoices, creditMemos: [] },
    },
    schedule: lines.map((line) => ({
      date: line.date,
      amount: toNumber(line.amount, currency),
      ...showTax(line.tax),
      currency,
      charge: line.charge,
      offer: { id: line.offerId, path: line.path },
      quantity: line.quantity,
    })),
  };
}
