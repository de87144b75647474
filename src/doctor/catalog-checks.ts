import { countThings } from '../model/words.js';
import { computeItemId } from '../kinds/catalog/item-references.js';
import { getOwn, jsonEqual } from '../model/json.js';
import type { CatalogItem, Listing } from '../model/live-api.js';
import { suggestNearest } from '../model/spelling.js';
import { formatCommand } from '../model/text.js';
import { indexPages } from '../plan/pages/reach.js';
import { collectLabels, listTags } from '../plan/pages/routes.js';
import { type Check, defineCheck, finding, listSome } from './check.js';

/** Inconsistencies in the catalog. */
export const CATALOG_CHECKS: readonly Check[] = [
  defineCheck(
    'published',
    'Published copies',
    ['offers', 'addOns', 'publishedOffers', 'publishedAddOns'],
    (lists, { environment }) => {
      const published = new Map(
        [...lists.publishedOffers.items, ...lists.publishedAddOns.items].map((item) => [item.path, item]),
      );
      const items = [...lists.offers.items, ...lists.addOns.items];
      const never = items.filter(({ path }) => !published.has(path));
      const older = items.filter(
        ({ path, attributes }) => published.has(path) && !jsonEqual(published.get(path)?.attributes, attributes),
      );
      const evidence = listSome([
        ...older.map(({ path }) => `${path}: differs from the published copy`),
        ...never.map(({ path }) => `${path}: never published`),
      ]);
      if (never.length + older.length === 0)
        return finding('ok', 'Every offer and add-on is published in its current state.', [`${items.length} compared`]);
      return finding(
        'warning',
        `${countThings(older.length, 'item differs', 'items differ')} from the published copy, ` +
          `${countThings(never.length, 'item was', 'items were')} never published.`,
        evidence,
        'Orders for unpublished items fail with 404. To publish, run: ' +
          formatCommand('publish', '--env', environment),
      );
    },
  ),
  defineCheck('untagged-pages', 'Pages without tags', ['pages'], ({ pages }) => {
    const bare = pages.items.filter((page) => listTags(page).length === 0);
    if (bare.length === 0) return finding('ok', 'Every page has a tag.', [countThings(pages.items.length, 'page')]);
    return finding(
      'warning',
      `${countThings(bare.length, 'page has', 'pages have')} no tag, so no URL, and cannot be published.`,
      listSome(bare.map(({ path }) => path)),
      'Add a tag to the page in the web app, or delete the page.',
    );
  }),
  defineCheck('labels', 'Labels', ['pages', 'offers', 'addOns'], ({ pages, offers, addOns }) => {
    const incomplete = [pages, offers, addOns].filter(({ complete }) => !complete);
    if (incomplete.length > 0)
      return finding(
        'unknown',
        'Not checked: a list is incomplete.',
        incomplete.flatMap(({ note }) => note ?? []),
      );
    const carried = new Set(
      [...offers.items, ...addOns.items].flatMap(({ attributes }) => collectLabels(attributes['label__limio'])),
    );
    const { byLabel } = indexPages(pages.items);
    const lost = [...byLabel].filter(([label]) => !carried.has(label));
    if (lost.length === 0)
      return finding('ok', 'Every label on a page is used by an offer or add-on.', [
        `${countThings(byLabel.size, 'label')} on pages, ${carried.size} on offers and add-ons`,
      ]);
    const lines = lost.map(([label, on]) => {
      const nearest = suggestNearest(label, carried);
      const suggestion = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
      return `"${label}" on ${[...on].map(({ path }) => path).join(', ')}${suggestion}`;
    });
    return finding(
      'problem',
      `${countThings(lost.length, 'label on a page matches', 'labels on pages match')} no offer or add-on.`,
      listSome(lines),
      'The build of such a page fails. Correct the label on the page, or add it to an offer.',
    );
  }),
  defineCheck(
    'duplicate-names',
    'Duplicate names',
    ['offers', 'addOns', 'products'],
    ({ offers, addOns, products }) => {
      const lines = [
        ...groupByName(offers, 'offers'),
        ...groupByName(addOns, 'add-ons'),
        ...groupByName(products, 'products'),
      ];
      if (lines.length === 0) return finding('ok', 'No two items of the same type have the same display name.');
      return finding(
        'warning',
        `${countThings(lines.length, 'display name is', 'display names are')} used more than once.`,
        listSome(lines),
        'limio-sync identifies items by path, but people do not. Rename one if they can appear on the same page.',
      );
    },
  ),
  defineCheck(
    'inner-copies',
    'Stale inner copies',
    ['offers', 'addOns', 'products'],
    ({ offers, addOns, products }) => {
      const items = [offers, addOns, products].flatMap((list) => list.items);
      const stale = items.filter(hasStaleCopy);
      return finding(
        'ok',
        `${stale.length} of ${items.length} items have a stale copy of path, name or id. limio-sync ignores these.`,
        listSome(stale.map(({ path }) => path)),
      );
    },
  ),
  defineCheck('ids', 'Ids', ['offers', 'addOns', 'products', 'pages'], (lists) => {
    const items = Object.values(lists).flatMap((list) => list.items);
    const odd = items.filter(({ id, path }) => id !== '' && id !== computeItemId(path));
    if (odd.length === 0) return finding('ok', 'Every id is the SHA-1 of its path.', [`${items.length} items`]);
    return finding(
      'problem',
      `${countThings(odd.length, 'item has', 'items have')} an id that is not the SHA-1 of its path.`,
      listSome(odd.map(({ path, id }) => `${path}: ${id}`)),
      'References to such an item would send the wrong id. Declare them as {path, id}, and report this as a bug.',
    );
  }),
];

function groupByName({ items }: Listing<CatalogItem>, noun: string): string[] {
  const byName = new Map<string, string[]>();
  for (const { path, attributes } of items) {
    const name = getOwn(attributes, 'display_name__limio');
    if (typeof name === 'string' && name !== '') byName.set(name, [...(byName.get(name) ?? []), path]);
  }
  return [...byName]
    .filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => `"${name}" of ${noun}: ${paths.join(', ')}`);
}

/** The copies in `data` are remnants of a duplication (API reference, section 3). */
function hasStaleCopy(item: CatalogItem): boolean {
  return (['path', 'name', 'id'] as const).some((key) => {
    const copy = getOwn(item.data, key);
    return typeof copy === 'string' && copy !== item[key];
  });
}
