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
} from './route.js';
import { type Build, bumpVersion, getCommitId, type PageSnapshot, type Tenant } from './tenant.js';

/** Builds (API reference, section 7). Nothing tells when a shop build is done. */
export const buildRoutes: readonly Route[] = [
  { operation: 'build', area: 'commerce', method: 'POST', path: '/shop/builds', answer: answerStart },
  {
    operation: 'list-component-builds',
    area: 'commerce',
    method: 'GET',
    path: '/component/builds',
    parameters: ['commitHash'],
    answer: answerComponentBuilds,
  },
];

/** Whether its time is over; it may have failed all the same. */
export function isComplete(tenant: Tenant, build: Build): boolean {
  return !build.neverEnds && build.startedAt + tenant.options.buildMs <= tenant.options.now();
}

function answerStart(tenant: Tenant, request: ApiRequest): Answer {
  const items = [...new Set(requireTexts(readBody(request), 'items'))];
  const missing = items.find((path) => !exists(tenant, path));
  if (missing !== undefined) throw new Refusal(400, `${missing} does not exist`);
  const pages = items.flatMap((path) => {
    const item = tenant.items.get(path);
    return item && getRecordType(item) === 'page' ? [item] : [];
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

/** A campaign of the old generation need not be an item: its offers make it exist. */
function exists(tenant: Tenant, path: string): boolean {
  return tenant.items.has(path) || [...tenant.items.keys()].some((item) => getCampaignPath(item) === path);
}

/** Builds of the component library, which have nothing to do with pages: one, long done. */
function answerComponentBuilds(tenant: Tenant, request: ApiRequest): Answer {
  const build = {
    id: `build-${tenant.options.tenant}-components:1`,
    buildNumber: 1,
    commitId: '9f2c1d7b6a5e4f3c2b1a0d9e8f7c6b5a4d3e2f1c',
    startTime: '2025-01-15T08:50:00.000Z',
    endTime: '2025-01-15T08:53:20.000Z',
    buildStatus: 'SUCCEEDED',
    buildComplete: true,
    // Seen live: errors in the log of a build that succeeded.
    logErrors: ['warning: a component declares no props'],
  };
  const wanted = request.query.get('commitHash');
  return answerJson(wanted === null || wanted === build.commitId ? [build] : []);
}

/** Publish (API reference, section 7). `success:true` says only that the call was understood. */
export const publishRoutes: readonly Route[] = [
  { operation: 'publish', area: 'commerce', method: 'POST', path: '/publish', answer: answerPublish },
];

type Verdict = { live: PageSnapshot } | { page: string; pathPrefix: string; message?: string };

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
    const verdict = judge(tenant, build, tag, route, pathPrefix);
    if ('live' in verdict) {
      published.push([route, [{ path: verdict.live.page.path, isDefault: true, pathPrefix }]]);
      makeLive(tenant, build, route, verdict.live);
    } else {
      omitted.push([route, [describeOmitted(verdict)]]);
    }
  }
  return answerJson({
    success: true,
    publishedData: { pages: Object.fromEntries(published) },
    ommitedWithError: { pages: Object.fromEntries(omitted) },
  });
}

/** `name` must be the name of one of the published items: a page of the tags, or what was built with it. */
function checkName(tenant: Tenant, build: Build, tags: readonly string[], name: string): void {
  const pages = [...build.pages.values()].map(({ page }) => page);
  const published = pages.filter((page) => getPageTags(page).some((tag) => tags.includes(tag)));
  const others = build.items.filter((path) => !build.pages.has(path)).flatMap((path) => tenant.items.get(path) ?? []);
  if (![...published, ...others].some((item) => item.name === name)) {
    throw new Refusal(400, `"${name}" is not the name of a published item`);
  }
}

function judge(tenant: Tenant, build: Build, tag: string, route: string, pathPrefix: string): Verdict {
  const snapshot = [...build.pages.values()].find(({ page }) => getPageTags(page).includes(tag));
  if (!snapshot) return { page: '', pathPrefix, message: `No page of build ${build.id} has the tag ${tag}` };
  const page = snapshot.page.path;
  // The new-route trap: no prefix and no reason, whatever became of the build.
  if (!tenant.routes.has(route)) return { page, pathPrefix: '' };
  if (!isComplete(tenant, build)) return { page, pathPrefix, message: `Build ${build.id} is not complete` };
  if (build.problems.length > 0) return { page, pathPrefix, message: `Build failed: ${build.problems.join('; ')}` };
  return { live: snapshot };
}

function describeOmitted(verdict: Exclude<Verdict, { live: PageSnapshot }>): JsonObject {
  const { page, pathPrefix, message } = verdict;
  return { path: page, isDefault: true, pathPrefix, ...(message !== undefined && { message }) };
}

/**
 * The route shows the page and its items as they were at the build's start. Items of a campaign
 * that was not built stay as this route had them.
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

/** `/customers/acme/` of `/tags/customers/acme` (API reference, section 5). */
export function routeOfTag(tag: string): string {
  return `${tag.replace(/^\/tags(?=\/|$)/, '').replace(/\/+$/, '')}/`;
}

export function getPageTags(page: ItemRecord): string[] {
  return collectPaths(getDataField(page, 'tags'));
}

export function getPageRoutes(page: ItemRecord): string[] {
  return getPageTags(page).map(routeOfTag);
}

/**
 * A page as a build makes it: the page and every offer and add-on that its `offers[]` names (a
 * campaign stands for its offers) or that carries its `referencedLabel`, with their products.
 * Add-ons without product and rate plan are dropped (section 5).
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

/** Why a page cannot be built: a path or a label that leads to nothing (section 3, Attributes). */
export function findPageProblems(items: Items, page: ItemRecord): string[] {
  const offers = [...items.values()].filter((item) => getRecordType(item) === 'offer');
  const paths = collectPaths(getDataField(page, 'offers')).filter((path) => findBelow(items, path).length === 0);
  const labels = getLabels(page).filter((label) => !offers.some((offer) => hasLabel(offer, label)));
  return [
    ...paths.map((path) => `${page.path}: offer ${path} does not exist`),
    ...labels.map((label) => `${page.path}: no offer carries the label "${label}"`),
  ];
}

/** An item as the published lists show it: product objects in the place of paths (section 3). */
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
  return collectPaths(getDataField(page, 'offers')).flatMap((path) => findBelow(items, path));
}

function findLabelled(items: Items, page: ItemRecord): ItemRecord[] {
  const labels = getLabels(page);
  return [...items.values()].filter((item) => isSellable(item) && labels.some((label) => hasLabel(item, label)));
}

/** The item itself, or what stands below a campaign. */
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

/** The published index: every item of every live route, the copy of the latest publish winning. */
export function listPublishedItems(tenant: Tenant): Map<string, ItemRecord> {
  const routes = [...tenant.liveRoutes.values()].toSorted((a, b) => a.publishedOrder - b.publishedOrder);
  const merged = new Map(tenant.looseItems);
  for (const { page, items } of routes) {
    for (const [path, item] of items) merged.set(path, item);
    merged.set(page.path, page);
  }
  return merged;
}
