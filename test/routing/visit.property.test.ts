import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { Visitor } from '../../src/routing/conditions.js';
import { compileWorld, type Landing } from '../../src/routing/routing.js';
import { evaluateVisit, pickShares } from '../../src/routing/visit.js';
import {
  type PlainCondition,
  type PlainJourney,
  type PlainVisitor,
  type Reading,
  routeByHand,
} from './support/brute-force.js';

const HOSTS = ['a.example', 'b.example'];
const PATHS = ['/x/', '/y/'];
const SINGLE = { country: ['US', 'DE'], device: ['mobile', 'desktop'] } as const;
const LISTS = { query: ['p=1', 'q=2'], cookies: ['lmo_a', 'lmo_b'], segments: ['s', 't'] } as const;
const TAGS = ['/1/', '/2/', '/3/'];

const subsets = (all: readonly string[]): string[][] =>
  all.reduce<string[][]>((sets, one) => [...sets, ...sets.map((set) => [...set, one])], [[]]);

/** Every visitor that there is in such a world. */
const VISITORS: PlainVisitor[] = HOSTS.flatMap((host) =>
  PATHS.flatMap((path) =>
    [...SINGLE.country, null].flatMap((country) =>
      [...SINGLE.device, null].flatMap((device) =>
        subsets(LISTS.query).flatMap((query) =>
          subsets(LISTS.cookies).flatMap((cookies) =>
            subsets(LISTS.segments).map((segments) => ({ host, path, country, device, query, cookies, segments })),
          ),
        ),
      ),
    ),
  ),
);

const values = (all: readonly string[]) => fc.uniqueArray(fc.constantFrom(...all), { minLength: 1, maxLength: 2 });
const typed: fc.Arbitrary<PlainCondition> = fc.oneof(
  fc.record({ type: fc.constant('country' as const), values: values(SINGLE.country) }),
  fc.record({ type: fc.constant('device' as const), values: values(SINGLE.device) }),
  fc.record({ type: fc.constant('query' as const), values: values(LISTS.query) }),
  fc.record({ type: fc.constant('cookie' as const), values: values(LISTS.cookies) }),
  fc.record({ type: fc.constant('segment' as const), values: values(LISTS.segments) }),
);
const raw: fc.Arbitrary<PlainCondition> = fc.record({ raw: fc.record({ number: fc.nat(1) }) });
const action = fc.record({
  type: fc.constant('destination' as const),
  destination: fc.constantFrom(...TAGS),
  split: fc.integer({ min: 1, max: 5 }),
});

/** Two journeys that may start at one place, but then for different hosts: two that compete are not decidable. */
const worlds = (condition: fc.Arbitrary<PlainCondition>): fc.Arbitrary<PlainJourney[]> => {
  const journey = (name: string, domains: string[]) =>
    fc.record({
      name: fc.constant(name),
      starting_point: fc.constantFrom(...PATHS),
      fallback_tag: fc.constantFrom('/f/', null),
      domains: fc.constant(domains),
      journeys: fc.array(
        fc.record({
          conditions: fc.array(condition, { maxLength: 3 }),
          actions: fc.array(action, { minLength: 1, maxLength: 3 }),
        }),
        { maxLength: 4 },
      ),
    });
  return fc.tuple(journey('one', ['a.example']), journey('two', ['b.example']));
};

function nameOf({ via, journey, branch }: Landing): string {
  return via === 'not-intercepted' ? 'none' : `${journey}#${via === 'branch' ? branch : via}`;
}

const compile = (world: PlainJourney[]) =>
  compileWorld(world.map(({ name, ...body }) => ({ name, body: body as unknown as JsonObject })));

const toVisitor = (visitor: PlainVisitor): Visitor => ({
  ...visitor,
  query: new Set(visitor.query),
  cookies: new Set(visitor.cookies),
  segments: new Set(visitor.segments),
});

/** All ways to settle what the reference leaves open. */
const READINGS: Reading[] = [true, false].flatMap((all) =>
  [true, false].flatMap((a) => [true, false].map((b) => ({ all, raw: [a, b] }))),
);

test('for every visitor of a small world of typed conditions, the landings are those of the brute force, none more and none less', () => {
  fc.assert(
    fc.property(worlds(typed), (plain) => {
      const world = compile(plain);
      const offences = VISITORS.flatMap((visitor) => {
        const found = evaluateVisit(world, toVisitor(visitor)).map(nameOf);
        const possible = new Set(READINGS.map((reading) => routeByHand(plain, visitor, reading)));
        const complete = [...possible].every((one) => found.includes(one));
        // Where nothing is open, nothing may be left open.
        const exact = isOpen(plain, visitor) || (possible.size === 1 && found.length === 1);
        return complete && exact ? [] : [{ visitor, found, possible: [...possible] }];
      });
      expect(offences).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

/** True when some condition of the visitor's journey depends on whether any or all of its values must be there. */
function isOpen(plain: PlainJourney[], visitor: PlainVisitor): boolean {
  return plain.some((journey) =>
    journey.journeys.some(({ conditions }) =>
      conditions.some((condition) => {
        if ('raw' in condition || (condition.type !== 'query' && condition.type !== 'cookie')) return false;
        const facts = condition.type === 'query' ? visitor.query : visitor.cookies;
        const met = condition.values.filter((value) => facts.includes(value)).length;
        return met > 0 && met < condition.values.length;
      }),
    ),
  );
}

test('whatever is unknown of visitor and conditions, nothing that can happen is missing, and what is called certain is', () => {
  const facts = ['country', 'device', 'query', 'cookies', 'segments'] as const;
  fc.assert(
    fc.property(
      worlds(fc.oneof(typed, raw)),
      fc.constantFrom(...VISITORS),
      fc.subarray([...facts]),
      (plain, known, unknown) => {
        const partial = toVisitor(known);
        for (const fact of unknown) delete partial[fact];
        const found = evaluateVisit(compile(plain), partial).map(nameOf);
        const alike = VISITORS.filter(
          (one) =>
            one.host === known.host &&
            one.path === known.path &&
            facts.every((fact) => unknown.includes(fact) || JSON.stringify(one[fact]) === JSON.stringify(known[fact])),
        );
        const possible = new Set(
          alike.flatMap((visitor) => READINGS.map((reading) => routeByHand(plain, visitor, reading))),
        );
        for (const one of possible) expect(found).toContain(one);
        if (found.length === 1) expect([...possible]).toEqual(found);
        expect(new Set(found).size).toBe(found.length);
      },
    ),
    { numRuns: 500 },
  );
});

test('over an even grid of numbers each destination gets its share of the visitors', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 4 }), (actions) => {
      const world = compileWorld([
        { name: 'j', body: { starting_point: '/x/', journeys: [{ conditions: [], actions }] } },
      ]);
      const [landing] = evaluateVisit(world, { path: '/x' });
      const total = actions.reduce((sum, { split }) => sum + split, 0);
      const picked = Array.from({ length: total }, (_, i) => pickShares(landing!, (i + 0.5) / total)[0]!.tag);
      // Split by split, in order: 2 and 3 give two of the first and three of the second.
      expect(picked).toEqual(
        actions.flatMap(({ destination, split }) => Array.from({ length: split }, () => destination)),
      );
    }),
  );
});
