import type { Address } from '../../model/address.js';
import type { Change, Guard, Money, Plan, PriceMove, UsedBy } from '../../model/plan.js';
import { countThings } from '../../model/words.js';
import { describeLastEdit } from '../drift.js';
import { nameField } from '../field.js';
import { countKind, countKinds } from '../render.js';

/* What a plan says of single objects besides their fields: guards, prices, users, edits in the app. Unescaped. */

/** What the plan says of single objects. */
export interface Marks {
  changed: ReadonlySet<Address>;
  guards: ReadonlyMap<Address, string[]>;
  prices: ReadonlyMap<Address, PriceView[]>;
  users: ReadonlyMap<Address, UsedBy['users']>;
}

export function indexMarks({ changes, impact }: Plan, open: readonly Guard[]): Marks {
  const guards = new Map<Address, string[]>();
  for (const { code, addresses } of open) for (const address of addresses) append(guards, address, code);
  const prices = new Map<Address, PriceView[]>();
  for (const move of impact.prices) {
    const price = viewPrice(move);
    for (const address of move.addresses) append(prices, address, price);
  }
  return {
    changed: new Set(changes.map(({ address }) => address)),
    guards,
    prices,
    users: new Map(impact.usedBy.map(({ address, users }) => [address, users])),
  };
}

function append<T>(lists: Map<Address, T[]>, address: Address, item: T): void {
  const list = lists.get(address);
  if (!list) lists.set(address, [item]);
  else if (!list.includes(item)) list.push(item);
}

/** `before` is absent for a new charge, `after` for a removed one. */
export interface PriceView {
  /** `monthly GBP` where both sides share it, otherwise `new charge` and the like. */
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
  const what = !after ? 'removed' : !before ? 'new' : 'changed';
  const show = ({ amount, currency, interval }: Money): string =>
    isAlike ? amount : `${interval} ${currency} ${amount}`;
  return {
    label: isAlike ? `${after.interval} ${after.currency}` : `${what} charge`,
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
    ...(journeys.length > 0 ? [`used by ${countKind(journeys.length, 'journey')}`] : []),
    ...(codes > 0 ? [`${countThings(codes, 'active promo code')} ${codes === 1 ? 'applies' : 'apply'}`] : []),
  ];
}

/** `monthly GBP 9.99 -> 12.99 (+30.0 %) on 2 offers; on 3 published pages`; `amounts` as the rendering shows them. */
export function joinPrice(
  { label, percent, reach }: Pick<PriceView, 'label' | 'percent' | 'reach'>,
  amounts: string,
  escape: (text: string) => string,
): string {
  return `${escape(label)} ${amounts}${percent === undefined ? '' : ` (${escape(percent)})`} ${reach.join('; ')}`;
}

/** What somebody did in the app since the last apply, and the change undoes. */
export interface OverwriteView {
  /** `overwrites an edit in the app`. */
  what: string;
  /** `2026-11-22T12:00:00Z by anna`, as the tenant says. */
  edit?: string;
  /** The fields that were edited, where the change has others too. */
  fields: readonly string[];
}

export function viewOverwrite({ action, cause, fields }: Change): OverwriteView | undefined {
  if (!cause || cause.side === 'git') return undefined;
  const { side, overwrites, tenant } = cause;
  const what = {
    create: 'recreates what was deleted in the app',
    update: 'overwrites an edit in the app',
    delete: overwrites ? 'deletes what was edited in the app' : 'deletes what was created in the app',
  }[action];
  const edit = action === 'create' || !tenant ? undefined : describeLastEdit({ tenant });
  const isWhole = action !== 'update' || fields.every(({ path }) => overwrites?.includes(path));
  return {
    what: side === 'both' && action !== 'delete' ? `${what}, changed in git too` : what,
    ...(edit === undefined ? {} : { edit }),
    fields: isWhole ? [] : (overwrites ?? []).map((path) => nameField(path)),
  };
}

/** `overwrites an edit in the app (last edited 2026-11-22 by anna): label__limio`, names as the rendering quotes. */
export function joinOverwrite({ what, edit, fields }: OverwriteView, quote: (text: string) => string): string {
  const when = edit === undefined ? '' : ` (last edited ${quote(edit)})`;
  return `${what}${when}${fields.length === 0 ? '' : `: ${fields.map((name) => quote(name)).join(', ')}`}`;
}
