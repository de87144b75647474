import { isPlainAmount } from '../charges/amount.js';
import { matchElements } from '../kinds/compare.js';
import type { Address } from '../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject, objectAt, pickKeys } from '../model/json.js';
import type { LiveResource } from '../model/model.js';
import type { AlsoPublish, Change, Money, Plan } from '../model/plan.js';
import { type ChargeFields, readChargeFields, type TierFields } from '../charges/charges.js';
import {
  type Length,
  type PeriodUnit,
  readUnit,
  toCount,
  toLargestUnit,
  toPlainPeriod,
  toText,
} from '../charges/period.js';
import { measurePercent, sameMoney, toMoney } from './money.js';

/** One price of one charge that changes. */
export interface PriceStep {
  address: Address;
  /** The name of the charge, or its index when it has none. */
  charge: string;
  before?: Money;
  after?: Money;
  /** `+30.0`. Absent when a side is missing or the two cannot be compared. */
  percent?: string;
  /** Whether the item had a price before. Only then does a new charge come on top of others. */
  pricedBefore: boolean;
}

/** Every price that a plan moves: by its changes, and by edits that go live with its pages. */
export function listPrices({ changes, publish }: Pick<Plan, 'changes' | 'publish'>): PriceStep[] {
  const also = new Map(
    publish.pages.flatMap(({ alsoPublishes = [] }) =>
      alsoPublishes.flatMap(({ address, prices }) => (prices ? [[address, prices]] : [])),
    ),
  );
  return [...changes, ...[...also].map(([address, prices]) => ({ address, ...prices }))].flatMap(comparePrices);
}

/** What of an item that goes live with a page moves a price for visitors, if so. */
export function comparePublishedPrices(before: Priced | undefined, after: Priced): Pick<AlsoPublish, 'prices'> {
  const [from, to] = [before && pickCharges(before), pickCharges(after)];
  const { address } = after;
  const steps = comparePrices({ address, after: to, ...(from ? { before: from } : {}) });
  return steps.length === 0 ? {} : { prices: { after: to, ...(from ? { before: from } : {}) } };
}

function pickCharges({ body }: Priced): JsonObject {
  return { attributes: pickKeys(objectAt(body, 'attributes'), ['price__limio']) };
}

type Priced = Pick<LiveResource, 'address' | 'body'>;

/** Every price that a change moves, in the order of the charges. Price guard and impact are based on it. */
export function comparePrices({ address, before, after }: Pick<Change, 'address' | 'before' | 'after'>): PriceStep[] {
  const from = chargesOf(before);
  const to = chargesOf(after);
  return matchElements(from, to, { key: 'name' }).pairs.flatMap(({ name, from: old, to: wanted }) => {
    const had = listChargePrices(old);
    const has = listChargePrices(wanted);
    return [...new Set([...had.keys(), ...has.keys()])].flatMap((part): PriceStep[] => {
      const moved = compareMoney(had.get(part), has.get(part));
      const charge = part === 'value' ? name : `${name} ${part}`;
      return moved ? [{ address, charge, pricedBefore: from.length > 0, ...moved }] : [];
    });
  });
}

function chargesOf(body: JsonObject = {}): Json[] {
  const charges = getOwn(objectAt(body, 'attributes'), 'price__limio') ?? '';
  if (Array.isArray(charges)) return charges;
  // A price that is not a list is still a price, unless it is empty.
  const isEmpty = charges === '' || (isJsonObject(charges) && Object.keys(charges).length === 0);
  return isEmpty ? [] : [charges];
}

function compareMoney(
  had: ChargePrice | undefined,
  has: ChargePrice | undefined,
): Pick<PriceStep, 'before' | 'after' | 'percent'> | undefined {
  if (!had) return has && { after: has.money };
  if (!has) return { before: had.money };
  const [before, after] = [had.money, has.money];
  if (sameMoney(before, after))
    // Limio, or the billing system, may not read "12,99" as limio-sync does.
    return isPlainAmount(has.text) || has.text === had.text
      ? undefined
      : { before: { ...before, amount: had.text }, after: { ...after, amount: has.text } };
  const percent = measurePercent(before, after);
  return { before, after, ...(percent === undefined ? {} : { percent }) };
}

interface ChargePrice {
  money: Money;
  /** The amount as it is written. */
  text: string;
}

/**
 * The prices of one charge: its `value`, and the price of each tier by position. No charge may disappear unnoticed: one
 * with neither has an empty amount, and one that is not an object counts as an amount.
 */
function listChargePrices(json: Json | undefined): Map<string, ChargePrice> {
  if (json === undefined) return new Map();
  const charge = readChargeFields(isJsonObject(json) ? json : { value: json });
  const { tiers, value, currency, usesExternalPrice } = charge;
  const interval = describeInterval(charge);
  const hasValue = tiers.length === 0 || toText(value) !== '';
  const amount = usesExternalPrice ? `external ${toText(value)}`.trim() : value;
  return new Map([
    ...(hasValue ? [['value', toPrice(amount, currency, interval)] as const] : []),
    ...tiers.map(
      (tier, i) => [`tier ${i + 1}`, toPrice(tier.price, currency, `${interval}, ${describeTier(tier)}`)] as const,
    ),
  ]);
}

function toPrice(value: Json | undefined, currency: string, interval: string): ChargePrice {
  return { money: toMoney(value, currency, interval), text: toText(value) };
}

/** Equal intervals give equal text: `12 months` is `yearly`, `1 month` is `monthly`. */
function describeInterval({ isOneTime, interval, repeatCount }: ChargeFields): string {
  if (isOneTime) return 'once';
  const times = toCount(repeatCount) ?? 0;
  const every = describeEvery(interval);
  return times === 0 ? every : `${every}, ${times} times`;
}

const ADVERBS: Record<PeriodUnit, string> = { day: 'daily', week: 'weekly', month: 'monthly', year: 'yearly' };

function describeEvery({ length, unit }: Length): string {
  const type = toText(unit).trim();
  const given = toCount(length) ?? (type === '' ? undefined : 1);
  if (given === undefined) return 'recurring';
  const known = readUnit(type);
  if (!known) return `every ${given} ${type}`;
  const every = toLargestUnit(toPlainPeriod({ count: given, unit: known }));
  return every.count === 1 ? ADVERBS[every.unit] : `every ${every.count} ${every.unit}s`;
}

function describeTier({ from, to, format }: TierFields): string {
  const upTo = toText(to) === '' ? 'units and more' : `to ${toText(to)} units`;
  return `${toText(from)} ${upTo}${toText(format) === '' ? '' : ` (${toText(format)})`}`;
}
