import { mapConcurrent } from '../model/async.js';
import type { BuildTicket } from '../model/live-api.js';
import type { PageOutcome } from '../model/outcome.js';
import type { PublishPage } from '../model/plan.js';
import { type PageQueue, type PublishContext, publishPage, startBuild } from './publish-page.js';

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
export async function publishPages(pages: readonly PublishPage[], given: PublishContext): Promise<PageOutcome[]> {
  const context = given.batch ? rememberChecks(given) : given;
  const queue: PageQueue = {
    times: {},
    takeTurn: createTurns(),
    build: context.batch ? shareBuild(pages, context) : undefined,
  };
  const lines = await mapConcurrent(pages, context.concurrency ?? DEFAULT_CONCURRENCY, async (page) => {
    const outcomes = await publishPage(page, context, queue);
    for (const outcome of outcomes) context.emit({ type: 'page-end', outcome });
    return outcomes;
  });
  return lines.flat();
}

function createTurns(): PageQueue['takeTurn'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** A shared build checks every page before it starts, and each page asks again. */
function rememberChecks({ checkPage, ...context }: PublishContext): PublishContext {
  if (!checkPage) return context;
  const checks = new Map<PublishPage, ReturnType<typeof checkPage>>();
  return {
    ...context,
    checkPage(page) {
      const check = checks.get(page) ?? checkPage(page);
      checks.set(page, check);
      return check;
    },
  };
}

/** One build of all pages that can be published, started when the first of them asks for it. */
function shareBuild(pages: readonly PublishPage[], context: PublishContext): () => Promise<BuildTicket> {
  const start = async (): Promise<BuildTicket> => {
    const tagged = pages.filter(({ tags }) => tags.length > 0);
    const { checkPage } = context;
    const checks = checkPage ? await Promise.all(tagged.map(checkPage)) : [];
    const fresh = tagged.filter((_, i) => checks[i] === undefined);
    return startBuild([...new Set(fresh.flatMap(({ buildItems }) => buildItems))], context);
  };
  let build: Promise<BuildTicket> | undefined;
  return () => (build ??= start());
}
