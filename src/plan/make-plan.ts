import { isCatalogKind } from '../model/address.js';
import type { CatalogItem, Listing, LiveReader } from '../model/live-api.js';
import type { Plan, PlanWarning, PublishPlan } from '../model/plan.js';
import type { DesiredResource } from '../model/resource.js';
import { createJourneyCodec } from '../resources/journey/journey-codec.js';
import type { LiveState } from '../resources/live-state.js';
import { readLive } from '../resources/read-live.js';
import { createKindRules } from '../resources/registry.js';
import { buildPlan } from './build-plan.js';
import { checkDeclaredItems, checkReferences } from './check-existence.js';
import { type Compared, compareDesired, hasLabels, labelsOf } from './compare-desired.js';
import { type ReachingItem, findPublishPages } from './find-publish-pages.js';
import type { PlanContext } from './plan-context.js';
import { hashDesired } from './hash-desired.js';
import { planDeletes } from './plan-deletes.js';
import { warnPlan } from './warn-plan.js';

/**
 * The one planner: reads the tenant through a port that cannot write, and gives the plan.
 * @throws LimioError ITEM_NOT_FOUND, REFERENCE_NOT_FOUND, and what reading throws.
 */
export async function makePlan(
  reader: LiveReader,
  desired: readonly DesiredResource[],
  context: PlanContext,
): Promise<Plan> {
  const kinds = createKindRules(context.dialect);
  const state = await readLive(reader, { desired, scope: context.scope, kinds });
  checkDeclaredItems(desired, state);
  checkReferences(desired, state);
  const codec = createJourneyCodec(context.dialect.journeyCodec, state.journeyData);
  const compared = desired.map((resource) => compareDesired(resource, state, kinds[resource.kind], codec));
  const { deletes, unmanaged } = planDeletes(desired, state, context, kinds, codec);
  const { publish, warnings } = await planPublish(reader, compared, state);
  return buildPlan({ compared, deletes, unmanaged, publish, impact: { prices: [], usedBy: [] }, filesHash: hashDesired(desired), warnings: [...warnPlan(compared, state), ...warnings], state }, context);
}

interface PublishParts {
  publish: PublishPlan;
  warnings: PlanWarning[];
}

async function planPublish(reader: LiveReader, compared: readonly Compared[], state: LiveState): Promise<PublishParts> {
  const catalog = compared.filter(({ desired }) => isCatalogKind(desired.kind));
  const changed = catalog.filter(({ change }) => change).map(toReaching);
  const notLive = catalog.filter((one) => one.notLive).map(toReaching);
  if (changed.length + notLive.length === 0) return { publish: { pages: [], onNoPage: [] }, warnings: [] };
  const [pages, items] = await Promise.all([
    reader.listItems('page', 'catalog'),
    listEmbeddingItems(reader, [...changed, ...notLive], state),
  ]);
  return { publish: findPublishPages({ changed, notLive, pages: pages.items, items }), warnings: warnIncompletePages(pages) };
}

function warnIncompletePages({ complete, note }: Listing<CatalogItem>): PlanWarning[] {
  if (complete) return [];
  return [
    {
      code: 'INCOMPLETE_READ',
      message: `The list of pages could not be read to its proven end: ${note ?? 'no reason given'}. Pages that show a changed item may be missing below.`,
    },
  ];
}

/** A product is on the pages of the offers and add-ons that hold it, declared or not. */
async function listEmbeddingItems(reader: LiveReader, reaching: ReachingItem[], state: LiveState): Promise<CatalogItem[]> {
  if (!reaching.some(({ kind }) => kind === 'product')) return state.items;
  const unread = (['add_on', 'offer'] as const).filter((kind) => !state.listings[kind]);
  const listings = await Promise.all(unread.map((kind) => reader.listItems(kind, 'catalog')));
  return [...state.items, ...listings.flatMap((listing) => listing.items)];
}

function toReaching({ desired, live, compared }: Compared): ReachingItem {
  return {
    address: desired.address,
    path: desired.name,
    kind: desired.kind,
    labelsBefore: labelsOf(live?.body),
    labelsAfter: labelsOf(hasLabels(compared.after) ? compared.after : live?.body),
  };
}
