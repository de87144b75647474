import { computeItemId } from '../kinds/catalog/item-references.js';
import { getOwn, jsonEqual } from '../model/json.js';
import type { CatalogItem, Listing } from '../model/live-api.js';
import { suggestNearest } from '../model/spelling.js';
import { formatCommand } from '../model/text.js';
import { indexPages } from '../plan/pages/reach.js';
import { collectTexts, listTags } from '../plan/pages/routes.js';
import { type Check, defineCheck, find, listSome } from './check.js';

/** What the catalog holds that surprises people. */
export const CATALOG_CHECKS: readonly Check[] = [
  defineCheck(
    'published',
    'Published against catalog',
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
        ...older.map(({ path }) => `${path}: the published copy differs`),
        ...never.map(({ path }) => `${path}: never published`),
      ]);
      if (never.length + older.length === 0)
        return find('ok', 'Every offer and add-on is published as it stands in the catalog.', [
          `${items.length} compared`,
        ]);
      return find(
        'warning',
        `${count(older.length, 'item differs', 'items differ')} from the published copy, ${count(never.length, 'was', 'were')} never published.`,
        evidence,
        `Orders for an unpublished item end in 404. To publish pages that are behind: ${formatCommand('publish', '--env', environment)}`,
      );
    },
  ),
  defineCheck('untagged-pages', 'Pages without tags', ['pages'], ({ pages }) => {
    const bare = pages.items.filter((page) => listTags(page).length === 0);
    if (bare.length === 0)
      return find('ok', 'Every page has a tag, and with it an address.', [count(pages.items.length, 'page', 'pages')]);
    return find(
      'warning',
      `${count(bare.length, 'page has', 'pages have')} no tag, so no address, and cannot be published.`,
      listSome(bare.map(({ path }) => path)),
      'Give the page a tag in the web app, or delete it.',
    );
  }),
  defineCheck('labels', 'Labels', ['pages', 'offers', 'addOns'], ({ pages, offers, addOns }) => {
    const incomplete = [pages, offers, addOns].filter(({ complete }) => !complete);
    if (incomplete.length > 0)
      return find(
        'unknown',
        'Not checked, because a list is not complete.',
        incomplete.flatMap(({ note }) => note ?? []),
      );
    const carried = new Set(
      [...offers.items, ...addOns.items].flatMap(({ attributes }) => collectTexts(attributes['label__limio'])),
    );
    const { byLabel } = indexPages(pages.items);
    const lost = [...byLabel].filter(([label]) => !carried.has(label));
    if (lost.length === 0)
      return find('ok', 'Every label that a page refers to is carried by an offer or add-on.', [
        `${count(byLabel.size, 'label', 'labels')} on pages, ${carried.size} on offers and add-ons`,
      ]);
    const lines = lost.map(([label, on]) => {
      const nearest = suggestNearest(label, carried);
      return `"${label}" on ${[...on].map(({ path }) => path).join(', ')}${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`;
    });
    return find(
      'problem',
      `${count(lost.length, 'label', 'labels')} on pages ${lost.length === 1 ? 'is' : 'are'} carried by no offer or add-on.`,
      listSome(lines),
      'The build of such a page fails. Correct the label on the page, or give it to an offer.',
    );
  }),
  defineCheck(
    'duplicate-names',
    'Duplicates of names',
    ['offers', 'addOns', 'products'],
    ({ offers, addOns, products }) => {
      const lines = [
        ...groupByName(offers, 'offers'),
        ...groupByName(addOns, 'add-ons'),
        ...groupByName(products, 'products'),
      ];
      if (lines.length === 0) return find('ok', 'No two items of a type have the same display name.');
      return find(
        'warning',
        `${count(lines.length, 'display name is', 'display names are')} used more than once.`,
        listSome(lines),
        'limio-sync tells items apart by path; people do not. Rename one, if they meet on a page.',
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
      return find(
        'ok',
        `${stale.length} of ${items.length} items hold a stale copy of path, name or id. limio-sync never looks at those.`,
        listSome(stale.map(({ path }) => path)),
      );
    },
  ),
  defineCheck('ids', 'Ids', ['offers', 'addOns', 'products', 'pages'], (lists) => {
    const items = Object.values(lists).flatMap((list) => list.items);
    const odd = items.filter(({ id, path }) => id !== '' && id !== computeItemId(path));
    if (odd.length === 0) return find('ok', 'Every id is the SHA-1 of its path.', [`${items.length} items`]);
    return find(
      'problem',
      `${count(odd.length, 'item has', 'items have')} an id that is not the SHA-1 of its path.`,
      listSome(odd.map(({ path, id }) => `${path}: ${id}`)),
      'A file that refers to such an item would send the wrong id. Declare its references as {path, id}, and tell the authors of limio-sync.',
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

/** The copies in `data` are left over from the time of a duplication (API reference, section 3). */
function hasStaleCopy(item: CatalogItem): boolean {
  return (['path', 'name', 'id'] as const).some((key) => {
    const copy = getOwn(item.data, key);
    return typeof copy === 'string' && copy !== item[key];
  });
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
