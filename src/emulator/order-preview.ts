import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { getAttributes, type ItemRecord } from './item-record.js';
import {
  type ChargeLine,
  type Day,
  later,
  listChargeLines,
  parseDecimal,
  type PricedOffer,
  takePercent,
  toMinor,
  toNumber,
} from './order-charges.js';
import { listPublishedItems } from './publishing.js';
import { type Answer, answerJson, type ApiRequest, readBody, Refusal, type Route } from './route.js';
import type { Tenant } from './tenant.js';

/** Prices an order without placing it (API reference, section 8). */
export const orderPreviewRoutes: readonly Route[] = [
  { operation: 'preview-order', area: 'commerce', method: 'POST', path: '/order/preview', answer: answerPreview },
  {
    operation: 'preview-order',
    area: 'commerce',
    method: 'POST',
    path: '/partner/order/preview',
    scope: 'partner',
    answer: answerPreview,
  },
];

function answerPreview(tenant: Tenant, request: ApiRequest): Answer {
  const body = readBody(request);
  if (getOwn(body, 'order_type') !== 'new') throw new Refusal(400, 'order_type must be "new"');
  const orderDate = readOrderDate(body, tenant);
  const offers = readOffers(body, tenant);
  const lines = offers.flatMap((offer) => listChargeLines(offer, orderDate));
  const [currency = '', ...others] = new Set(lines.map((line) => line.currency));
  if (others.length > 0) throw new Refusal(400, `One order cannot be in ${[currency, ...others].join(' and ')}`);
  const discount = getOwn(body, 'orderDiscount');
  const priced = isJsonObject(discount)
    ? discountLines(lines, discount, orderDate, tenant.options.dialect.promo.fixedAmountType)
    : lines;
  return answerJson(describe(priced.toSorted(byDate), currency, orderDate, tenant));
}

function readOrderDate(body: JsonObject, tenant: Tenant): string {
  const date = getOwn(body, 'orderDate') ?? new Date(tenant.options.now()).toISOString();
  const day = typeof date === 'string' ? /^\d{4}-\d{2}-\d{2}/.exec(date)?.[0] : undefined;
  if (day === undefined || Number.isNaN(Date.parse(day))) throw new Refusal(400, 'orderDate must be an ISO date');
  return day;
}

function readOffers(body: JsonObject, tenant: Tenant): PricedOffer[] {
  const items = getOwn(body, 'orderItems');
  if (!Array.isArray(items) || items.length === 0) throw new Refusal(400, 'orderItems must have at least one item');
  const published = new Map([...listPublishedItems(tenant).values()].map((item) => [item.id, item]));
  const country = getOwn(body, 'country');
  return items.map((item) => readOffer(item, published, country));
}

function readOffer(item: Json, published: ReadonlyMap<string, ItemRecord>, country: Json | undefined): PricedOffer {
  const offer = isJsonObject(item) ? getOwn(item, 'offer') : undefined;
  const quantity = (isJsonObject(item) ? getOwn(item, 'quantity') : undefined) ?? 1;
  if (!isJsonObject(offer)) throw new Refusal(400, 'orderItems[].offer is required');
  if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1)
    throw new Refusal(400, 'orderItems[].quantity must be a whole number from 1');
  const id = getOwn(offer, 'id');
  const found = typeof id === 'string' ? published.get(id) : undefined;
  // Unpublished items are not found (API reference, section 10).
  if (!found) throw new Refusal(404, 'Offer not found');
  if (getOwn(offer, 'version') !== found.version)
    throw new Refusal(400, `The version of ${found.path} is not the published version`);
  const attributes = getAttributes(found);
  const countries = getOwn(attributes, 'allowed_countries__limio');
  if (typeof country === 'string' && Array.isArray(countries) && countries.length > 0 && !countries.includes(country)) {
    throw new Refusal(400, `${found.path} is not sold in ${country}`);
  }
  return { id: found.id, path: found.path, attributes, quantity };
}

function describe(lines: readonly ChargeLine[], currency: string, orderDate: string, tenant: Tenant): JsonObject {
  const sum = (some: readonly ChargeLine[]): number =>
    toNumber(
      some.reduce((total, { amount }) => total + amount, 0n),
      currency,
    );
  const invoices = [...new Set(lines.map(({ date }) => date))].map((date) => {
    const due = lines.filter((line) => line.date === date);
    return {
      targetDate: date,
      amount: sum(due),
      currency,
      invoiceItems: due.map((line) => ({
        chargeName: line.charge,
        productName: line.path,
        quantity: line.quantity,
        chargeAmount: toNumber(line.amount, currency),
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
      paidAmount: sum(lines.filter(({ date }) => date === orderDate)),
      previewResult: { invoices, creditMemos: [] },
    },
    schedule: lines.map((line) => ({
      date: line.date,
      amount: toNumber(line.amount, currency),
      currency,
      charge: line.charge,
      offer: { id: line.offerId, path: line.path },
      quantity: line.quantity,
    })),
  };
}

function byDate(a: ChargeLine, b: ChargeLine): number {
  return a.date < b.date ? -1 : a.date > b.date ? 1 : 0;
}

/** Applies an `orderDiscount` (API reference, section 8; docs/prices.md). */
function discountLines(
  lines: readonly ChargeLine[],
  orderDiscount: JsonObject,
  orderDate: Day,
  fixedAmountType: string,
): ChargeLine[] {
  const overrides = getOwn(orderDiscount, 'discountOverrides');
  if (!isJsonObject(overrides)) throw new Refusal(400, 'orderDiscount.discountOverrides is required');
  const end = findEnd(overrides, orderDate);
  const offers = listOffers(overrides);
  const applies = (line: ChargeLine): boolean =>
    (end === undefined || line.date < end) && (offers.size === 0 || offers.has(line.offerId));
  const type = getOwn(overrides, 'discountType');
  if (type === 'DiscountPercentage') return takePercentage(lines, getOwn(overrides, 'percentageDiscount'), applies);
  if (type === fixedAmountType) return takeAmount(lines, overrides, applies);
  throw new Refusal(
    400,
    `orderDiscount.discountOverrides.discountType ${JSON.stringify(type ?? null)} is not supported`,
  );
}

function takePercentage(
  lines: readonly ChargeLine[],
  share: Json | undefined,
  applies: (line: ChargeLine) => boolean,
): ChargeLine[] {
  const percent = parseDecimal(share);
  if (percent === undefined || percent.units > 100n * 10n ** BigInt(percent.scale))
    throw new Refusal(400, 'percentageDiscount must be a number from 0 to 100');
  return lines.map((line) =>
    applies(line) ? { ...line, amount: line.amount - takePercent(line.amount, percent) } : line,
  );
}

/** Takes the amount off once per due date, starting with the first charge. */
function takeAmount(
  lines: readonly ChargeLine[],
  overrides: JsonObject,
  applies: (line: ChargeLine) => boolean,
): ChargeLine[] {
  const amount = parseDecimal(getOwn(overrides, 'amountDiscount'));
  if (amount === undefined) throw new Refusal(400, 'amountDiscount must be a number');
  const currency = getOwn(overrides, 'currency');
  const left = new Map<Day, bigint>();
  return lines.map((line) => {
    if (!applies(line)) return line;
    if (line.currency !== currency)
      throw new Refusal(
        400,
        `The discount is in ${JSON.stringify(currency ?? null)} and the order in ${line.currency}`,
      );
    const rest = left.get(line.date) ?? toMinor(amount, line.currency);
    const taken = rest < line.amount ? rest : line.amount;
    left.set(line.date, rest - taken);
    return { ...line, amount: line.amount - taken };
  });
}

function findEnd(overrides: JsonObject, orderDate: Day): Day | undefined {
  const length = Number(getOwn(overrides, 'durationLength') ?? 0);
  return Number.isInteger(length) && length > 0
    ? later(orderDate, length, getOwn(overrides, 'durationType'))
    : undefined;
}

/** Ids of the discounted offers; empty means all. */
function listOffers(overrides: JsonObject): Set<string> {
  const named = getOwn(overrides, 'orderItemsWithSpecifiedDiscount');
  const offers = isJsonObject(named) ? getOwn(named, 'discountedOffers') : undefined;
  const ids = Array.isArray(offers) ? offers.map((offer) => (isJsonObject(offer) ? getOwn(offer, 'id') : offer)) : [];
  return new Set(ids.filter((id) => typeof id === 'string'));
}
