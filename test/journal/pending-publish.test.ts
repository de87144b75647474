import { describe, expect, test } from 'vitest';
import { listPendingPublishes, type RunPages } from '../../src/journal/pending-publish.js';
import type { Address } from '../../src/model/address.js';
import type { PageOutcome } from '../../src/model/outcome.js';
import type { PublishPage } from '../../src/model/plan.js';
import { makePage } from '../support/apply-fixtures.js';

const A: Address = 'offer:/offers2/A';
const PAGE = makePage('shop', [A]);
const TWO = makePage('two', [A], { routes: ['/two/', '/zwei/'] });

const end = (route: string, rest: Partial<PageOutcome> = {}): PageOutcome => ({
  path: `/pages/${route}`,
  route: `/${route}/`,
  status: 'live',
  build: 'finished',
  ...rest,
});
const failed = (route: string): PageOutcome =>
  end(route, { status: 'failed', build: 'accepted', code: 'PUBLISH_OMITTED' });
const newRoute = (route: string): PageOutcome =>
  end(route, { status: 'omitted', build: 'accepted', code: 'PUBLISH_NEW_ROUTE' });
const run = (planned: PublishPage[], outcomes: PageOutcome[], changed: Address[] = [A]): Omit<RunPages, 'run'> => ({
  planned,
  outcomes,
  changed: new Set(changed),
});
const listPaths = (...runs: Omit<RunPages, 'run'>[]): string[] =>
  listPendingPublishes(runs.map((one, at) => ({ ...one, run: `run-${at + 1}` }))).map(({ path }) => path);

describe('a page that a run planned to publish', () => {
  test.each<[string, Omit<RunPages, 'run'>[], boolean]>([
    ['and that was reported live is not pending', [run([PAGE], [end('shop')])], false],
    ['and that failed is pending', [run([PAGE], [failed('shop')])], true],
    ['and of which a crash left no word is pending', [run([PAGE], [])], true],
    ['of which one route is not live is pending', [run([TWO], [end('two')])], true],
    ['for items that the run did not change is not pending', [run([PAGE], [failed('shop')], [])], false],
    [
      'because its published copy is older is owed, whatever was changed',
      [run([makePage('shop', [A], { reason: 'not-live' })], [failed('shop')], [])],
      true,
    ],
    [
      'because a person named it is not pending',
      [run([makePage('shop', [], { reason: 'named' })], [failed('shop')])],
      false,
    ],
    [
      'without a tag, and so without a route, is not pending',
      [run([makePage('shop', [A], { tags: [], routes: [] })], [])],
      false,
    ],
    ['on a route that only a person can register is not pending', [run([PAGE], [newRoute('shop')])], false],
    [
      'on a route that was live before, and that is said to be new, is pending',
      [run([PAGE], [end('shop')]), run([PAGE], [newRoute('shop')])],
      true,
    ],
    [
      'and that a later run reported live is not pending',
      [run([PAGE], [failed('shop')]), run([], [end('shop')])],
      false,
    ],
    [
      'and that a later run did not reach either is pending',
      [run([PAGE], [failed('shop')]), run([PAGE], [failed('shop')], [])],
      true,
    ],
    [
      'and that later runs had nothing to do with is pending',
      [run([PAGE], [failed('shop')]), run([], [end('other')])],
      true,
    ],
  ])('%s', (_name, runs, isOwed) => {
    expect(listPaths(...runs).length).toBe(isOwed ? 1 : 0);
  });

  test('is still pending when only the snapshot of the last apply remembers it, until a later run reports it live', () => {
    const kept = [{ path: '/pages/shop', items: [A], buildItems: ['/pages/shop'], run: 'run-2' }];
    const list = (...runs: RunPages[]): string[] => listPendingPublishes(runs, kept).map(({ path }) => path);
    expect(list()).toEqual(['/pages/shop']);
    expect(list({ run: 'run-1', ...run([PAGE], [end('shop')]) })).toEqual(['/pages/shop']);
    expect(list({ run: 'run-3', ...run([], [end('other')]) })).toEqual(['/pages/shop']);
    expect(list({ run: 'run-3', ...run([PAGE], [end('shop')]) })).toEqual([]);
    expect(list({ run: 'run-3', ...run([], [end('shop')]) })).toEqual([]);
  });

  test('is pending since the first run, with the items and campaigns of all runs', () => {
    const campaign = makePage('shop', ['offer:/offers/Spring/B'], { buildItems: ['/pages/shop', '/offers/Spring'] });
    expect(
      listPendingPublishes([
        { run: 'first', ...run([PAGE], []) },
        { run: 'second', ...run([campaign], [], ['offer:/offers/Spring/B']) },
      ]),
    ).toEqual([
      {
        path: '/pages/shop',
        run: 'first',
        items: ['offer:/offers/Spring/B', A],
        buildItems: ['/pages/shop', '/offers/Spring'],
      },
    ]);
  });
});
