import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { OrderPreview } from '../model/probes.js';

/** Names under which billing plug-ins give a date or an amount. */
const DATES = ['date', 'targetDate', 'dueDate', 'chargeDate', 'invoiceDate', 'serviceStartDate'];
const AMOUNTS = ['amount', 'chargeAmount', 'invoiceAmount'];

type Schedule = NonNullable<OrderPreview['schedule']>;

/**
 * An answer of `/order/preview` (API reference, section 8). The schedule is `schedule`, or the invoices
 * where there is none; a list of which one element cannot be read is not read at all.
 */
export function parseOrderPreview(answer: Json | undefined): OrderPreview {
  const root = isJsonObject(answer) ? answer : {};
  const preview = objectAt(root, 'preview') ?? root;
  if (getOwn(preview, 'success') === false)
    return { refused: 'The tenant answers that the preview did not succeed (success: false).' };
  const invoices = getOwn(objectAt(preview, 'previewResult') ?? preview, 'invoices');
  const charges = getOwn(root, 'schedule') ?? getOwn(preview, 'schedule');
  const schedule = readSchedule(charges) ?? readSchedule(invoices);
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
  };
}

function readSchedule(list: Json | undefined): Schedule | undefined {
  if (!Array.isArray(list)) return undefined;
  const entries = list.map(readEntry);
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

function readEntry(entry: Json): Schedule[number] | undefined {
  if (!isJsonObject(entry)) return undefined;
  const date = DATES.map((key) => getOwn(entry, key)).find((value) => typeof value === 'string');
  const day = typeof date === 'string' ? /^\d{4}-\d{2}-\d{2}/.exec(date)?.[0] : undefined;
  const amount = AMOUNTS.map((key) => readAmount(getOwn(entry, key))).find((value) => value !== undefined);
  return day === undefined || amount === undefined ? undefined : { date: day, amount };
}

function readAmount(value: Json | undefined): string | undefined {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? String(value) : undefined;
}

function findCurrency(places: readonly Json[]): string | undefined {
  const found = places.filter(isJsonObject).map((place) => getOwn(place, 'currency') ?? getOwn(place, 'currencyCode'));
  return found.find((value) => typeof value === 'string' && value !== '') as string | undefined;
}

function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = getOwn(object, key);
  return isJsonObject(value) ? value : undefined;
}
