import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import {
  collectPaths,
  getAttributes,
  getCampaignPath,
  getDataField,
  getRecordType,
  type ItemRecord,
} from './item-record.js';
import {
  type Answer,
  answerJson,
  type ApiRequest,
  readBody,
  Refusal,
  requireText,
  requireTexts,
  type Route,
  strictRoute,
} from './route.js';
import { type Build, bumpVersion, getCommitId, type PageSnapshot, type Tenant } from './tenant.js';

/** Builds (API reference, section 7). The API does not report when a shop build is complete. */
export const buildRoutes: readonly Route[] = [
  { operation: 'build', area: 'commerce', method: 'POST', path: '/shop/builds', answer: answerStart },
  strictRoute('list-component-builds', 'GET', '/component/builds', answerComponentBuilds, ['commitHash']),
];

/** A complete build may have failed. */
export function isComplete(tenant: Tenant, build: Build): boolean {
  return !build.neverEnds && build.startedAt + tenant.options.buildMs <= tenant.options.now();
}

function answerStart(tenant: Tenant, request: ApiRequest): Answer {
  const items = [...new Set(requireTexts(readBody(request), 'items'))];
  const missing = items.find((path) => !exists(tenant, path));
  if (missing !== undefined) throw new Refusal(400, `${missing} does not exist`);
  const pages = items.flatMap((path) => {
    const item = tenant.items.get(path);
    return item ? toPages(item) : [];
  });
  const commitId = getCommitId(tenant);
  const id = `build-${tenant.options.tenant}-shop:${bumpVersion(tenant, 'build').slice(0, 12)}`;
  tenant.builds.set(id, {
    id,
    items,
    startedAt: tenant.options.now(),
    commitId,
    pages: new Map(pages.map((page) => [page.path, buildPage(tenant.items, tenant.productCopies, page)])),
    problems: pages.flatMap((page) => findPageProblems(tenant.items, page)),
  });
  return answerJson({ success: true, buildPaths: items, id });
}

/** Campaigns build and publish like pages, by tags of their own. */
export function toPages(item: ItemRecord): ItemRecord[] {
  const type = getRecordType(item);
  return type === 'page' || (type === 'campaign' && getPageTags(item).length > 0) ? [item] : [];
}

/** A campaign without `offers` shows those below it. */
function listOffers(page: ItemRecord): string[] {
  const offers = getDataField(page, 'offers');
  return offers === undefined && getRecordType(page) === 'campaign' ? [page.path] : collectPaths(offers);
}

/** A campaign of the old generation need not be an item: it exists if it has offers. */
function exists(tenant: Tenant, path: string): boolean {
  return tenant.items.has(path) || [...tenant.items.keys()].some((item) => getCampaignPath(item) === path);
}

/** Builds of the component library, unrelated to pages: one completed build. */
function answerComponentBuilds(tenant: Tenant, request: ApiRequest): Answer {
  const build = {
    id: `build-${tenant.options.tenant}-components:1`,
    buildNumber: 1,
    commitId: '9f2c1d7b6a5e4f3c2b1a0d9e8f7c6b5a4d3e2f1c',
    startTime: '2025-01-15T08:50:00.000Z',
    endTime: '2025-01-15T08:53:20.000Z',
    buildStatus: 'SUCCEEDED',
    buildComplete: true,
    // Live tenants report log errors of successful builds too.
    logErrors: ['warning: a component declares no props'],
  };
  const wanted = request.query.get('commitHash');
  if (wanted !== null && wanted !== build.commitId) throw new Refusal(404, 'Builds not found');
  return answerJson([build]);
}

/** Publish (API reference, section 7). `success: true` means only that the request was valid. */
export const publishRoutes: readonly Route[] = [
  { operation: 'publish', area: 'commerce', method: 'POST', path: '/publish', answer: answerPublish },
];

type RouteResult = { live: PageSnapshot } | { page: string; pathPrefix: string; message?: string };

function answerPublish(tenant: Tenant, request: ApiRequest): Answer {
  if (tenant.options.role !== 'manager') throw new Refusal(403, 'Forbidden: editors cannot publish');
  const body = readBody(request);
  const tags = requireTexts(body, 'tags');
  const notTag = tags.find((tag) => !tag.startsWith('/tags/'));
  if (notTag !== undefined) throw new Refusal(400, `"${notTag}" is not a tag path`);
  const build = tenant.builds.get(requireText(body, 'buildId'));
  if (!build) throw new Refusal(404, 'Build not found');
  checkName(tenant, build, tags, requireText(body, 'name'));

  const pathPrefix = `/__v/${build.commitId}_${build.startedAt}`;
  const published: [string, Json][] = [];
  const omitted: [string, Json][] = [];
  for (const tag of new Set(tags)) {
    const route = routeOfTag(tag);
    const result = publishRoute(tenant, build, tag, route, pathPrefix);
    if ('live' in result) {
      published.push([route, [{ path: result.live.page.path, isDefault: true, pathPrefix }]]);
      makeLive(tenant, build, route, result.live);
    } else {
      omitted.push([route, [describeOmitted(result)]]);
    }
  }
  return answerJson({
    success: true,
    publishedData: { pages: Object.fromEntries(published) },
    ommitedWithError: { pages: Object.fromEntries(omitted) },
  });
}

/** `name` must be the name of a published page, or of an item that was built with it. */
function checkName(tenant: Tenant, build: Build, tags: readonly string[], name: string): void {
  const pages = [...build.pages.values()].map(({ page }) => page);
  const published = pages.filter((page) => getPageTags(page).some((tag) => tags.includes(tag)));
  const others = build.items.filter((path) => !build.pages.has(path)).flatMap((path) => tenant.items.get(path) ?? []);
  if (![...published, ...others].some((item) => item.name === name)) {
    throw new Refusal(400, `"${name}" is not the name of a published item`);
  }
}

function publishRoute(tenant: Tenant, build: Build, tag: string, route: string, pathPrefix: string): RouteResult {
  const snapshot = [...build.pages.values()].find(({ page }) => getPageTags(page).includes(tag));
  if (!snapshot) return { page: '', pathPrefix, message: `No page of build ${build.id} has the tag ${tag}` };
  const page = snapshot.page.path;
  // A route that was never published: no prefix and no reason, whatever the state of the build.
  if (!tenant.routes.has(route)) return { page, pathPrefix: '' };
  if (!isComplete(tenant, build)) return { page, pathPrefix, message: `Build ${build.id} is not complete` };
  if (build.problems.length > 0) return { page, pathPrefix, message: `Build failed: ${build.problems.join('; ')}` };
  return { live: snapshot };
}

function describeOmitted({ page, pathPrefix, message }: Exclude<RouteResult, { live: PageSnapshot }>): JsonObject {
  return { path: page, isDefault: true, pathPrefix, ...(message !== undefined && { message }) };
}

/**
 * The route shows the page and its items as of the start of the build. Items of a campaign that was not
 * built keep their old state.
 */
function makeLive(tenant: Tenant, build: Build, route: string, built: PageSnapshot): void {
  const before = tenant.liveRoutes.get(route)?.items;
  const items = [...built.items].flatMap(([path, item]): [string, ItemRecord][] => {
    const campaign = getCampaignPath(path);
    if (campaign === undefined || build.items.includes(campaign)) return [[path, item]];
    const old = before?.get(path);
    return old ? [[path, old]] : [];
  });
  tenant.publishedAt = Math.max(tenant.options.now(), tenant.publishedAt + 1);
  tenant.counter += 1;
  tenant.liveRoutes.set(route, { page: built.page, items: new Map(items), route, publishedOrder: tenant.counter });
}

type Items = ReadonlyMap<string, ItemRecord>;

/** `/customers/acme/` for `/tags/customers/acme` (API reference, section 5). */
function routeOfTag(tag: string): string {
  return `${tag.replace(/^\/tags(?=\/|$)/, '').replace(/\/+$/, '')}/`;
}

function getPageTags(page: ItemRecord): string[] {
  return collectPaths(getDataField(page, 'tags'));
}

export function getPageRoutes(page: ItemRecord): string[] {
  return getPageTags(page).map(routeOfTag);
}

/**
 * Builds a page: the page, every offer and add-on in its `offers[]` (a campaign means its offers) or with
 * its `referencedLabel`, and their products. Drops add-ons without product and rate plan (section 5).
 */
export function buildPage(items: Items, copies: ReadonlyMap<string, JsonObject>, page: ItemRecord): PageSnapshot {
  const onPage = [...findNamed(items, page), ...findLabelled(items, page)].filter(isBuildable);
  const products = onPage
    .flatMap((item) => collectPaths(getOwn(item.data, 'products')))
    .flatMap((path) => items.get(path) ?? []);
  return {
    page,
    items: new Map([...onPage, ...products].map((item) => [item.path, expandProducts(items, copies, item)])),
  };
}

/** Why a page cannot be built: unknown paths and labels (section 3, Attributes). */
function findPageProblems(items: Items, page: ItemRecord): string[] {
  const offers = [...items.values()].filter((item) => getRecordType(item) === 'offer');
  const paths = listOffers(page).filter((path) => findBelow(items, path).length === 0);
  const labels = getLabels(page).filter((label) => !offers.some((offer) => hasLabel(offer, label)));
  return [
    ...paths.map((path) => `${page.path}: offer ${path} does not exist`),
    ...labels.map((label) => `${page.path}: no offer has the label "${label}"`),
  ];
}

/** An item as in the published lists: product objects instead of paths (section 3). */
export function expandProducts(items: Items, copies: ReadonlyMap<string, JsonObject>, item: ItemRecord): ItemRecord {
  const products = getOwn(item.data, 'products');
  if (!Array.isArray(products)) return item;
  const expanded = products.map((product): Json => {
    const [path] = collectPaths([product]);
    if (path === undefined) return product;
    const found = items.get(path);
    return found ? { ...found.data, path } : (copies.get(path) ?? { path });
  });
  return { ...item, data: { ...item.data, products: expanded } };
}

function findNamed(items: Items, page: ItemRecord): ItemRecord[] {
  return listOffers(page).flatMap((path) => findBelow(items, path));
}

function findLabelled(items: Items, page: ItemRecord): ItemRecord[] {
  const labels = getLabels(page);
  return [...items.values()].filter((item) => isSellable(item) && labels.some((label) => hasLabel(item, label)));
}

/** The item, or the items of a campaign. */
function findBelow(items: Items, path: string): ItemRecord[] {
  const exact = items.get(path);
  if (exact && isSellable(exact)) return [exact];
  return [...items.values()].filter((item) => item.path.startsWith(`${path}/`) && isSellable(item));
}

function isSellable(item: ItemRecord): boolean {
  const type = getRecordType(item);
  return type === 'offer' || type === 'add_on';
}

function isBuildable(item: ItemRecord): boolean {
  if (getRecordType(item) !== 'add_on') return true;
  const bundles = getOwn(item.data, 'productBundles');
  return (
    Array.isArray(bundles) &&
    bundles.some(
      (bundle) => isJsonObject(bundle) && isText(getOwn(bundle, 'product_path')) && isText(getOwn(bundle, 'rate_plan')),
    )
  );
}

function isText(value: Json | undefined): boolean {
  return typeof value === 'string' && value !== '';
}

function getLabels(page: ItemRecord): string[] {
  return collectPaths(getDataField(page, 'referencedLabel')).filter((label) => label !== '');
}

function hasLabel(item: ItemRecord, label: string): boolean {
  return collectPaths(getOwn(getAttributes(item), 'label__limio')).includes(label);
}

/** The published index: the items of all live routes. The copy of the latest publish wins. */
export function listPublishedItems(tenant: Tenant): Map<string, ItemRecord> {
  const routes = [...tenant.liveRoutes.values()].toSorted((a, b) => a.publishedOrder - b.publishedOrder);
  const merged = new Map(tenant.looseItems);
  for (const { page: livePage, items: liveItems, indexed } of routes) {
    if (indexed === null) continue;
    const { page, items } = indexed ?? { page: livePage, items: liveItems };
    for (const [path, item] of items) merged.set(path, item);
    merged.set(page.path, page);
  }
  return merged;
}
