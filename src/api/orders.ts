import type { OrderPreview, OrderPreviewRequest, PreviewChannel } from '../model/doctor.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Connection } from './connection.js';
import { ORDER_PREVIEW_PATHS } from './paths.js';

/** Prices an order and places none, so that it may be repeated like a read (API reference, section 8). */
export async function previewOrder(
  { call }: Connection,
  request: OrderPreviewRequest,
  channel: PreviewChannel,
): Promise<OrderPreview> {
  const path = ORDER_PREVIEW_PATHS[channel];
  const answer = await call({
    method: 'POST',
    path,
    json: buildPreviewBody(request),
    effect: 'read',
    answer: 'json',
  });
  return parseOrderPreview(answer.json);
}

/** Noon in UTC is the same day in nearly every time zone. */
const ORDER_TIME = 'T12:00:00Z';

function buildPreviewBody(request: OrderPreviewRequest): JsonObject {
  const { offers, addOns = [], date, country, billing = {}, delivery = {}, discount } = request;
  return {
    order_type: 'new',
    orderItems: [
      ...offers.map(({ id, version, quantity }) => ({ offer: { id, version }, quantity })),
      ...addOns.map(({ id, version, quantity }) => ({ offer: { id, version }, quantity, type: 'add_on' })),
    ],
    // Nobody buys: what a real order says of people stays empty, unless it decides the taxes.
    billingDetails: billing,
    deliveryDetails: delivery,
    orderDate: date + ORDER_TIME,
    ...(country === undefined ? {} : { country }),
    ...(discount ? { orderDiscount: buildDiscount(discount) } : {}),
  };
}

function buildDiscount({ code, body, offerIds }: NonNullable<OrderPreviewRequest['discount']>): JsonObject {
  const details = getOwn(body, 'productDetails');
  const discount = getOwn(body, 'discount');
  return {
    name: code,
    ...(details === undefined ? {} : { productDetails: details }),
    discountOverrides: {
      ...(isJsonObject(discount) ? discount : {}),
      ...(offerIds ? { orderItemsWithSpecifiedDiscount: { discountedOffers: offerIds.map((id) => ({ id })) } } : {}),
    },
  };
}

/** Names under which billing plug-ins give a date or an amount. */
const DATES = ['date', 'targetDate', 'dueDate', 'chargeDate', 'invoiceDate', 'serviceStartDate'];

const AMOUNTS = ['amount', 'chargeAmount', 'invoiceAmount'];

const TAXES = ['taxAmount', 'tax'];

type Schedule = NonNullable<OrderPreview['schedule']>;

/**
 * An answer of `/order/preview` (API reference, section 8). The schedule is `schedule`, or the invoices
 * where there is none; a list of which one element cannot be read is not read at all.
 */
export function parseOrderPreview(answer: Json | undefined): OrderPreview {
  const root = isJsonObject(answer) ? answer : {};
  const preview = findObject(root, 'preview') ?? root;
  if (getOwn(preview, 'success') === false)
    return { refused: 'The tenant answers that the preview did not succeed (success: false).' };
  const invoices = getOwn(findObject(preview, 'previewResult') ?? preview, 'invoices');
  const charges = getOwn(root, 'schedule') ?? getOwn(preview, 'schedule');
  const schedule = readAmounts(charges, AMOUNTS) ?? readAmounts(invoices, AMOUNTS);
  const taxes = readAmounts(invoices, TAXES) ?? readAmounts(charges, TAXES);
  const firstPayment = readAmount(getOwn(preview, 'paidAmount'));
  const currency = findCurrency([
    preview,
    root,
    ...[charges, invoices].flatMap((list) => (Array.isArray(list) ? list : [])),
  ]);
  return {
    ...(firstPayment === undefined ? {} : { firstPayment }),
    ...(currency === undefined ? {} : { currency }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(taxes === undefined ? {} : { taxes }),
  };
}

function readAmounts(list: Json | undefined, keys: readonly string[]): Schedule | undefined {
  if (!Array.isArray(list)) return undefined;
  const entries = list.map((entry) => readEntry(entry, keys));
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

function readEntry(entry: Json, keys: readonly string[]): Schedule[number] | undefined {
  if (!isJsonObject(entry)) return undefined;
  const date = DATES.map((key) => getOwn(entry, key)).find((value) => typeof value === 'string');
  const day = typeof date === 'string' ? /^\d{4}-\d{2}-\d{2}/.exec(date)?.[0] : undefined;
  const amount = keys.map((key) => readAmount(getOwn(entry, key))).find((value) => value !== undefined);
  return day === undefined || amount === undefined ? undefined : { date: day, amount };
}

function readAmount(value: Json | undefined): string | undefined {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? String(value) : undefined;
}

function findCurrency(places: readonly Json[]): string | undefined {
  const found = places.filter(isJsonObject).map((place) => getOwn(place, 'currency') ?? getOwn(place, 'currencyCode'));
  return found.filter((value) => typeof value === 'string').find((value) => value !== '');
}

function findObject(object: JsonObject, key: string): JsonObject | undefined {
  const value = getOwn(object, key);
  return isJsonObject(value) ? value : undefined;
}
