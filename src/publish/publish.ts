import { mapConcurrent } from '../model/async.js';
import type { BuildTicket } from '../model/live-api.js';
import type { PageOutcome } from '../model/outcome.js';
import type { PublishPage } from '../model/plan.js';
import { type BuildTimes, type PublishContext, publishPage, startBuild } from './publish-page.js';

const DEFAULT_CONCURRENCY = 4;

/**
 * Makes pages live. For each page, some at the same time:
 *
 *     build      start a build of the page and of what it shows       publish-page.ts
 *     publish    repeat until every route is reported live, or not    publish-page.ts
 *     outcome    one line a route, with the reason and the fix        page-outcome.ts
 *
 * Each page has its own build unless `batch` is set: one broken page fails a whole batch (API reference,
 * section 7). Returns the lines in the order of the pages; what the tenant refuses is in them, not thrown.
 */
export async function publishPages(pages: readonly PublishPage[], context: PublishContext): Promise<PageOutcome[]> {
  const times: BuildTimes = {};
  const build = context.batch ? shareBuild(pages, context) : undefined;
  const lines = await mapConcurrent(pages, context.concurrency ?? DEFAULT_CONCURRENCY, async (page) => {
    const outcomes = await publishPage(page, context, times, build);
    for (const outcome of outcomes) context.emit({ type: 'page-end', outcome });
    return outcomes;
  });
  return lines.flat();
}

/** One build of all pages that can be published, started when the first of them asks for it. */
function shareBuild(pages: readonly PublishPage[], context: PublishContext): () => Promise<BuildTicket> {
  const items = [...new Set(pages.filter(({ tags }) => tags.length > 0).flatMap(({ buildItems }) => buildItems))];
  let build: Promise<BuildTicket> | undefined;
  return () => (build ??= startBuild(items, context));
}
