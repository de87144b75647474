import type { Guard, Money } from '../../model/plan.js';
import type { Policies } from '../../model/policies.js';
import { countThings, nameFirst } from '../../model/words.js';
import { exceedsLimits, isZero, sameMoney } from '../money.js';
import type { PriceStep } from '../prices.js';
import { type GuardInput, offerConsent } from './guard-input.js';

/** Why a price may not move without consent, each with its plural, in the order of the report. */
const PLURALS = {
  increase: 'increases',
  decrease: 'decreases',
  'changed currency': 'changed currencies',
  'changed interval': 'changed intervals',
  'removed charge': 'removed charges',
  'new charge': 'new charges',
  'amount that cannot be compared': 'amounts that cannot be compared',
  'amount in another spelling': 'amounts in another spelling',
} as const;

type Reason = keyof typeof PLURALS;

// Object.keys() gives strings; the keys of a literal are its reasons.
const REASONS = Object.keys(PLURALS) as Reason[];

/** Prices that move beyond the policy. The consent counts prices, not items: two charges of one offer are two. */
export function guardPrices({
  prices,
  changes,
  publish,
  context,
}: Pick<GuardInput, 'prices' | 'changes' | 'publish' | 'context'>): Guard[] {
  const limits = context.policies.price;
  const stopped = prices.flatMap((step) => {
    const reason = findReason(step, limits);
    return reason ? [{ step, reason }] : [];
  });
  if (stopped.length === 0) return [];
  const addresses = [...new Set(stopped.map(({ step }) => step.address))];
  // A price that goes live with a page moves no change: the page is what can be withheld.
  const pages = publish.pages.filter(({ alsoPublishes = [] }) =>
    alsoPublishes.some(({ address }) => addresses.includes(address)),
  );
  const limit = `+${limits.maxIncrease} %, -${limits.maxDecrease} %`;
  return [
    {
      code: 'PRICE_CHANGE',
      message:
        `${countThings(stopped.length, 'price change')} on ${countThings(addresses.length, 'item')} ` +
        `${stopped.length === 1 ? 'exceeds' : 'exceed'} the policy (${limit}): ` +
        `${nameFirst(stopped.map(describeStep), '; ')}.`,
      value: REASONS.flatMap((reason) => summarise(reason, stopped)).join(', '),
      limit,
      addresses: changes.flatMap(({ address }) => (addresses.includes(address) ? [address] : [])),
      ...offerConsent('--allow-price-change', stopped.length),
      ...(pages.length > 0 ? { pages: pages.map(({ path }) => path) } : {}),
    },
  ];
}

interface Stopped {
  step: PriceStep;
  reason: Reason;
}

function findReason(
  { before, after, percent, pricedBefore }: PriceStep,
  limits: Policies['price'],
): Reason | undefined {
  if (!after) return 'removed charge';
  // A new charge comes on top of others; the first price of an item does not.
  if (!before) return pricedBefore && !isZero(after) ? 'new charge' : undefined;
  if (before.currency !== after.currency) return 'changed currency';
  if (before.interval !== after.interval) return 'changed interval';
  if (sameMoney(before, after)) return 'amount in another spelling';
  const exceeds = exceedsLimits(before, after, limits);
  if (exceeds === undefined) return 'amount that cannot be compared';
  if (!exceeds) return undefined;
  return percent?.startsWith('-') ? 'decrease' : 'increase';
}

function summarise(reason: Reason, stopped: readonly Stopped[]): string[] {
  const steps = stopped.filter((one) => one.reason === reason).map(({ step }) => step);
  if (steps.length === 0) return [];
  const counted = countThings(steps.length, reason, PLURALS[reason]);
  const most = steps
    .map(({ percent }) => percent)
    .filter((percent) => percent !== undefined)
    .sort((a, b) => size(b) - size(a))[0];
  return [most === undefined ? counted : `${counted} (${steps.length === 1 ? '' : 'up to '}${most} %)`];
}

/** For sorting only: amounts never become floats. */
function size(percent: string): number {
  return Math.abs(Number(percent));
}

function describeStep({ step: { address, charge, before, after, percent }, reason }: Stopped): string {
  const alike = before?.interval === after?.interval && before?.currency === after?.currency;
  const moved = `${showMoney(before)} -> ${alike && after ? showAmount(after) : showMoney(after)}`;
  return `${address} ${charge}: ${moved} (${percent === undefined ? reason : `${percent} %`})`;
}

function showMoney(money: Money | undefined): string {
  return money ? [money.interval, money.currency, showAmount(money)].filter((part) => part !== '').join(' ') : 'none';
}

function showAmount({ amount }: Money): string {
  return amount === '' ? 'no amount' : amount;
}
