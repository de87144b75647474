import type { DoctorFinding, PageView } from '../model/doctor.js';
import { type Check, defineCheck, finding, JOURNEY_LIST_SHAPES, LARGE_PAGE, listSome, type Reading } from './check.js';

/** How the tenant returns lists: paths, shapes, page size, lag. */
export const LIST_CHECKS: readonly Check[] = [
  {
    id: 'read-paths',
    title: 'Read paths',
    evaluate({ signedIn, typedRead, entryRead }, { dialect: { catalogRead } }) {
      if ('failure' in signedIn) return finding('unknown', 'Not checked: signing in failed.');
      return evaluateReadPaths(typedRead, entryRead, catalogRead);
    },
  },
  defineCheck(
    'list-shapes',
    'List shapes',
    ['plainPage', 'journeys'],
    ({ plainPage, journeys }, { dialect: { journeyList } }) => {
      const evidence = [
        `hits is ${HITS[plainPage.hitsShape]}`,
        `journeys are returned as ${JOURNEY_LIST_SHAPES[journeys.shape]}`,
      ];
      if (plainPage.hitsShape === 'none')
        return finding(
          'warning',
          'Lists do not contain the number of items.',
          evidence,
          'Such a list cannot prove that an item is absent, so limio-sync withholds deletions and creations.',
        );
      if (journeys.shape === 'object')
        return finding(
          'warning',
          'The tenant lists a single journey, without its name.',
          evidence,
          'limio-sync reads declared journeys one by one. It cannot know which others exist, so it deletes none.',
        );
      return finding(
        'ok',
        journeyList === 'auto' ? 'Lists have a known shape.' : 'Lists have the shape that the dialect expects.',
        evidence,
      );
    },
  ),
  defineCheck(
    'page-size',
    'Page size',
    ['plainPage', 'largePage'],
    ({ plainPage, largePage }, { dialect: { pageSize } }) => {
      const { items, hits } = largePage;
      const cursor = plainPage.more ? 'a cursor' : 'no cursor';
      const evidence = [
        `without opt.all, a page has ${plainPage.items} of ${plainPage.hits ?? '?'} offers and ${cursor}`,
        `with a page size of ${LARGE_PAGE}, it has ${items}${hits === undefined ? '' : ` of ${hits}`}`,
      ];
      const wanted = Math.min(LARGE_PAGE, hits ?? items);
      if (items < wanted && items < pageSize)
        return finding(
          'warning',
          `The tenant returns at most ${items} items per page, fewer than dialect.pageSize (${pageSize}).`,
          evidence,
          `Set dialect.pageSize to ${items}.`,
        );
      if (items < wanted) return finding('ok', `The tenant returns at most ${items} items per page.`, evidence);
      return finding(
        'ok',
        hits !== undefined && hits > LARGE_PAGE
          ? `The tenant supports pages of ${LARGE_PAGE} items.`
          : 'The maximum page size is above the number of offers.',
        evidence,
      );
    },
  ),
  defineCheck('index-lag', 'Index lag', ['heads'], ({ heads }) => {
    const behind = heads.filter(
      ({ listed, head }) =>
        head === undefined ||
        (head.version !== undefined && listed.version !== undefined && head.version !== listed.version),
    );
    if (heads.length === 0) return finding('unknown', 'Not checked: there are no offers.');
    if (behind.length === 0) return finding('ok', 'The lists are up to date.', [`${heads.length} offers compared`]);
    const lines = behind.map(
      ({ listed, head }) => `${listed.path} ${head === undefined ? 'is listed but deleted' : 'is newer at head'}`,
    );
    return finding(
      'warning',
      `The search index lags: ${behind.length} of ${heads.length} offers are outdated in the list.`,
      listSome(lines),
      'limio-sync checks every difference at head, so this only costs requests.',
    );
  }),
];

const HITS = { object: 'an object', number: 'a number', none: 'missing' } as const;

const PATHS = { typed: '/offers/v2 and similar paths', catalog_items: '/catalog_items' } as const;

function evaluateReadPaths(
  typed: Reading<PageView>,
  entry: Reading<PageView>,
  chosen: 'typed' | 'catalog_items',
): DoctorFinding {
  const evidence = [describePage('/offers/v2', typed), describePage('/catalog_items', entry)];
  const [mine, other] = chosen === 'typed' ? [typed, entry] : [entry, typed];
  const otherName = chosen === 'typed' ? 'catalog_items' : 'typed';
  if ('value' in mine)
    return finding('ok', `The catalog can be read from ${PATHS[chosen]}, as the dialect says.`, evidence);
  if ('value' in other)
    return finding(
      'problem',
      `The catalog cannot be read as the dialect says (catalogRead: ${chosen}).`,
      evidence,
      `Set dialect.catalogRead to "${otherName}", or run doctor --learn to write it.`,
    );
  return finding('problem', 'The catalog cannot be read.', evidence, 'Check the permissions of the credentials.');
}

function describePage(path: string, reading: Reading<PageView>): string {
  return `${path}: ${'value' in reading ? `${reading.value.items} items in a page` : reading.failure.message}`;
}
