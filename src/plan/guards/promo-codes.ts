import { readAmount, rescale } from '../../charges/amount.js';
import { type PeriodUnit, readUnit, toCount, toText } from '../../charges/period.js';
import { toRedeemable } from '../../kinds/promo-code/promo-code.js';
import { getOwn, type Json, jsonEqual, type JsonObject, objectAt } from '../../model/json.js';
import type { Guard } from '../../model/plan.js';
import { countThings, nameFirst } from '../../model/words.js';
import { effectiveBody } from '../compare.js';
import { type GuardInput, offerConsent } from './guard-input.js';

/** An existing code that gives more than before costs money at once, without a build. */
export function guardBroaderPromos({
  changes,
  state,
  context: { dialect },
}: Pick<GuardInput, 'changes' | 'state' | 'context'>): Guard[] {
  const broader = changes.flatMap((change) => {
    const found = change.movedFrom?.body ?? state.resources.get(change.address)?.body;
    if (change.kind !== 'promo_code' || change.action !== 'update' || !found) return [];
    // One that a run left half-way through its move is off for that reason only.
    const before = toRedeemable(found, dialect);
    const after = effectiveBody(before, change) ?? {};
    // A code that is off gives nothing; switching it on later counts as broader by itself.
    const ways = getOwn(after, 'status') === true ? listBroader(before, after) : [];
    return ways.length > 0 ? [{ address: change.address, ways }] : [];
  });
  if (broader.length === 0) return [];
  const details = broader.map(({ address, ways }) => `${address}: ${ways.join(', ')}`);
  return [
    {
      code: 'PROMO_BROADER',
      message:
        `${countThings(broader.length, 'promo code gets', 'promo codes get')} broader: ` +
        `${nameFirst(details, '; ')}.`,
      value: String(broader.length),
      limit: '0',
      addresses: broader.map(({ address }) => address),
      ...offerConsent('--allow-broader-promo', broader.length),
    },
  ];
}

/** How a promo code gives more than before, as clauses. Values that cannot be compared count as more. */
function listBroader(before: JsonObject, after: JsonObject): string[] {
  return [
    ...compareStatus(before, after),
    ...compareDiscount(objectAt(before, 'discount'), objectAt(after, 'discount')),
    ...compareDates(before, after),
    ...compareQuantity(objectAt(before, 'usage'), objectAt(after, 'usage')),
    ...compareReach(before, after),
  ];
}

function compareStatus(before: JsonObject, after: JsonObject): string[] {
  return getOwn(after, 'status') === true && getOwn(before, 'status') !== true ? ['switched on'] : [];
}

function compareDiscount(before: JsonObject, after: JsonObject): string[] {
  const type = ['discountType', 'currency'].filter(
    (key) => !jsonEqual(getOwn(before, key) ?? null, getOwn(after, key) ?? null),
  );
  const amounts = ['percentageDiscount', 'amountDiscount'].flatMap((key) => {
    const old = getOwn(before, key);
    const wanted = getOwn(after, key);
    return isMore(old, wanted, toText(getOwn(after, 'currency'))) ? [`${key} ${show(old)} -> ${show(wanted)}`] : [];
  });
  const duration = isLonger(before, after) ? [`duration ${showDuration(before)} -> ${showDuration(after)}`] : [];
  return [
    ...type.map((key) => `${key} ${show(getOwn(before, key))} -> ${show(getOwn(after, key))}`),
    ...amounts,
    ...duration,
  ];
}

/** A discount that is removed is never more. */
function isMore(before: Json | undefined, after: Json | undefined, currency: string): boolean {
  if (isNothing(after) || jsonEqual(before, after)) return false;
  const [old, wanted] = [readAmount(before ?? 0, currency), readAmount(after, currency)];
  if (!old || !wanted) return true;
  const scale = Math.max(old.scale, wanted.scale);
  return rescale(wanted, scale) > rescale(old, scale);
}

const DAYS: Record<PeriodUnit, number> = { day: 1, week: 7, month: 30.4375, year: 365.25 };

function isLonger(before: JsonObject, after: JsonObject): boolean {
  const keys = ['durationLength', 'durationType'];
  if (keys.every((key) => jsonEqual(getOwn(before, key) ?? null, getOwn(after, key) ?? null))) return false;
  return !((measureDays(after) ?? Infinity) <= (measureDays(before) ?? 0));
}

/** Without a length a discount never ends; undefined where it is not a number of a known unit. */
function measureDays(discount: JsonObject): number | undefined {
  const length = getOwn(discount, 'durationLength');
  if (isNothing(length)) return Infinity;
  const unit = readUnit(toText(getOwn(discount, 'durationType')));
  const count = toCount(length);
  return unit === undefined || count === undefined ? undefined : count * DAYS[unit];
}

function compareDates(before: JsonObject, after: JsonObject): string[] {
  const [start, expiry] = (['promoStartDate', 'promoExpiryDate'] as const).map(
    (key) => [getOwn(before, key), getOwn(after, key)] as const,
  );
  const earlier = !isNothing(start?.[0]) && (isNothing(start?.[1]) || !(dayOf(start[1]) >= dayOf(start[0])));
  const later = !isNothing(expiry?.[0]) && (isNothing(expiry?.[1]) || !(dayOf(expiry[1]) <= dayOf(expiry[0])));
  return [
    ...(earlier ? [`starts ${show(start?.[0])} -> ${show(start?.[1], 'immediately')}`] : []),
    ...(later ? [`expires ${show(expiry?.[0])} -> ${show(expiry?.[1], 'never')}`] : []),
  ];
}

function compareQuantity(before: JsonObject, after: JsonObject): string[] {
  const [old, wanted] = [getOwn(before, 'availableQuantity'), getOwn(after, 'availableQuantity')];
  if (isNothing(old) || jsonEqual(old, wanted)) return [];
  const more = isNothing(wanted) || !(Number(wanted) <= Number(old));
  return more ? [`quantity ${show(old)} -> ${show(wanted, 'unlimited')}`] : [];
}

/** Another label gives the discount to offers that did not have it. */
function compareReach(before: JsonObject, after: JsonObject): string[] {
  const [old, wanted] = [getOwn(before, 'applicationLevel'), getOwn(after, 'applicationLevel')];
  if (wanted === 'wholeBasket') return old === 'wholeBasket' ? [] : [`applies to ${show(old)} -> the whole basket`];
  const labels = [before, after].map((body) => [getOwn(body, 'referencedOfferLabel') ?? []].flat());
  const [had = [], has = []] = labels;
  if (old === 'wholeBasket' || has.every((label) => had.some((one) => jsonEqual(one, label)))) return [];
  const [from, to] = [before, after].map((body) => show(getOwn(body, 'referencedOfferLabel')));
  return [`applies to the label ${from} -> ${to}`];
}

/** Dates and date-times as instants; NaN, which no comparison holds for, where it is neither. */
function dayOf(value: Json | undefined): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}

function showDuration(discount: JsonObject): string {
  const length = getOwn(discount, 'durationLength');
  return isNothing(length) ? 'forever' : `${show(length)} ${show(getOwn(discount, 'durationType'), '')}`.trim();
}

function show(value: Json | undefined, nothing = 'none'): string {
  if (isNothing(value)) return nothing;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isNothing(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}
