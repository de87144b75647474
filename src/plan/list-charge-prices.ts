import { type Json, type JsonObject, getOwn, isJsonObject } from '../model/json.js';
import type { Money } from '../model/plan.js';
import { toMoney } from './money.js';

/**
 * What one charge of `price__limio` asks for (API reference, section 3): its value, and the price of
 * each tier by position. A charge without either still is one, of an empty amount.
 */
export function listChargePrices(charge: JsonObject): Map<string, Money> {
  const currency = readCurrency(charge);
  const interval = describeInterval(charge);
  const tiers = asList(getOwn(charge, 'tiers')).filter(isJsonObject);
  const value = getOwn(charge, 'value');
  const hasValue = tiers.length === 0 || (value !== undefined && value !== null && value !== '');
  // The billing system decides the amount then, so the number beside it proves nothing.
  const external = getOwn(charge, 'use_external_price') === true;
  return new Map([
    ...(hasValue
      ? [['value', toMoney(external ? `external ${readText(value)}`.trim() : value, currency, interval)] as const]
      : []),
    ...tiers.map(
      (tier, i) =>
        [`tier ${i + 1}`, toMoney(getOwn(tier, 'price'), currency, `${interval}, ${describeTier(tier)}`)] as const,
    ),
  ]);
}

function readCurrency(charge: JsonObject): string {
  const code = getOwn(charge, 'currencyCode');
  if (typeof code === 'string') return code.trim().toUpperCase();
  const currency = getOwn(charge, 'currency');
  const id = isJsonObject(currency) ? getOwn(currency, 'id') : currency;
  return readText(id).trim().toUpperCase();
}

const UNITS: Record<string, { of: 'day' | 'month'; count: number }> = {
  day: { of: 'day', count: 1 },
  week: { of: 'day', count: 7 },
  month: { of: 'month', count: 1 },
  year: { of: 'month', count: 12 },
};

/** Equal intervals give equal text: `12 months` is `yearly`, `1 month` is `monthly`. */
function describeInterval(charge: JsonObject): string {
  if (/^one-?time$/i.test(readText(getOwn(charge, 'type')))) return 'once';
  const times = readCount(getOwn(charge, 'repeat_count'));
  const every = describeEvery(
    getOwn(charge, 'repeat_interval'),
    readText(getOwn(charge, 'repeat_interval_type')).trim(),
  );
  return times === undefined || times === 0 ? every : `${every}, ${times} times`;
}

function describeEvery(interval: Json | undefined, type: string): string {
  const count = readCount(interval) ?? (type === '' ? undefined : 1);
  if (count === undefined) return 'recurring';
  const name = type.toLowerCase().replace(/s$/, '');
  const unit = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
  if (!unit) return `every ${count} ${type}`;
  const all = count * unit.count;
  const [size, units, adverb] = chooseUnit(all, unit.of);
  return all === size ? adverb : `every ${all / size} ${units}`;
}

function chooseUnit(count: number, of: 'day' | 'month'): [size: number, units: string, adverb: string] {
  if (of === 'month') return count % 12 === 0 ? [12, 'years', 'yearly'] : [1, 'months', 'monthly'];
  return count % 7 === 0 ? [7, 'weeks', 'weekly'] : [1, 'days', 'daily'];
}

function describeTier(tier: JsonObject): string {
  const from = readText(getOwn(tier, 'starting_unit'));
  const to = readText(getOwn(tier, 'ending_unit'));
  const format = readText(getOwn(tier, 'price_format'));
  return `${from} ${to === '' ? 'units and more' : `to ${to} units`}${format === '' ? '' : ` (${format})`}`;
}

function readCount(value: Json | undefined): number | undefined {
  const count = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

function readText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

function asList(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
