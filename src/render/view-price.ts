import { nameKind } from '../model/address.js';
import type { Money, PriceMove } from '../model/plan.js';
import { countKinds, countThings } from './count-things.js';

/** One price move as people read it; `before` and `after` are absent for a new and a removed charge. */
export interface PriceView {
  /** `monthly GBP`, where both sides share it; else what happens to the charge. */
  label: string;
  before?: string;
  after?: string;
  /** `+30.0 %`. */
  percent?: string;
  direction: 'up' | 'down' | 'other';
  /** `on 2 offers`, `on 3 published pages`, `used by 1 journey`, `1 active promo code applies`. */
  reach: readonly string[];
}

export function viewPrice(move: PriceMove): PriceView {
  const { before, after, percent } = move;
  const isAlike = before && after && before.currency === after.currency && before.interval === after.interval;
  const label = isAlike
    ? `${after.interval} ${after.currency}`
    : after
      ? before
        ? 'changed charge'
        : 'new charge'
      : 'removed charge';
  const show = ({ amount, currency, interval }: Money): string =>
    isAlike ? amount : `${interval} ${currency} ${amount}`;
  return {
    label,
    ...(before ? { before: show(before) } : {}),
    ...(after ? { after: show(after) } : {}),
    ...(percent === undefined ? {} : { percent: `${percent} %` }),
    direction: percent === undefined ? 'other' : percent.startsWith('-') ? 'down' : 'up',
    reach: describeReach(move),
  };
}

function describeReach({ addresses, routes, journeys, promoCodes }: PriceMove): string[] {
  const codes = promoCodes.length;
  return [
    `on ${countKinds(addresses)}`,
    ...(routes.length > 0 ? [`on ${countThings(routes.length, 'published page')}`] : []),
    ...(journeys.length > 0
      ? [`used by ${countThings(journeys.length, nameKind('journey', 1), nameKind('journey'))}`]
      : []),
    ...(codes > 0 ? [`${countThings(codes, 'active promo code')} ${codes === 1 ? 'applies' : 'apply'}`] : []),
  ];
}

/** `monthly GBP 9.99 -> 12.99 (+30.0 %) on 2 offers; on 3 published pages`, in pieces to be marked. */
export function joinPrice({ label, percent, reach }: PriceView, amounts: string): string {
  return `${label} ${amounts}${percent === undefined ? '' : ` (${percent})`} ${reach.join('; ')}`;
}
