import { LimioError } from '../errors/errors.js';
import { isNegation, matchGlob } from '../glob/glob.js';
import { labelsOf } from '../kinds/catalog/item-references.js';
import { createJourneyCodec } from '../kinds/journey/codec.js';
import { createLiveState } from '../kinds/read-live.js';
import { formatAddress, formatRoute } from '../model/address.js';
import { listConsents } from '../model/plan-stop.js';
import type { CatalogItem, LiveReader } from '../model/live-api.js';
import type { Basis, Guard, Impact, Plan, PlanWarning, PublishPage } from '../model/plan.js';
import { suggestNearest } from '../model/spelling.js';
import { compareBy } from '../model/words.js';
import { rewordHints } from './guards/guard-input.js';
import { rememberLists } from './incomplete-reads.js';
import { findImpact } from './impact/impact.js';
import { type AlsoFound, type AlsoInput, findAlsoPublishes } from './pages/also-publishes.js';
import { findPublishPages } from './pages/reach.js';
import { describePlace, listTags } from './pages/routes.js';
import type { PlanContext } from './plan-context.js';
import { buildPlan } from './plan.js';
import { listPrices } from './prices.js';
import { warnIrreversible } from './warnings.js';

export interface PublishParts {
  pages: readonly PublishPage[];
  /** Guards of the plan that the pages come from, if they stop publishing. */
  guards?: readonly Guard[];
  warnings?: readonly PlanWarning[];
  /** Of the plan whose files say what is published; of no files when pages were named. */
  filesHash: string;
  basis?: Basis | undefined;
  /** The command that publishes them. */
  command?: string;
  /** What else would go live with the pages. */
  unproven?: AlsoFound['unproven'];
  impact?: Impact;
}

/** The same with what else would go live, which is read first. @throws what reading throws. */
export async function planPages(
  tenant: LiveReader,
  parts: PublishParts,
  comparison: Pick<AlsoInput, 'kinds' | 'diffs' | 'state' | 'pendingPublishes'>,
  context: PlanContext,
): Promise<Plan> {
  const reader = rememberLists(tenant);
  const { pages, unproven } = await findAlsoPublishes(reader, { ...comparison, pages: parts.pages });
  const codec = createJourneyCodec(context.dialect.journeyCodec, comparison.state.journeyData);
  const found = await findImpact(reader, {
    changes: [],
    prices: listPrices({ changes: [], publish: { pages, onNoPage: [] } }),
    state: comparison.state,
    codec,
    now: context.now,
  });
  const warnings = [...(parts.warnings ?? []), ...found.warnings];
  return buildPublishPlan({ ...parts, pages, unproven, impact: found.impact, warnings }, context);
}

/** A plan that only builds and publishes pages, under the same guards as any other. Pure. */
export function buildPublishPlan(
  { pages, guards = [], warnings = [], filesHash, basis, unproven = [], impact, command }: PublishParts,
  context: PlanContext,
): Plan {
  const publish = { pages: [...pages], onNoPage: [] };
  return buildPlan(
    {
      declaredCount: 1,
      diffs: [],
      changes: [],
      unmanaged: [],
      publish,
      guards,
      prices: listPrices({ changes: [], publish }),
      unproven,
      ...(command === undefined
        ? {}
        : { rewordGuards: (found) => rewordHints(found, [command, ...listConsents(found)].join(' ')) }),
      warnings: [...warnings, ...warnIrreversible([], publish)],
      impact: impact ?? { prices: [], usedBy: [] },
      filesHash,
      state: createLiveState(),
      basis,
    },
    context,
  );
}

/**
 * The pages and campaigns that patterns name, each with the campaigns that are built with it. A pattern is the path of
 * one or one of its routes, with `*` for any text.
 * @throws LimioError USAGE for a pattern that matches none.
 */
export function namePages(
  patterns: readonly string[],
  pages: readonly CatalogItem[],
  offers: readonly CatalogItem[],
): PublishPage[] {
  const names = pages.map((page) => [page.path, ...listTags(page).map(formatRoute)]);
  const unmatched = patterns.find(
    (pattern) => !names.flat().some((name) => matchGlob(pattern.replace(/^!/, ''), name)),
  );
  if (unmatched !== undefined) throw refuse(unmatched, names.flat());
  const isChosen = (own: readonly string[]): boolean => {
    // A negation excludes a page by any of its names.
    const last = patterns.findLast((pattern) => own.some((name) => matchGlob(pattern.replace(/^!/, ''), name)));
    return last !== undefined && !isNegation(last);
  };
  const chosen = pages.filter((_, i) => isChosen(names[i] ?? []));
  const built = new Map(listBuilds(offers, chosen).map((page) => [page.path, page.buildItems]));
  return chosen
    .map((page): PublishPage => ({
      ...describePlace(page),
      buildItems: built.get(page.path) ?? [page.path],
      items: [],
      reason: 'named',
    }))
    .sort(compareBy(({ path }) => path));
}

/** What must be built with each page so that it shows the current offers. */
function listBuilds(offers: readonly CatalogItem[], pages: readonly CatalogItem[]): PublishPage[] {
  const notLive = offers.map(({ path, attributes }) => ({
    address: formatAddress('offer', path),
    path,
    kind: 'offer' as const,
    labelsBefore: [],
    labelsAfter: labelsOf({ attributes }),
  }));
  return findPublishPages({ changed: [], notLive, pages, items: [] }).pages;
}

function refuse(pattern: string, names: readonly string[]): LimioError {
  const nearest = suggestNearest(pattern, names, 8);
  return new LimioError({
    code: 'USAGE',
    message: `No page or campaign has the path or the route "${pattern}".`,
    hint:
      nearest === undefined
        ? 'Name a page or campaign by its path (/pages/shop) or its route (/shop/); * matches any text.'
        : `Did you mean "${nearest}"?`,
  });
}
