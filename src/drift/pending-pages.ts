import { matchGlobs } from '../glob/glob.js';
import { formatAddress } from '../model/address.js';
import type { PendingPage } from '../model/drift.js';
import { compareBy } from '../model/words.js';
import type { Comparison } from '../plan/compare.js';
import { planPublish, toPublishRules } from '../plan/pages/pages.js';
import type { PlanContext } from '../plan/plan-context.js';

/**
 * The pages that earlier runs left waiting to be published, by the same rules as a plan: a page that was deleted since
 * waits no more. Reads the pages of the tenant, and only where something waits. `selectors` name the pages or items.
 */
export async function findPendingPages(
  { reader, diffs, state }: Pick<Comparison, 'reader' | 'diffs' | 'state'>,
  context: PlanContext,
  selectors: readonly string[],
): Promise<PendingPage[]> {
  const waiting = (context.pendingPublishes ?? []).filter(
    ({ path, items }) =>
      selectors.length === 0 ||
      [formatAddress('page', path), formatAddress('campaign', path), ...items].some((one) =>
        matchGlobs(selectors, one),
      ),
  );
  if (waiting.length === 0) return [];
  // Without what the files change, so that only the waiting pages are found.
  const unchanged = diffs.map(({ change: _change, ...diff }) => ({ ...diff, notLive: false }));
  const { publish, incomplete } = await planPublish(reader, unchanged, state, {
    ...toPublishRules(context),
    pendingPublishes: waiting,
  });
  const planned = new Map(publish.pages.map((page) => [page.path, page]));
  return waiting
    .flatMap(({ path, items, run }): PendingPage[] => {
      const page = planned.get(path);
      // A page that is missing from an incomplete list may exist.
      return page || incomplete.length > 0 ? [{ path, routes: page?.routes ?? [], items, run }] : [];
    })
    .sort(compareBy(({ path }) => path));
}
