import { mapConcurrent } from '../model/map-concurrent.js';
import type { PageOutcome } from '../model/outcome.js';
import type { PublishPage } from '../model/plan.js';
import { createBuildTimes } from './build-times.js';
import type { PublishContext } from './publish-context.js';
import { publishPage } from './publish-page.js';

const DEFAULT_CONCURRENCY = 4;

/**
 * Makes pages live, each with a build of its own: one broken page fails a whole batch (API
 * reference, section 7). Answers one line a route, in the order of the pages; what the tenant
 * refuses is in the lines and not thrown.
 */
export async function publishPages(pages: readonly PublishPage[], context: PublishContext): Promise<PageOutcome[]> {
  const times = createBuildTimes();
  const lines = await mapConcurrent(pages, context.concurrency ?? DEFAULT_CONCURRENCY, async (page) => {
    const outcomes = await publishPage(page, context, times);
    for (const outcome of outcomes) context.emit({ type: 'page-end', outcome });
    return outcomes;
  });
  return lines.flat();
}
