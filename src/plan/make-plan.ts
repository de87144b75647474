import type { LiveReader } from '../model/live-api.js';
import type { Change, Plan } from '../model/plan.js';
import type { DesiredResource } from '../model/resource.js';
import { matchGlob } from '../model/text.js';
import { buildPlan, listChanges } from './build-plan.js';
import { checkReferences } from './check-existence.js';
import { comparePrices } from './compare-prices.js';
import { compareTenant, type Comparison } from './compare-tenant.js';
import { findJourneyClashes } from './find-journey-clashes.js';
import { hashDesired } from './hash-desired.js';
import { findImpact } from './impact/find-impact.js';
import { isLeftToPeople } from './is-left-to-people.js';
import type { PlanContext } from './plan-context.js';
import { planDeletes } from './plan-deletes.js';
import { planPublish } from './plan-publish.js';
import { warnCreations } from './warn-creations.js';
import { warnDestinations } from './warn-destinations.js';
import { warnIrreversible } from './warn-irreversible.js';
import { warnPlan } from './warn-plan.js';

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
  const { reader, kinds, codec, managed, desired, state, compared } = comparison;
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
    owedPages: context.owedPages,
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
