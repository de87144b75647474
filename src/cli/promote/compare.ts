import { findDrift } from '../../drift/drift.js';
import { LimioError } from '../../errors/errors.js';
import { escapeGlob, matchGlob, matchGlobs } from '../../glob/glob.js';
import { labelsOf } from '../../kinds/catalog/item-references.js';
import { type Address, formatTagPath } from '../../model/address.js';
import type { AppliedState, ObjectDrift } from '../../model/drift.js';
import { dropUndefined, type JsonObject } from '../../model/json.js';
import type { DesiredResource } from '../../model/model.js';
import type { Plan } from '../../model/plan.js';
import type { Gate, Promotion, PromotionContent } from '../../model/promotion.js';
import { formatPlace } from '../../model/problem.js';
import type { PendingPublish } from '../../model/run.js';
import { compareTenant, type Comparison } from '../../plan/compare.js';
import { isLeftToPeople } from '../../plan/guards/creations.js';
import { planPublish } from '../../plan/pages/pages.js';
import { listPlaces, readPlaces } from '../../plan/pages/places.js';
import { listTags } from '../../plan/pages/routes.js';
import type { PlanContext } from '../../plan/plan-context.js';
import { planComparison } from '../../plan/plan.js';
import { checkGates, isSourceProven, listUnchecked, type SourceInput } from '../../promote/gates.js';
import { classifyObjects, countOverwrites, withholdObjects } from '../../promote/promote.js';
import { closeSelection, listLacking, type Selection } from '../../promote/selection.js';
import { findForeignHosts, listForeignHosts } from '../../promote/values.js';
import type { CliIo } from '../shared/io.js';
import { describeReading, findPendingPublishes, loadState } from '../shared/plan.js';
import { requireMatches } from '../shared/selectors.js';
import { type Tenant, withTenant } from '../shared/tenant.js';
import { checkFiles, type Project, type Workspace } from '../shared/workspace.js';
import { checkFileGates, type ProofOptions, provePrices } from './gates.js';

/** One of the two environments, with its files and its tenant. */
interface Side extends Project {
  applied: AppliedState | undefined;
  context: PlanContext;
  comparison: Comparison;
  /** What the files manage, by address. */
  managed: ReadonlyMap<Address, DesiredResource>;
}

export interface PromotionRequest {
  source: Workspace;
  target: Workspace;
  /** Address patterns; none means everything. */
  selectors: readonly string[];
  allowOverwrite?: number;
}

/** The part of the files that is promoted. */
interface Scope {
  selection: Selection;
  chosen: ReadonlySet<Address>;
  /** Only a promotion of everything may delete. */
  isWhole: boolean;
}

/**
 * What a promotion would do, in these stages. Reads both tenants, writes to none.
 * 1. the gates of files and offline tests; without them nothing is compared
 * 2. both sides: files, last apply, live state
 * 3. what is selected, which objects differ, what the target lacks
 * 4. the plan of the selected part for the target
 * 5. the gates of the source: drift, last apply, live pages, prices
 * @throws LimioError USAGE, STATE_*, PROMOTE_FOREIGN_HOST, and what reading throws.
 */
export async function promoteProject(io: CliIo, request: PromotionRequest, options: ProofOptions): Promise<Promotion> {
  const { source, target } = request;
  const head = {
    kind: 'limio-sync/promotion',
    formatVersion: 1,
    from: describePlace(source),
    to: describePlace(target),
  } as const;
  const files = await checkFileGates(source);
  if (files[0].status === 'fail') return { ...head, gates: [...files, ...listUnchecked()] };
  return withTenant(io, source, options, (fromTenant) =>
    withTenant(io, target, options, async (toTenant) => {
      const [from, to] = await Promise.all([readSide(source, fromTenant), readSide(target, toTenant)]);
      const { content, gates, plan } = await compareSides(io, from, to, request, options);
      const all = [...files, ...gates];
      const promoted = plan && !all.some(({ status }) => status === 'fail') ? plan : undefined;
      if (promoted) await checkForeignHosts(promoted, from, to);
      return {
        ...head,
        to: { ...head.to, ...dropUndefined({ last: to.applied?.last.at }) },
        gates: all,
        content,
        ...dropUndefined({ plan: promoted }),
      };
    }),
  );
}

function describePlace({ environment: { name, host } }: Workspace): Promotion['from'] {
  return { environment: name, host };
}

async function readSide(workspace: Workspace, { reader }: Tenant): Promise<Side> {
  const { resources: desired } = (await checkFiles(workspace, [workspace.environment])).checked;
  const context = describeReading(workspace);
  const applied = loadState(workspace);
  const comparison = await compareTenant(reader, desired, context);
  const managed = new Map(comparison.desired.map((resource) => [resource.address, resource]));
  return { ...workspace, desired, applied, context, comparison, managed };
}

async function compareSides(
  io: CliIo,
  from: Side,
  to: Side,
  { selectors, allowOverwrite }: PromotionRequest,
  options: ProofOptions,
): Promise<{ content: PromotionContent; gates: Gate[]; plan?: Plan }> {
  const selection = select(selectors, from.managed, to);
  const scope: Scope = {
    selection,
    chosen: new Set(selection.addresses),
    isWhole: selectors.length === 0,
  };
  const inNeither = findInNeither(from, to, selection);
  const classified = classifyObjects({
    selected: selection.addresses,
    drift: findSelectedDrift(to, scope),
    source: from.managed,
    target: to.managed,
    kinds: to.comparison.kinds,
  });
  const { intended, unchanged } = classified;
  // Listed with what the target lacks: the source has nothing new to show.
  const found = classified.objects.filter(
    (object) => !(object.class === 'new-in-source' && inNeither.has(object.address)),
  );
  const isApproved = allowOverwrite !== undefined && allowOverwrite === countOverwrites(found);
  const objects = isApproved ? found : withholdObjects(found, to.managed);
  const withheld = new Set(objects.flatMap((object) => (object.withheld === undefined ? [] : [object.address])));
  const lacking = await findLacking(from, to, { selection, withheld, inNeither });
  const plan = lacking.some(({ blocks }) => blocks)
    ? undefined
    : await planPart(to, scope, withheld, from.environment.name);
  const proof = await collectProof(from, scope);
  const prices = await provePrices(io, from, { selected: scope.chosen, isProven: isSourceProven(proof) }, options);
  const { freeze, now } = to.context;
  const gates = checkGates({
    ...proof,
    to: to.environment.name,
    prices,
    freezes: freeze.filter(({ fromMs, toMs }) => fromMs <= now && now < toMs),
    lacking,
    guards: plan?.guards,
  });
  const count = (name: (typeof objects)[number]['class']): number =>
    objects.filter((object) => object.class === name).length;
  const summary = {
    newInSource: count('new-in-source'),
    hotFixed: count('hot-fixed-in-target'),
    both: count('both'),
    intended,
    unchanged,
    withheld: withheld.size,
    elsewhere: countMissing(from.managed, to.managed) + countMissing(to.managed, from.managed),
  };
  return {
    content: { selected: selection.addresses, added: selection.added, objects, lacking, summary },
    gates,
    ...dropUndefined({ plan }),
  };
}

/** @throws LimioError USAGE for a selector that matches nothing that both environments declare. */
function select(
  selectors: readonly string[],
  source: ReadonlyMap<Address, DesiredResource>,
  { managed: target, comparison }: Side,
): Selection {
  const shared = [...target.keys()].filter((address) => source.has(address));
  if (selectors.length === 0) return { addresses: shared.sort(), added: [] };
  requireMatches(selectors, shared, (selector, pattern) => {
    const isDeclaredOnce = [...source.keys(), ...target.keys()].some((address) => matchGlob(pattern, address));
    return {
      message: isDeclaredOnce
        ? `"${selector}" is declared for only one of the two environments.`
        : `No declared object matches "${selector}".`,
      hint: "Write kind:name, for example 'offer:/offers2/Digital*'.",
    };
  });
  const carried = new Set([...comparison.state.resources.values()].flatMap(({ body }) => labelsOf(body)));
  return closeSelection(
    shared.filter((address) => matchGlobs(selectors, address)),
    new Map([...target].filter(([address]) => source.has(address))),
    (label) => carried.has(label),
  );
}

/** Selected objects that neither tenant has. */
function findInNeither(from: Side, to: Side, { addresses }: Selection): Set<Address> {
  const [absent, absentToo] = [from, to].map(
    ({ comparison }) => new Set(comparison.diffs.flatMap(({ desired, live }) => (live ? [] : [desired.address]))),
  );
  return new Set(addresses.filter((address) => absent?.has(address) && absentToo?.has(address)));
}

function findSelectedDrift({ comparison, applied, context }: Side, { chosen, isWhole }: Scope): ObjectDrift[] {
  return findDrift(comparison, applied, context).objects.filter(
    ({ address, change }) => chosen.has(address) || (isWhole && (change === 'created' || change === 'undeclared')),
  );
}

async function findLacking(
  from: Side,
  to: Side,
  {
    selection: { addresses },
    withheld,
    inNeither,
  }: { selection: Selection; withheld: ReadonlySet<Address>; inNeither: ReadonlySet<Address> },
): Promise<PromotionContent['lacking']> {
  const { state, reader, codec, diffs } = to.comparison;
  const isPromoted = new Set(addresses.filter((address) => !withheld.has(address)));
  const changed = new Map(
    diffs.flatMap(({ desired: { address, kind }, live, change }): [Address, JsonObject][] => {
      if (!change || !isPromoted.has(address)) return [];
      const body = live?.body ?? {};
      return [[address, kind === 'journey' ? codec.decode(body) : body]];
    }),
  );
  const selected = addresses.flatMap((address) => to.managed.get(address) ?? []);
  let pageTags: Set<string> | undefined;
  if (selected.some(({ kind }) => kind === 'journey')) {
    const places = await readPlaces(reader, 'catalog', state.places);
    pageTags = new Set(listPlaces(places).flatMap(listTags).map(formatTagPath));
  }
  return listLacking({
    selected,
    changed,
    declaredInSource: new Set(from.managed.keys()),
    state,
    pageTags,
    createItems: { from: from.environment.createItems, to: to.environment.createItems },
    inNeither,
    from: from.environment.name,
    to: to.environment.name,
  });
}

/** Uses the one planner. The hash covers all files, so that --check-files can compare them later. */
function planPart(to: Side, scope: Scope, withheld: ReadonlySet<Address>, promotedFrom: string): Promise<Plan> {
  const { comparison, context, desired } = to;
  const diffs = comparison.diffs.filter(
    ({ desired: { address } }) => scope.chosen.has(address) && !withheld.has(address),
  );
  return planComparison({ ...comparison, diffs }, desired, {
    ...context,
    pendingPublishes: findSelectedPublishes(to, scope),
    promotedFrom,
    scope: scope.isWhole ? context.scope : {},
    ignore: [...context.ignore, ...Array.from(withheld, escapeGlob)],
  });
}

/** What shows that the selected objects are proven in the source. */
async function collectProof(from: Side, scope: Scope): Promise<SourceInput> {
  const { applied, comparison, environment } = from;
  const { addresses } = scope.selection;
  const { publish, incomplete } = await planPublish(
    comparison.reader,
    comparison.diffs.filter(({ desired }) => scope.chosen.has(desired.address)),
    comparison.state,
    {
      isProtected: () => false,
      createItems: environment.createItems,
      pendingPublishes: findSelectedPublishes(from, scope),
      listLivePages: from.context.listLivePages,
    },
  );
  return {
    from: environment.name,
    selected: addresses,
    drift: findSelectedDrift(from, scope),
    byHand: comparison.diffs.flatMap(({ desired: { address }, change }) =>
      change && scope.chosen.has(address) && isLeftToPeople(change, environment.createItems) ? [address] : [],
    ),
    applied: applied && {
      last: applied.last,
      open: addresses.filter((address) => applied.objects[address]?.open !== undefined),
      unknown: addresses.filter((address) => !Object.hasOwn(applied.objects, address)),
    },
    // A page that is not published shows something else than what was tested.
    notLive: publish.pages.filter(({ reason }) => reason === 'not-live'),
    incomplete,
  };
}

function findSelectedPublishes(side: Side, { chosen, isWhole }: Scope): PendingPublish[] {
  return findPendingPublishes(side).filter(({ items }) => isWhole || items.some((item) => chosen.has(item)));
}

function countMissing(all: ReadonlyMap<Address, unknown>, others: ReadonlyMap<Address, unknown>): number {
  return [...all.keys()].filter((address) => !others.has(address)).length;
}

/** @throws LimioError PROMOTE_FOREIGN_HOST with the place of every value that names a host of the source. */
async function checkForeignHosts(plan: Plan, from: Side, to: Side): Promise<void> {
  const describe = ({ environment: { host, shopUrl, vars }, desired }: Side) => ({
    hosts: [host, ...(shopUrl === undefined ? [] : [new URL(shopUrl).host])],
    vars,
    desired,
  });
  const found = findForeignHosts(plan.changes, listForeignHosts(describe(from), describe(to)));
  if (found.length === 0) return;
  const { locate } = (await checkFiles(to, [to.environment])).checked;
  const lines = found.map(({ address, pointer, host }) => {
    const at = locate(address, pointer);
    return `  ${at ? `${formatPlace(at)} ` : ''}${address}${pointer}: ${host}`;
  });
  const what = found.length === 1 ? 'A value names a host' : `${found.length} values name hosts`;
  throw new LimioError({
    code: 'PROMOTE_FOREIGN_HOST',
    message: `${what} of ${from.environment.name} and would reach ${to.environment.name}:\n${lines.join('\n')}`,
    hint: 'Use a variable (${vars.NAME}) or an overlay, or add the pair to promotion.maps of limio.config.',
    details: { hosts: found },
  });
}
