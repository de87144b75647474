import type { LiveState } from '../kinds/read-live.js';
import { digestUsedSecrets } from '../kinds/secrets/plan-secrets.js';
import { type Kind, KINDS } from '../model/address.js';
import type { LiveReader } from '../model/live-api.js';
import type { DesiredResource, LiveResource } from '../model/model.js';
import {
  type Basis,
  type Change,
  type Guard,
  type Impact,
  type OnceManaged,
  type Plan,
  PLAN_FORMAT_VERSION,
  type PlanWarning,
  type PublishPlan,
} from '../model/plan.js';
import { compareBy } from '../model/words.js';
import { markCauses, warnOverwrites } from './causes/causes.js';
import { compareTenant, type Comparison, describeSeen, type ResourceDiff } from './compare.js';
import { planDeletes, warnRenames } from './deletes.js';
import { deepFreeze, hashDesired, listWithheld, makeFingerprint } from './fingerprint.js';
import { isLeftToPeople, listByHand } from './guards/creations.js';
import { warnFilesAge, warnSnapshot } from './guards/files-age.js';
import { evaluateGuards, sortGuards } from './guards/guards.js';
import { rememberLists } from './incomplete-reads.js';
import { checkIdentities } from './identities.js';
import { findImpact } from './impact/impact.js';
import { findJourneyClashes, type JourneyClashes } from './journey-clashes.js';
import { findOnceManaged } from './managed.js';
import { addDependencies, linkChanges, linkJourneys, orderChanges } from './order.js';
import { findAlsoPublishes, type Unproven } from './pages/also-publishes.js';
import { checkDestinations, type DeadLead } from './pages/destinations.js';
import { planPublish, toPublishRules } from './pages/pages.js';
import { warnPatterns } from './patterns.js';
import type { PlanContext } from './plan-context.js';
import { listPrices, type PriceStep } from './prices.js';
import { checkReferences } from './references.js';
import { warnSegments } from './segments.js';
import { warnCreations, warnIndexStale, warnIrreversible, warnPlan } from './warnings.js';

/**
 * The one planner: files and a tenant in, a frozen Plan out. It reads through a port that cannot write. The stages:
 *
 *     compare.ts          reads the tenant and compares each declared resource (managed.ts: what is, or was, managed)
 *     identities.ts       refuses names that differ from a live one only in normal form, case or blanks
 *     references.ts       refuses references that lead nowhere
 *     deletes.ts          finds undeclared objects in the scope of this repository
 *     causes/             finds which side changed since the last apply, and what an apply would overwrite
 *     order.ts            says which change comes before which
 *     journey-clashes.ts  finds journeys that lead in circles or share a start
 *     prices.ts           lists every price that moves
 *     pages/              finds the pages to build and publish, what else goes live with them, and dead destinations
 *     impact/             finds who uses what is re-priced or deleted
 *     segments.ts         finds segments that journeys ask for and nobody has
 *     warnings.ts         says what a person should know; stops nothing
 *     guards/             stops changes until somebody consents, or for good
 *     fingerprint.ts      hashes what the plan would do
 *
 * Beside them, plan-file.ts reads a saved plan, and rollback.ts and publish-plan.ts build plans without files.
 * @throws LimioError IDENTITY_SPELLING, REFERENCE_NOT_FOUND, and what reading throws.
 */
export async function makePlan(
  tenant: LiveReader,
  declared: readonly DesiredResource[],
  context: PlanContext,
): Promise<Plan> {
  return planComparison(await compareTenant(tenant, declared, context), declared, context);
}

/** For callers that also need the comparison. @throws as `makePlan`. */
export async function planComparison(
  comparison: Comparison,
  declared: readonly DesiredResource[],
  context: PlanContext,
): Promise<Plan> {
  const { kinds, codec, managed, state, diffs, describeReads } = comparison;
  const reader = rememberLists(comparison.reader);
  const { createItems, pendingPublishes, now } = context;
  checkIdentities(diffs, state);
  checkReferences(
    diffs.map((one) => one.desired),
    state,
  );
  const { deletes, unmanaged } = planDeletes(diffs, state, context, kinds);
  const listed = markCauses(listChanges(diffs, deletes), comparison, context.applied);
  const clashes = findJourneyClashes(listed, state, (body) => codec.decode(body));
  const linked = waitForDeletions(listed, clashes).map((change): Change => {
    const loops = clashes.loops.get(change.address);
    return loops ? { ...change, routing: { ...change.routing, loops: [...loops] } } : change;
  });
  const {
    publish: planned,
    places,
    incomplete,
    indexStale = [],
  } = await planPublish(reader, diffs, state, toPublishRules(context));
  const also = await findAlsoPublishes(reader, {
    kinds,
    pages: planned.pages,
    diffs,
    state,
    createItems,
    pendingPublishes,
  });
  const publish = { ...planned, pages: also.pages };
  const prices = listPrices({ changes: linked, publish });
  const destinations = await checkDestinations(reader, {
    diffs,
    changes: linked,
    state,
    publish,
    createItems,
    decode: (body) => codec.decode(body),
  });
  const segments = await warnSegments(reader, linked, declared);
  const changes = addDependencies(linked, destinations.waits);
  const found = await findImpact(reader, { changes, prices, state, codec, now, ...(places ? { places } : {}) });
  const written = changes.filter((change) => !isLeftToPeople(change, createItems));
  return buildPlan(
    {
      declaredCount: declared.length,
      diffs,
      changes,
      unchanged: countUnchanged(diffs),
      unmanaged,
      publish,
      incompletePages: incomplete,
      deadLeads: destinations.dead,
      unproven: also.unproven,
      prices,
      impact: found.impact,
      filesHash: hashDesired(declared),
      warnings: [
        ...warnSnapshot(context),
        ...warnFilesAge({ changes, context }),
        ...warnOverwrites({ changes, context }),
        ...warnPlan(diffs, state, managed),
        // A part of a plan, such as a promotion, says nothing of the whole configuration.
        ...(context.promotedFrom === undefined ? warnPatterns(declared, state, context) : []),
        ...warnIndexStale(indexStale),
        ...warnCreations(diffs, state),
        ...destinations.warnings,
        ...segments,
        ...clashes.warnings,
        ...warnRenames(changes, diffs, state, kinds),
        ...found.warnings,
        ...warnIrreversible(written, publish),
      ],
      onceManaged: context.promotedFrom === undefined ? findOnceManaged(comparison, context.applied, context) : [],
      state,
      basis: { ...describeReads(), ...listShown(publish, diffs) },
    },
    context,
  );
}

/** Items that the plan publishes and does not change: what its builds hold of them. */
function listShown({ pages }: PublishPlan, diffs: readonly ResourceDiff[]): Pick<Basis, 'shown'> {
  const published = new Set(pages.flatMap(({ items }) => items));
  const shown = diffs.flatMap(({ desired: { address }, live, change }) =>
    live?.atHead && !change && published.has(address) ? [[address, describeSeen(live)] as const] : [],
  );
  return shown.length === 0 ? {} : { shown: Object.fromEntries(shown) };
}

/** Every change, sorted by address, each with what must be done before it. */
export function listChanges(diffs: readonly ResourceDiff[], deletes: readonly Change[]): Change[] {
  return [...linkChanges(diffs), ...deletes].sort(compareBy(({ address }) => address));
}

/** A change that would clash with a journey to be deleted runs only after that deletion, and is blocked without it. */
export function waitForDeletions(changes: readonly Change[], { waits }: Pick<JourneyClashes, 'waits'>): Change[] {
  const pairs = [...waits].flatMap(([address, others]) => others.map((other) => [address, other] as const));
  const waiting = addDependencies(changes, pairs);
  // Last: a starting point may have to be free for the journey that leaves another.
  return linkJourneys(waiting);
}

export interface PlanParts {
  declaredCount: number;
  diffs: readonly ResourceDiff[];
  changes: readonly Change[];
  /** How many declared objects of each kind need no change, where the files were compared. */
  unchanged?: Partial<Record<Kind, number>>;
  unmanaged: readonly LiveResource[];
  publish: PublishPlan;
  /** Lists that may lack a page to publish, each as one clause. */
  incompletePages?: readonly string[];
  /** Changes that would leave visitors where no page is published; a plan that reads nothing knows of none. */
  deadLeads?: readonly DeadLead[];
  /** Hints in other words, for a plan that another command applies. */
  rewordGuards?: (guards: readonly Guard[]) => Guard[];
  /** Pages of which limio-sync cannot say what else would go live. */
  unproven?: readonly Unproven[];
  /** Guards of another plan that hold for this one too. */
  guards?: readonly Guard[];
  prices: readonly PriceStep[];
  warnings: readonly PlanWarning[];
  onceManaged?: readonly OnceManaged[];
  impact: Impact;
  filesHash: string;
  state: LiveState;
  basis?: Basis | undefined;
}

/** Puts the plan value together: guards, levels, summary, fingerprint. Pure. */
export function buildPlan(parts: PlanParts, context: PlanContext): Plan {
  const { environment, host, scope, promotedFrom, toolVersion, commit } = context;
  const changes = [...parts.changes];
  const evaluated = sortGuards([
    ...evaluateGuards({
      ...parts,
      unchanged: parts.unchanged ?? {},
      incompletePages: parts.incompletePages ?? [],
      deadLeads: parts.deadLeads ?? [],
      unproven: parts.unproven ?? [],
      context,
    }),
    ...(parts.guards ?? []),
  ]);
  const guards = parts.rewordGuards?.(evaluated) ?? evaluated;
  const withheld = listWithheld(changes, guards);
  const levels = orderChanges(changes);
  const also = new Set(
    parts.publish.pages.flatMap(({ alsoPublishes = [] }) => alsoPublishes.map((one) => one.address)),
  );
  const byHand = listByHand(changes, levels, guards);
  const secrets = digestUsedSecrets(changes, context.secrets);
  const count = (action: Change['action']): number => changes.filter((change) => change.action === action).length;
  const content: Omit<Plan, 'toolVersion' | 'commit' | 'fingerprint'> = {
    kind: 'limio-sync/plan',
    formatVersion: PLAN_FORMAT_VERSION,
    environment,
    host,
    protected: context.protected,
    ...(promotedFrom === undefined ? {} : { promotedFrom }),
    scope,
    filesHash: parts.filesHash,
    changes,
    levels,
    publish: parts.publish,
    withheld,
    ...(context.policies.partial === 'allow' ? { partial: 'allow' } : {}),
    unmanaged: groupNames(parts.unmanaged.filter(({ address }) => !also.has(address))),
    warnings: [...parts.warnings],
    ...(parts.onceManaged?.length ? { onceManaged: [...parts.onceManaged] } : {}),
    guards,
    ...(byHand.length > 0 ? { byHand } : {}),
    impact: parts.impact,
    ...(parts.unchanged ? { unchanged: parts.unchanged } : {}),
    summary: {
      create: count('create'),
      update: count('update'),
      delete: count('delete'),
      unchanged: parts.diffs.filter(({ change }) => !change).length,
      withheld: withheld.length,
    },
    ...(secrets ? { secrets } : {}),
    ...(parts.basis ? { basis: parts.basis } : {}),
  };
  return deepFreeze({
    ...content,
    toolVersion,
    ...(commit === undefined ? {} : { commit }),
    fingerprint: makeFingerprint(content),
  });
}

function countUnchanged(diffs: readonly ResourceDiff[]): Partial<Record<Kind, number>> {
  return Object.fromEntries(
    KINDS.flatMap((kind) => {
      const count = diffs.filter(({ desired, change }) => desired.kind === kind && !change).length;
      return count === 0 ? [] : [[kind, count]];
    }),
  );
}

/** Sorted, so that the order of reading does not show in the plan. */
function groupNames(resources: readonly LiveResource[]): Partial<Record<Kind, string[]>> {
  return Object.fromEntries(
    KINDS.flatMap((kind) => {
      const names = resources.flatMap((resource) => (resource.kind === kind ? [resource.name] : []));
      return names.length === 0 ? [] : [[kind, names.sort()]];
    }),
  );
}
