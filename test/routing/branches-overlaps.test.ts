import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { findOverlaps } from '../../src/routing/branches.js';
import { keyLandings } from '../../src/routing/compare.js';
import { compileJourney } from '../../src/routing/routing.js';
import { checkJourneyOverlaps } from '../../src/source/rules/journeys-together.js';
import { type PlainCondition, type PlainVisitor, type Reading, routeByHand } from './support/brute-force.js';

const subsets = (all: readonly string[]): string[][] =>
  all.reduce<string[][]>((sets, one) => [...sets, ...sets.map((set) => [...set, one])], [[]]);
const VISITORS: PlainVisitor[] = ['US', 'DE', null].flatMap((country) =>
  subsets(['lmo_a', 'lmo_b']).flatMap((cookies) =>
    subsets(['p=1', 'p=2']).flatMap((query) =>
      subsets(['s']).map((segments) => ({ host: 'a', path: '/x/', country, device: null, query, cookies, segments })),
    ),
  ),
);
const READINGS: Reading[] = [true, false].flatMap((all) =>
  [true, false].flatMap((allCookies) => [true, false].map((raw) => ({ all, allCookies, raw: [raw] }))),
);

const somebody = (holds: (who: PlainVisitor, reading: Reading) => boolean): boolean =>
  READINGS.some((reading) => VISITORS.some((who) => holds(who, reading)));

const values = (...all: string[]) => fc.uniqueArray(fc.constantFrom(...all), { minLength: 1, maxLength: 2 });
const condition: fc.Arbitrary<PlainCondition> = fc.oneof(
  fc.record({ type: fc.constant('country' as const), values: values('US', 'DE') }),
  fc.record({ type: fc.constant('cookie' as const), values: values('lmo_a', 'lmo_b') }),
  fc.record({ type: fc.constant('query' as const), values: values('p=1', 'p=2') }),
  fc.record({ type: fc.constant('segment' as const), values: values('s') }),
  fc.constant({ raw: { number: 0 } }),
);
const branch = fc.record({
  conditions: fc.array(condition, { maxLength: 3 }),
  to: fc.constantFrom('/1/', '/2/', '/3/'),
});

test('the order decides where somebody meets two branches that lead apart, gets past all above, and the upper one is no exception of the lower', () => {
  fc.assert(
    fc.property(fc.array(branch, { maxLength: 5 }), (branches) => {
      const body: JsonObject = {
        journeys: branches.map(({ conditions, to }) => ({
          conditions,
          actions: [{ type: 'destination', destination: to, split: 100 }],
        })),
      };
      const takes = (kept: number[], who: PlainVisitor, reading: Reading): number => {
        const end = routeByHand(
          [
            {
              name: 'j',
              starting_point: '/x/',
              fallback_tag: null,
              domains: ['a'],
              journeys: kept.map((i) => ({ conditions: branches[i]!.conditions, actions: [] })),
            },
          ],
          who,
          reading,
        );
        return kept[Number(end.slice(2))] ?? -1;
      };
      const all = [...branches.keys()];
      const reached = all.filter((i) => somebody((who, reading) => takes(all, who, reading) === i));
      const expected = reached.flatMap((j) => {
        const above = reached.filter(
          (i) =>
            i < j &&
            branches[i]!.to !== branches[j]!.to &&
            somebody((who, reading) => takes(all, who, reading) === i && takes([j], who, reading) === j) &&
            somebody((who, reading) => takes([i], who, reading) === i && takes([j], who, reading) !== j),
        );
        return above.length === 0 ? [] : [`${j} below ${above.join(' ')}`];
      });
      const journey = compileJourney('j', body);
      expect(
        findOverlaps(journey, keyLandings(journey, body)).map(
          ({ index, above }) => `${index} below ${above.map((one) => one.index).join(' ')}`,
        ),
      ).toEqual(expected);
    }),
    { numRuns: Number(process.env['OVERLAP_RUNS'] ?? 200) },
  );
}, 60_000);

const go = (destination: string, ...conditions: JsonObject[]): JsonObject => ({
  conditions,
  actions: [{ type: 'destination', destination, split: 100 }],
});
const when = (type: string, ...some: string[]): JsonObject => ({ type, values: some });
const explain = (...journeys: JsonObject[]): string[] =>
  checkJourneyOverlaps({ value: { journeys } }).map(({ path, message }) => `${path.join('/')}: ${message}`);

test('it is told with the branches above and an example', () => {
  expect(
    explain(
      go('/us/', when('country', 'US', 'CA')),
      go('/back/', when('cookie', 'lmo_a')),
      go('/eu/', when('region', 'DE-BY'), when('segment', 'readers')),
      go('/all/'),
    ),
  ).toEqual([
    'journeys/1: Branch 1 takes visitors who also meet the conditions of this branch. For example, a visitor with country US, cookie lmo_a goes to /us/, not to /back/.',
    'journeys/2: Branch 2 takes visitors who also meet the conditions of this branch. For example, a visitor with region DE-BY, country DE, cookie lmo_a, segment readers goes to /back/, not to /eu/.',
  ]);
});

test('of many branches above ten are named', () => {
  const many = Array.from({ length: 15 }, (_, i) => go(`/${i}/`, when('cookie', `lmo_${i}`)));
  expect(explain(...many, go('/us/', when('country', 'US'))).at(-1)).toMatch(
    /^journeys\/15: Branches 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and others take visitors/,
  );
});
