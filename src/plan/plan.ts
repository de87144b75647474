import type { LiveState } from '../kinds/read-live.js';
import { digestUsedSecrets } from '../kinds/secrets/plan-secrets.js';
import { type Kind, KINDS } from '../model/address.js';
import type { LiveReader } from '../model/live-api.js';
import {
  type Change,
  type Guard,
  type Impact,
  type Plan,
  PLAN_FORMAT_VERSION,
  type PlanWarning,
  type PublishPlan,
} from '../model/plan.js';
import type { DesiredResource, LiveResource } from '../model/resource.js';
import { type ResourceDiff, compareTenant, type Comparison } from './compare.js';
import { planDeletes } from './deletes.js';
import { deepFreeze, hashDesired, listWithheld, makeFingerprint } from './fingerprint.js';
import { isLeftToPeople, listByHand } from './guards/creations.js';
import { guardPlan, sortGuards } from './guards/guards.js';
import { findImpact } from './impact/impact.js';
import { findJourneyClashes } from './journey-clashes.js';
import { linkChanges, orderChanges } from './order.js';
import { warnDestinations } from './pages/destinations.js';
import { planPublish } from './pages/pages.js';
import type { PlanContext } from './plan-context.js';
import { comparePrices, type PriceStep } from './prices.js';
import { checkReferences } from './references.js';
import { warnCreations, warnIrreversible, warnPlan } from './warnings.js';
import { matchGlob } from '../text/glob.js';

/**
 * The one planner: reads the tenant through a port that cannot write, and gives the plan.
 * @throws LimioError REFERENCE_NOT_FOUND, and what reading throws.
 */
export async function makePlan(
  tenant: LiveReader,
  declared: readonly DesiredResource[],
  context: PlanContext,
): Promise<Plan> {
  return planComparison(await compareTenant(tenant, declared, context), declared, context);
}

/** The plan of a comparison that was made already, for who needs that, too. @throws as `makePlan`. */
export async function planComparison(
  comparison: Comparison,
  declared: readonly DesiredResource[],
  context: PlanContext,
): Promise<Plan> {
  const { reader, kinds, codec, managed, desired, state, diffs: compared } = comparison;
  checkReferences(
    compared.map((one) => one.desired),
    state,
  );
  const { deletes, unmanaged } = planDeletes(desired, state, context, kinds);
  const listed = listChanges(compared, deletes);
  const clashes = findJourneyClashes(listed, state, codec);
  const changes = listed.map((change) => markLoops(change, clashes.loops.get(change.address)));
  const prices = changes.flatMap(comparePrices);
  const isProtected = (address: string): boolean => context.protect.some((glob) => matchGlob(glob, address));
  const { publish, pages, incomplete } = await planPublish(reader, compared, state, {
    isProtected,
    createItems: context.createItems,
    pendingPublishes: context.pendingPublishes,
  });
  const dead = await warnDestinations(reader, { compared, state, publish, createItems: context.createItems });
  const { impact, warnings: unread } = await findImpact(reader, {
    changes,
    prices,
    state,
    codec,
    now: context.now,
    ...(pages ? { pages } : {}),
  });
  return buildPlan(
    {
      declaredCount: declared.length,
      compared,
      changes,
      unmanaged,
      publish,
      incompletePages: incomplete,
      prices,
      impact,
      filesHash: hashDesired(declared),
      warnings: [
        ...warnPlan(compared, state, managed),
        ...warnCreations(compared, state),
        ...dead,
        ...clashes.warnings,
        ...unread,
        ...warnIrreversible(
          changes.filter((change) => !isLeftToPeople(change, context.createItems)),
          publish,
        ),
      ],
      state,
    },
    context,
  );
}

function markLoops(change: Change, loops: readonly string[] | undefined): Change {
  return loops ? { ...change, routing: { ...change.routing, loops: [...loops] } } : change;
}

export interface PlanParts {
  declaredCount: number;
  compared: readonly ResourceDiff[];
  changes: readonly Change[];
  unmanaged: readonly LiveResource[];
  publish: PublishPlan;
  /** Lists that may lack a page to publish, each as one clause. */
  incompletePages?: readonly string[];
  /** Of another plan, and true of this one. */
  guards?: readonly Guard[];
  prices: readonly PriceStep[];
  warnings: readonly PlanWarning[];
  impact: Impact;
  filesHash: string;
  state: LiveState;
}

/** Pure: puts the plan value together. Its content depends on nothing but its arguments. */
export function buildPlan(parts: PlanParts, context: PlanContext): Plan {
  const changes = [...parts.changes];
  const guards = sortGuards([
    ...guardPlan({ ...parts, incompletePages: parts.incompletePages ?? [], context }),
    ...(parts.guards ?? []),
  ]);
  const withheld = listWithheld(changes, guards);
  const levels = orderChanges(changes);
  const byHand = listByHand(changes, levels, guards);
  const secrets = digestUsedSecrets(changes, context.secrets);
  const count = (action: Change['action']): number => changes.filter((change) => change.action === action).length;
  const content: Omit<Plan, 'toolVersion' | 'commit' | 'filesHash' | 'fingerprint'> = {
    kind: 'limio-sync/plan',
    formatVersion: PLAN_FORMAT_VERSION,
    environment: context.environment,
    host: context.host,
    protected: context.protected,
    ...(context.promotedFrom === undefined ? {} : { promotedFrom: context.promotedFrom }),
    scope: context.scope,
    changes,
    levels,
    publish: parts.publish,
    withheld,
    unmanaged: groupNames(parts.unmanaged),
    warnings: [...parts.warnings],
    guards,
    ...(byHand.length > 0 ? { byHand } : {}),
    impact: parts.impact,
    summary: {
      create: count('create'),
      update: count('update'),
      delete: count('delete'),
      unchanged: parts.compared.filter(({ change }) => !change).length,
      withheld: withheld.length,
    },
    ...(secrets ? { secrets } : {}),
  };
  return deepFreeze({
    ...content,
    toolVersion: context.toolVersion,
    ...(context.commit === undefined ? {} : { commit: context.commit }),
    filesHash: parts.filesHash,
    fingerprint: makeFingerprint(content),
  });
}

/** Every change, sorted by address, each with what must be done before it. */
export function listChanges(compared: readonly ResourceDiff[], deletes: readonly Change[]): Change[] {
  return [...linkChanges(compared), ...deletes].sort(byAddress);
}

/** By kind in the order of KINDS, sorted: which list was read first is no part of the plan. */
function groupNames(resources: readonly LiveResource[]): Partial<Record<Kind, string[]>> {
  return Object.fromEntries(
    KINDS.flatMap((kind) => {
      const names = resources.flatMap((resource) => (resource.kind === kind ? [resource.name] : []));
      return names.length === 0 ? [] : [[kind, names.sort()]];
    }),
  );
}

function byAddress(a: Change, b: Change): number {
  return a.address < b.address ? -1 : 1;
}
