import type { DoctorFinding } from '../model/doctor.js';
import type { PageView } from '../model/probes.js';
import { type Check, defineCheck, type Fact, find, LARGE_PAGE, listSome } from './check.js';

/** How the tenant answers its lists. */
export const LIST_CHECKS: readonly Check[] = [
  {
    id: 'read-paths',
    title: 'Read paths',
    judge({ signedIn, typedRead, entryRead }, { dialect: { catalogRead } }) {
      if ('failure' in signedIn) return find('unknown', 'Not checked, because the tenant could not be signed in to.');
      return judgeReadPaths(typedRead, entryRead, catalogRead);
    },
  },
  defineCheck(
    'list-shapes',
    'List shapes',
    ['plainPage', 'journeys'],
    ({ plainPage, journeys }, { dialect: { journeyList } }) => {
      const evidence = [
        `hits is ${plainPage.hitsShape === 'object' ? 'an object' : plainPage.hitsShape === 'number' ? 'a number' : 'missing'}`,
        `journeys come as ${SHAPES[journeys.shape]}`,
      ];
      if (plainPage.hitsShape === 'none')
        return find(
          'warning',
          'Lists do not say how many items there are.',
          evidence,
          'No list of the catalog proves then that something is absent. Deletions and creations stay withheld.',
        );
      if (journeys.shape === 'object')
        return find(
          'warning',
          'The tenant lists one journey, without its name.',
          evidence,
          'Journeys that are declared are read one by one; which others exist cannot be known, so none is deleted.',
        );
      return find(
        'ok',
        `Lists have a known shape${journeyList === 'auto' ? '' : ', and the journeys the one that the dialect insists on'}.`,
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
      const evidence = [
        `unasked the tenant gives ${plainPage.items} of ${plainPage.hits ?? '?'} offers and ${plainPage.more ? 'a cursor' : 'no cursor'}; limio-sync always sends opt.all`,
        `asked for ${LARGE_PAGE} it gives ${items}${hits === undefined ? '' : ` of ${hits}`}`,
      ];
      const wanted = Math.min(LARGE_PAGE, hits ?? items);
      if (items < wanted && items < pageSize)
        return find(
          'warning',
          `The tenant gives at most ${items} items a page, less than dialect.pageSize (${pageSize}).`,
          evidence,
          `Set dialect.pageSize to ${items}.`,
        );
      if (items < wanted) return find('ok', `The tenant gives at most ${items} items a page.`, evidence);
      return find(
        'ok',
        hits !== undefined && hits > LARGE_PAGE
          ? `Pages of ${LARGE_PAGE} are answered.`
          : 'The ceiling of a page, if there is one, lies above what this tenant holds.',
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
    if (heads.length === 0) return find('unknown', 'Not checked, because there are no offers.');
    if (behind.length === 0)
      return find('ok', 'The lists are as new as the items themselves.', [`${heads.length} offers compared`]);
    const lines = behind.map(
      ({ listed, head }) => `${listed.path} ${head === undefined ? 'is listed and gone' : 'is newer at head'}`,
    );
    return find(
      'warning',
      `The search index lags behind: ${behind.length} of ${heads.length} offers are older in the list.`,
      listSome(lines),
      'limio-sync confirms every difference at head, so this only costs requests. Wait a minute before you compare lists by hand.',
    );
  }),
];

const SHAPES = {
  object: 'one object',
  array: 'a list',
  items: 'a list under "items"',
  none: 'a 404: there are none',
} as const;

function judgeReadPaths(
  typed: Fact<PageView>,
  entry: Fact<PageView>,
  chosen: 'typed' | 'catalog_items',
): DoctorFinding {
  const evidence = [describePage('/offers/v2', typed), describePage('/catalog_items', entry)];
  const [mine, other] = chosen === 'typed' ? [typed, entry] : [entry, typed];
  const otherName = chosen === 'typed' ? 'catalog_items' : 'typed';
  if ('value' in mine)
    return find(
      'ok',
      `The catalog is read by ${chosen === 'typed' ? '/offers/v2 and its siblings' : '/catalog_items'}, as the dialect says.`,
      evidence,
    );
  if ('value' in other)
    return find(
      'problem',
      `The catalog cannot be read as the dialect says (catalogRead: ${chosen}).`,
      evidence,
      `Set dialect.catalogRead to "${otherName}", or let doctor --learn write it.`,
    );
  return find('problem', 'The catalog can be read neither way.', evidence, 'Check the rights of the credentials.');
}

function describePage(path: string, fact: Fact<PageView>): string {
  return `${path}: ${'value' in fact ? `${fact.value.items} items in a page` : fact.failure.message}`;
}
