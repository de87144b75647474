import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { findUnreachable } from '../../src/routing/branches.js';
import { compileJourney } from '../../src/routing/routing.js';
import {
  type PlainCondition,
  type PlainJourney,
  type PlainVisitor,
  type Reading,
  routeByHand,
} from './support/brute-force.js';

const when = (type: string, ...values: string[]): JsonObject => ({ type, values });
const find = (...branches: JsonObject[][]) =>
  findUnreachable(compileJourney('j', { journeys: branches.map((conditions) => ({ conditions, actions: [] })) })).map(
    ({ index, by }) => `${index} by ${by.join(' ') || 'itself'}`,
  );

describe('branches that take no visitor', () => {
  test.each<[string, JsonObject[][], string[]]>([
    ['none', [[when('country', 'US')], [when('country', 'DE')], []], []],
    ['below everybody', [[], [when('country', 'US')], []], ['1 by 0', '2 by 0']],
    ['a part of the values', [[when('country', 'US', 'CA')], [when('country', 'CA')]], ['1 by 0']],
    ['more values', [[when('country', 'CA')], [when('country', 'US', 'CA')]], []],
    ['fewer conditions below', [[when('country', 'US'), when('device', 'mobile')], [when('country', 'US')]], []],
    ['more conditions below', [[when('country', 'US')], [when('device', 'mobile'), when('country', 'US')]], ['1 by 0']],
    [
      'two together',
      [[when('country', 'US')], [when('city', 'Bonn')], [when('country', 'DE')], [when('country', 'DE', 'US')]],
      ['3 by 0 2'],
    ],
    ['a region of a country', [[when('country', 'DE')], [when('region', 'DE-BY')]], ['1 by 0']],
    ['a country of a region', [[when('region', 'DE-BY')], [when('country', 'DE')]], []],
    ['two countries at once', [[when('country', 'US'), when('country', 'DE')]], ['0 by itself']],
    ['a region of another country', [[when('country', 'US'), when('region', 'DE-BY')]], ['0 by itself']],
    ['two values that differ in letter case', [[when('city', 'Bonn'), when('city', 'BONN')]], []],
    ['two segments at once', [[when('segment', 's'), when('segment', 't')]], []],
    ['several segments, of which one is enough', [[when('segment', 's', 't')], [when('segment', 't')]], ['1 by 0']],
    [
      'several cookies, of which all may have to be there',
      [[when('cookie', 'lmo_a', 'lmo_b')], [when('cookie', 'lmo_a')]],
      [],
    ],
    ['one of several cookies', [[when('cookie', 'lmo_a')], [when('cookie', 'lmo_a', 'lmo_b')]], []],
    [
      'each of several cookies',
      [[when('cookie', 'lmo_a')], [when('cookie', 'lmo_b')], [when('cookie', 'lmo_a', 'lmo_b')]],
      ['2 by 0 1'],
    ],
    ['a raw condition', [[{ raw: 1 }], [{ raw: 2 }]], []],
    [
      'the same raw condition',
      [[{ raw: { a: 1, b: 2 } }], [{ raw: { b: 2, a: 1 } }, when('country', 'US')]],
      ['1 by 0'],
    ],
    ['no value', [[when('country')]], ['0 by itself']],
  ])('%s', (_, branches, expected) => {
    expect(find(...branches)).toEqual(expected);
  });

  test('where nobody could try all visitors, what is not certain is not reported, and it ends', () => {
    const many = Array.from({ length: 60 }, (_, i) => [when('cookie', `lmo_${i}`), when('query', `a=${i}`)]);
    expect(find(...many, [when('segment', 's')], many[0]!)).toEqual(['61 by 0']);
  });
});

const COUNTRIES = ['US', 'DE'];
const COOKIES = ['lmo_a', 'lmo_b'];
const SEGMENTS = ['s', 't'];
const subsets = (all: readonly string[]): string[][] =>
  all.reduce<string[][]>((sets, one) => [...sets, ...sets.map((set) => [...set, one])], [[]]);
const VISITORS: PlainVisitor[] = [...COUNTRIES, null].flatMap((country) =>
  subsets(COOKIES).flatMap((cookies) =>
    subsets(SEGMENTS).map((segments) => ({
      host: 'a',
      path: '/x/',
      country,
      device: null,
      query: [],
      cookies,
      segments,
    })),
  ),
);
const READINGS: Reading[] = [true, false].flatMap((all) => [true, false].map((raw) => ({ all, raw: [raw] })));

const values = (all: string[]) => fc.uniqueArray(fc.constantFrom(...all), { minLength: 1, maxLength: 2 });
const condition: fc.Arbitrary<PlainCondition> = fc.oneof(
  fc.record({ type: fc.constant('country' as const), values: values(COUNTRIES) }),
  fc.record({ type: fc.constant('cookie' as const), values: values(COOKIES) }),
  fc.record({ type: fc.constant('segment' as const), values: values(SEGMENTS) }),
  fc.constant({ raw: { number: 0 } }),
);

test('unreachable is what no visitor of a small world reaches, and of the branches it is laid to none can be spared', () => {
  fc.assert(
    fc.property(fc.array(fc.array(condition, { maxLength: 2 }), { maxLength: 5 }), (branches) => {
      const build = (kept: number[]): PlainJourney => ({
        name: 'j',
        starting_point: '/x/',
        fallback_tag: null,
        domains: ['a'],
        journeys: kept.map((i) => ({ conditions: branches[i]!, actions: [] })),
      });
      const reaches = (kept: number[]): boolean =>
        VISITORS.some((visitor) =>
          READINGS.some((reading) => routeByHand([build(kept)], visitor, reading) === `j#${kept.length - 1}`),
        );
      const all = [...branches.keys()];
      const found = findUnreachable(compileJourney('j', { journeys: branches.map((conditions) => ({ conditions })) }));
      expect(found.map(({ index }) => index)).toEqual(all.filter((i) => !reaches(all.slice(0, i + 1))));
      for (const { index, by } of found) {
        expect(reaches([...by, index])).toBe(false);
        for (const one of by) expect(reaches([...by.filter((other) => other !== one), index])).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
}, 180_000);
