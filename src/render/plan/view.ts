import { type Address, type Kind, KINDS, nameKind } from '../../model/address.js';
import { defined } from '../../model/json.js';
import {
  countStopped,
  countUnread,
  findPlanStop,
  isLifted,
  type PlanStop,
  type UnreadCount,
} from '../../model/plan-stop.js';
import {
  type Action,
  type Basis,
  type ByHandItem,
  type Change,
  type FieldChange,
  type Guard,
  type Plan,
  type PlanSummary,
  type PlanWarning,
  type PublishPage,
  type UsedBy,
} from '../../model/plan.js';
import { formatLine } from '../../model/problem.js';
import { formatCommand } from '../../model/text.js';
import { countThings, groupDigits } from '../../model/words.js';
import { type FieldView, viewField } from '../field.js';
import { type RoutingView, viewRouting } from '../journeys/view.js';
import { viewVisitors, type VisitorsView } from '../journeys/visitors.js';
import { countKind } from '../render.js';
import { type Entry, listAlone, listEntries } from './batches.js';
import { indexMarks, type Marks, type OverwriteView, type PriceView, viewOverwrite, viewPrice } from './marks.js';

/*
 * A plan as every rendering shows it: text.ts, markdown.ts, html.ts. The view decides what is said and in which
 * order, a rendering how it looks and how much of it fits. Every text is the tenant's and unescaped.
 */

export interface PlanView extends Pick<
  Plan,
  'environment' | 'host' | 'protected' | 'commit' | 'promotedFrom' | 'toolVersion' | 'fingerprint' | 'onceManaged'
> {
  /** `from the list as of 3f2a1b0c9d8e, 37 read at head`, names as the rendering shows them; absent for a rollback. */
  writeBasis?: (quote: (text: string) => string) => string;
  /** `withheld` counts what the given consents leave withheld. */
  summary: PlanSummary & UnreadCount;
  /** An apply without further consents would write or publish something. */
  hasWork: boolean;
  /** Why apply would stop before the first write, if so. */
  stop?: PlanStop;
  /** The actions that occur, in the order of the legend. */
  actions: readonly Action[];
  /** Without those that a given consent lifted. */
  guards: readonly Guard[];
  /** `2 changes approved by --allow-delete=2` */
  consented: readonly string[];
  warnings: readonly PlanWarning[];
  byHand: readonly ByHandItem[];
  prices: readonly PriceView[];
  /** Of objects that this plan does not change; other uses are in their change. */
  usedBy: readonly UsedBy[];
  groups: readonly KindGroup[];
  pages: readonly PageView[];
  /** Changed items that the shop does not show. */
  onNoPage: readonly Address[];
  unmanaged: readonly { kind: Kind; names: readonly string[] }[];
}

export interface KindGroup {
  kind: Kind;
  counts: Record<Action, number>;
  changes: readonly ChangeView[];
  /** The same changes; those of one template or base as one. */
  entries: readonly Entry[];
}

export interface ChangeView extends Pick<Change, 'address' | 'kind' | 'action' | 'reason' | 'risk'> {
  name: string;
  /** `catalog/a.yaml:12` */
  place?: string;
  /** The former name of an object that gets another one. */
  movedFrom?: Address;
  /** Codes of the guards that stop it. */
  withheldBy: readonly string[];
  fieldCount: number;
  /** On demand: comparing long texts is most of the work of a large plan. */
  listFields: () => FieldView[];
  fields: readonly FieldChange[];
  prices: readonly PriceView[];
  usedBy: UsedBy['users'];
  /** Absent where the change overwrites nothing that was done in the app. */
  overwrite?: OverwriteView;
  routing?: { before?: RoutingView; after?: RoutingView };
  /** What a changed journey means for visitors. On demand, as fields. */
  listVisitors: () => VisitorsView[];
}

export interface PageView extends Pick<PublishPage, 'path' | 'routes' | 'items'> {
  /** Why the page is published although no item on it changes. */
  why?: string;
  /** What goes live with it although the plan does not name it. */
  also: readonly AlsoView[];
}

export interface AlsoView {
  address: Address;
  firstTime: boolean;
  listFields: () => FieldView[];
}

export const SYMBOLS: Record<Action, string> = { create: '+', update: '~', delete: '-' };

const ACTIONS = ['create', 'update', 'delete'] as const satisfies readonly Action[];

/** By flag, what an apply was given: `--allow-delete` -> `3`. */
export type GivenConsents = ReadonlyMap<string, string>;

const NONE: GivenConsents = new Map();

export function buildPlanView(plan: Plan, consents = NONE): PlanView {
  const { environment, host, commit, promotedFrom, toolVersion, fingerprint, publish, impact, changes, basis } = plan;
  const consented = plan.guards.filter((guard) => isLifted(guard, consents));
  const guards = plan.guards.filter((guard) => !consented.includes(guard));
  const marks = indexMarks(plan, guards);
  const withheld = changes.filter(({ address }) => marks.guards.has(address)).length;
  const stop = findStop(plan, consents);
  const isStopped = ({ path }: PublishPage): boolean => guards.some(({ pages }) => pages?.includes(path));
  return {
    environment,
    host,
    protected: plan.protected,
    ...(commit === undefined ? {} : { commit }),
    ...(promotedFrom === undefined ? {} : { promotedFrom }),
    toolVersion,
    fingerprint,
    ...(basis ? { writeBasis: (quote: (text: string) => string) => joinBasis(basis, quote) } : {}),
    summary: { ...plan.summary, ...countUnread(plan), withheld },
    hasWork: withheld < changes.length || publish.pages.some((page) => page.reason === 'not-live' && !isStopped(page)),
    ...(stop ? { stop } : {}),
    actions: ACTIONS.filter((action) => changes.some((change) => change.action === action)),
    guards,
    consented: consented.map(
      (guard) => `${countStopped(guard)} approved by ${guard.consent?.flag}=${guard.consent?.value}`,
    ),
    warnings: plan.warnings,
    ...(plan.onceManaged ? { onceManaged: plan.onceManaged } : {}),
    byHand: plan.byHand ?? [],
    prices: impact.prices.map(viewPrice),
    usedBy: impact.usedBy.filter(({ address }) => !marks.changed.has(address)),
    groups: groupChanges(changes, marks, listAlone(plan)),
    pages: publish.pages.map(viewPage),
    onNoPage: publish.onNoPage,
    unmanaged: KINDS.flatMap((kind) => {
      const names = plan.unmanaged[kind] ?? [];
      return names.length === 0 ? [] : [{ kind, names }];
    }),
  };
}

/** `1 to create, 2 to update, 14 unchanged`; without changes `nothing to change, 14 unchanged`. */
export function summarisePlan(summary: PlanSummary & UnreadCount): string {
  const { unread = 0, unreadLists = 0 } = summary;
  return [
    listCounts(summary) || 'nothing to change',
    ...(summary.withheld > 0 ? [`${groupDigits(summary.withheld)} of them withheld`] : []),
    `${groupDigits(summary.unchanged)} unchanged`,
    ...(unread > 0 ? [`${countThings(unread, 'object')} unread`] : []),
    ...(unreadLists > 0 ? [`${countThings(unreadLists, 'list')} not read in full`] : []),
  ].join(', ');
}

/** `offers: 1 to create, 2 to update` */
export function summariseGroup({ kind, counts, changes }: KindGroup): string {
  return `${nameKind(kind, changes.length)}: ${listCounts(counts)}`;
}

/** Under the policy that the plan was made with; apply decides by that of its day. */
export function findStop(
  plan: Pick<Plan, 'changes' | 'guards' | 'withheld' | 'partial'>,
  consents = NONE,
): PlanStop | undefined {
  return plan.partial === 'allow' ? undefined : findPlanStop(plan, consents);
}

export interface NextCommand {
  what: string;
  command: string;
}

/** The commands that run a plan which stops: all of it, and only the rest. `given` are consents that count already. */
export function listStopCommands(
  { unliftable, consents }: PlanStop,
  { words, given = [], hasRest }: { words: readonly string[]; given?: readonly string[]; hasRest: boolean },
): NextCommand[] {
  const fix =
    unliftable.length === 0 ? 'To approve everything' : `To run everything, fix ${unliftable.join(', ')}, then`;
  return [
    { what: fix, command: formatCommand(...words, ...consents) },
    ...(hasRest
      ? [{ what: 'To run only the rest', command: formatCommand(...words, ...given, '--allow-partial') }]
      : []),
  ];
}

/** How to apply a plan, as `words` begin; none where nothing can run. */
export function listApplyCommands(
  { stop, hasWork, environment, ...view }: Pick<PlanView, 'stop' | 'hasWork' | 'environment' | 'protected'>,
  words: readonly string[],
): NextCommand[] {
  const all = [...words, ...(view.protected ? [`--allow-protected=${environment}`] : [])];
  if (stop) return listStopCommands(stop, { words: all, hasRest: hasWork });
  return hasWork ? [{ what: 'To apply', command: formatCommand(...all) }] : [];
}

/** `Unmanaged, not touched: 12 offers, 1 page`; empty when there are none. */
export function summariseUnmanaged({ unmanaged }: PlanView): string {
  const counts = unmanaged.map(({ kind, names }) => countKind(names.length, kind));
  return counts.length === 0 ? '' : `Unmanaged, not touched: ${counts.join(', ')}`;
}

const COMMIT_LENGTH = 12;
const MOST_LISTS = 3;

function joinBasis({ lists, atHead }: Pick<Basis, 'lists' | 'atHead'>, quote: (text: string) => string): string {
  const shown = lists.slice(0, MOST_LISTS).map((commit) => quote(commit.slice(0, COMMIT_LENGTH)));
  const more = lists.length > MOST_LISTS ? [`${lists.length - MOST_LISTS} more`] : [];
  const from = lists.length === 0 ? '' : `from the ${lists.length === 1 ? 'list' : 'lists'} as of `;
  return `${from}${[...shown, ...more].join(' and ')}${from === '' ? '' : ', '}${groupDigits(atHead)} read at head`;
}

function listCounts(counts: Record<Action, number>): string {
  return ACTIONS.filter((action) => counts[action] > 0)
    .map((action) => `${groupDigits(counts[action])} to ${action}`)
    .join(', ');
}

function groupChanges(changes: readonly Change[], marks: Marks, alone: ReadonlySet<Address>): KindGroup[] {
  return KINDS.flatMap((kind) => {
    const ofKind = changes.filter((change) => change.kind === kind);
    if (ofKind.length === 0) return [];
    const pairs = ofKind.map((change) => ({ change, view: viewChange(change, marks) }));
    const count = (action: Action): number => ofKind.filter((change) => change.action === action).length;
    return [
      {
        kind,
        counts: { create: count('create'), update: count('update'), delete: count('delete') },
        changes: pairs.map(({ view }) => view),
        entries: listEntries(pairs, alone),
      },
    ];
  });
}

function viewChange(change: Change, marks: Marks): ChangeView {
  const { address, kind, action, risk, source, routing, movedFrom, lastDeclared } = change;
  const name = address.slice(kind.length + 1);
  return {
    address,
    kind,
    action,
    reason: lastDeclared === undefined ? change.reason : `${change.reason} (${lastDeclared})`,
    risk,
    name,
    ...(source ? { place: formatLine(source) } : {}),
    ...(movedFrom ? { movedFrom: movedFrom.address } : {}),
    withheldBy: marks.guards.get(address) ?? [],
    fieldCount: change.fields.length,
    listFields: () => change.fields.map(viewField),
    fields: change.fields,
    prices: marks.prices.get(address) ?? [],
    usedBy: marks.users.get(address) ?? [],
    ...defined({ overwrite: viewOverwrite(change) }),
    ...(routing ? { routing: viewRouting(routing) } : {}),
    listVisitors: () => (routing ? viewVisitors(name, routing) : []),
  };
}

export function viewPage(page: PublishPage): PageView {
  const { path, routes, items, reason, why = 'the published copy is older', alsoPublishes = [] } = page;
  const also = alsoPublishes.map(({ address, fields, firstTime = false }): AlsoView => ({
    address,
    firstTime,
    listFields: () => fields.map(viewField),
  }));
  return { path, routes, items, ...(reason === 'not-live' ? { why } : {}), also };
}
