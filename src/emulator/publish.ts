import type { Json, JsonObject } from '../model/json.js';
import { isComplete } from './builds.js';
import { getCampaignPath, type ItemRecord } from './item-record.js';
import { getPageTags, routeOfTag } from './page-items.js';
import { readBody, requireText, requireTexts } from './read-body.js';
import { answerJson, Refusal, type Answer, type ApiRequest, type Route } from './route.js';
import type { Build, PageSnapshot, Tenant } from './tenant.js';

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
