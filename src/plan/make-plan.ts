import type { LiveReader } from '../model/live-api.js';
import { matchGlob } from '../model/match-glob.js';
import type { Plan } from '../model/plan.js';
import type { DesiredResource } from '../model/resource.js';
import { createJourneyCodec } from '../resources/journey/journey-codec.js';
import { readLive } from '../resources/read-live.js';
import { createKindRules } from '../resources/registry.js';
import { hideInKinds } from '../resources/secrets/hide-in-kinds.js';
import { hideSecrets } from '../resources/secrets/hide-secrets.js';
import { buildPlan, listChanges } from './build-plan.js';
import { checkDeclaredItems, checkReferences } from './check-existence.js';
import { compareDesired } from './compare-desired.js';
import { comparePrices } from './compare-prices.js';
import { ignoreFields } from './ignore-fields.js';
import { hashDesired } from './hash-desired.js';
import { findImpact } from './impact/find-impact.js';
import type { PlanContext } from './plan-context.js';
import { planDeletes } from './plan-deletes.js';
import { planPublish } from './plan-publish.js';
import { warnIrreversible } from './warn-irreversible.js';
import { warnPlan } from './warn-plan.js';

/**
 * The one planner: reads the tenant through a port that cannot write, and gives the plan.
 * @throws LimioError ITEM_NOT_FOUND, REFERENCE_NOT_FOUND, and what reading throws.
 */
export async function makePlan(
  tenant: LiveReader,
  declared: readonly DesiredResource[],
  context: PlanContext,
): Promise<Plan> {
  const reader = hideSecrets(tenant, context.secrets);
  const kinds = hideInKinds(createKindRules(context.dialect), context.secrets);
  const managed = ignoreFields(declared, context.ignore, kinds);
  const desired = managed.desired.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  const state = await readLive(reader, { desired, scope: context.scope, kinds });
  checkDeclaredItems(desired, state);
  checkReferences(desired, state);
  const codec = createJourneyCodec(context.dialect.journeyCodec, state.journeyData);
  const compared = desired.map((resource) => compareDesired(resource, state, kinds[resource.kind], codec));
  const { deletes, unmanaged } = planDeletes(desired, state, context, kinds, codec);
  const changes = listChanges(compared, deletes);
  const prices = changes.flatMap(comparePrices);
  const isProtected = (address: string): boolean => context.protect.some((glob) => matchGlob(glob, address));
  const { publish, pages, warnings } = await planPublish(reader, compared, state, isProtected);
  const { impact, warnings: unread } = await findImpact(reader, { changes, prices, state, codec, now: context.now, ...(pages ? { pages } : {}) });
  return buildPlan(
    {
      declaredCount: declared.length,
      compared,
      changes,
      unmanaged,
      publish,
      prices,
      impact,
      filesHash: hashDesired(declared),
      warnings: [...warnPlan(compared, state, managed), ...warnings, ...unread, ...warnIrreversible(changes, publish)],
      state,
    },
    context,
  );
}
