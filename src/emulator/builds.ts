import { getCampaignPath, getRecordType } from './item-record.js';
import { buildPage, findPageProblems } from './page-items.js';
import { readBody, requireTexts } from './read-body.js';
import { answerJson, Refusal, type Answer, type ApiRequest, type Route } from './route.js';
import { bumpVersion, getCommitId, type Build, type Tenant } from './tenant.js';

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
