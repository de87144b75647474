import { countThings, groupDigits } from '../../model/words.js';
import { type Address, type Kind, KINDS, nameKind } from '../../model/address.js';
import type {
  Action,
  ByHandItem,
  Change,
  Guard,
  Money,
  Plan,
  PlanSummary,
  PlanWarning,
  PriceMove,
  PublishPlan,
  UsedBy,
} from '../../model/plan.js';
import { type FieldView, viewField } from '../field.js';
import { type RoutingView, viewRouting } from '../journeys/view.js';
import { viewVisitors, type VisitorsView } from '../journeys/visitors.js';
import { countKinds } from '../words.js';

/** What every rendering of a plan shows. Texts are the tenant's and unescaped: each rendering has its own border. */
export interface PlanView extends Pick<
  Plan,
  'environment' | 'host' | 'protected' | 'commit' | 'promotedFrom' | 'toolVersion' | 'fingerprint'
> {
  /** `withheld` counts only what stands after the consents. */
  summary: PlanSummary;
  /** Whether an apply without further consents would write or publish anything. */
  hasWork: boolean;
  /** The actions that occur, in the order of the legend. */
  actions: readonly Action[];
  /** Those that stand, and those that a consent lifted. */
  guards: readonly Guard[];
  consented: readonly Guard[];
  warnings: readonly PlanWarning[];
  /** What people have to create, in this order. */
  byHand: readonly ByHandItem[];
  prices: readonly PriceView[];
  /** Uses of objects that are no change of this plan; those of changes stand with the change. */
  usedBy: readonly UsedBy[];
  groups: readonly KindGroup[];
  publish: PublishPlan;
  unmanaged: readonly { kind: Kind; names: readonly string[] }[];
}

export interface KindGroup {
  kind: Kind;
  counts: Record<Action, number>;
  changes: readonly ChangeView[];
}

export interface ChangeView extends Pick<Change, 'address' | 'kind' | 'action' | 'reason' | 'risk'> {
  name: string;
  /** `catalog/a.yaml:12`. */
  place?: string;
  /** Codes of the guards that stop it. */
  withheldBy: readonly string[];
  fieldCount: number;
  /** Made when asked for, since comparing long texts is most of the work of a large plan. */
  listFields: () => FieldView[];
  prices: readonly PriceView[];
  usedBy: UsedBy['users'];
  routing?: { before?: RoutingView; after?: RoutingView };
  /** What a journey's change means for visitors; made when asked for, as fields are. */
  listVisitors: () => VisitorsView[];
}

export const SYMBOLS: Record<Action, string> = { create: '+', update: '~', delete: '-' };

const ACTIONS = ['create', 'update', 'delete'] as const satisfies readonly Action[];

/** By flag, what an apply was given: `--allow-delete` -> `3`. */
export type GivenConsents = ReadonlyMap<string, string>;

export function buildPlanView(plan: Plan, consents?: GivenConsents): PlanView {
  const consented = plan.guards.filter(({ consent }) => consent && consents?.get(consent.flag) === consent.value);
  const guards = plan.guards.filter((guard) => !consented.includes(guard));
  const marks = indexMarks(plan, guards);
  const groups = groupChanges(plan.changes, marks);
  return {
    environment: plan.environment,
    host: plan.host,
    protected: plan.protected,
    ...(plan.commit === undefined ? {} : { commit: plan.commit }),
    ...(plan.promotedFrom === undefined ? {} : { promotedFrom: plan.promotedFrom }),
    toolVersion: plan.toolVersion,
    fingerprint: plan.fingerprint,
    summary: { ...plan.summary, withheld: plan.changes.filter(({ address }) => marks.guards.has(address)).length },
    hasWork:
      plan.changes.some(({ address }) => !marks.guards.has(address)) ||
      plan.publish.pages.some(({ reason }) => reason === 'not-live'),
    actions: ACTIONS.filter((action) => plan.changes.some((change) => change.action === action)),
    guards,
    consented,
    warnings: plan.warnings,
    byHand: plan.byHand ?? [],
    prices: plan.impact.prices.map(viewPrice),
    usedBy: plan.impact.usedBy.filter(({ address }) => !marks.changed.has(address)),
    groups,
    publish: plan.publish,
    unmanaged: KINDS.flatMap((kind) => {
      const names = plan.unmanaged[kind] ?? [];
      return names.length === 0 ? [] : [{ kind, names }];
    }),
  };
}

/** `1 to create, 2 to update, 14 unchanged`; without changes `nothing to change, 14 unchanged`. */
export function summarisePlan(summary: PlanSummary): string {
  const counts = ACTIONS.filter((action) => summary[action] > 0).map(
    (action) => `${groupDigits(summary[action])} to ${action}`,
  );
  return [
    ...(counts.length === 0 ? ['nothing to change'] : counts),
    ...(summary.withheld > 0 ? [`${groupDigits(summary.withheld)} of them withheld`] : []),
    `${groupDigits(summary.unchanged)} unchanged`,
  ].join(', ');
}

/** `offers: 1 to create, 2 to update`. */
export function summariseGroup({ kind, counts, changes }: KindGroup): string {
  const parts = ACTIONS.filter((action) => counts[action] > 0).map(
    (action) => `${groupDigits(counts[action])} to ${action}`,
  );
  return `${nameKind(kind, changes.length)}: ${parts.join(', ')}`;
}

/** What the plan says of single objects, by address. */
interface Marks {
  changed: ReadonlySet<Address>;
  guards: ReadonlyMap<Address, string[]>;
  prices: ReadonlyMap<Address, PriceView[]>;
  users: ReadonlyMap<Address, UsedBy['users']>;
}

function indexMarks({ changes, impact }: Plan, standing: readonly Guard[]): Marks {
  const guards = new Map<Address, string[]>();
  for (const { code, addresses } of standing) for (const address of addresses) append(guards, address, code);
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

function groupChanges(changes: readonly Change[], marks: Marks): KindGroup[] {
  return KINDS.flatMap((kind) => {
    const ofKind = changes.filter((change) => change.kind === kind);
    if (ofKind.length === 0) return [];
    const count = (action: Action): number => ofKind.filter((change) => change.action === action).length;
    return [
      {
        kind,
        counts: { create: count('create'), update: count('update'), delete: count('delete') },
        changes: ofKind.map((change) => viewChange(change, marks)),
      },
    ];
  });
}

function viewChange(change: Change, marks: Marks): ChangeView {
  const { address, kind, action, reason, risk, source, routing } = change;
  return {
    address,
    kind,
    action,
    reason,
    risk,
    name: address.slice(kind.length + 1),
    ...(source ? { place: `${source.file}:${source.line}` } : {}),
    withheldBy: marks.guards.get(address) ?? [],
    fieldCount: change.fields.length,
    listFields: () => change.fields.map(viewField),
    prices: marks.prices.get(address) ?? [],
    usedBy: marks.users.get(address) ?? [],
    ...(routing ? { routing: viewRouting(routing) } : {}),
    listVisitors: () => (routing ? viewVisitors(address.slice(kind.length + 1), routing) : []),
  };
}

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
