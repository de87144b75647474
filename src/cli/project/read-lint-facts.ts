import { readPageUse } from '../../lint/pages.js';
import type { LintNeed, PageUse } from '../../model/lint-rule.js';
import type { CatalogItem, Listing, LiveReader } from '../../model/live-api.js';

/** What the tenant tells rules that ask for it; what could not be read to its end proves nothing. */
export interface LintFactsOfTenant {
  pages?: PageUse[];
  catalog?: ReadonlyMap<string, CatalogItem>;
  missing: Partial<Record<LintNeed, string>>;
}

export const WITHOUT_LIVE: LintFactsOfTenant = {
  missing: {
    pages: 'no file declares a page, and they ask for pages (--live --env <name>)',
    catalog: 'they ask for the catalog of a tenant (--live --env <name>)',
  },
};

/** Working copies of pages, products, add-ons and offers; reads only. */
export async function readLintFacts(reader: LiveReader): Promise<LintFactsOfTenant> {
  const [pages, ...items] = await Promise.all([
    reader.listItems('page', 'catalog'),
    reader.listItems('product', 'catalog'),
    reader.listItems('add_on', 'catalog'),
    reader.listItems('offer', 'catalog'),
  ]);
  const gap = items.find(({ complete }) => !complete);
  return {
    ...(pages.complete ? { pages: pages.items.map(readPageUse) } : {}),
    ...(gap ? {} : { catalog: new Map(items.flatMap((list) => list.items).map((item) => [item.path, item])) }),
    missing: {
      ...(pages.complete ? {} : { pages: describeGap('pages', pages) }),
      ...(gap ? { catalog: describeGap('catalog', gap) } : {}),
    },
  };
}

function describeGap(what: string, { note }: Listing<CatalogItem>): string {
  return `the ${what} of the tenant could not be read to the end (${(note ?? 'no proof of its end').replace(/\.$/, '')})`;
}
