import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { compareRouting, type VisitorChange } from '../../src/routing/compare.js';
import type { Landing } from '../../src/routing/routing.js';
import type { Region } from '../../src/routing/visitor-space.js';
import {
  type PlainCondition,
  type PlainJourney,
  type PlainVisitor,
  type Reading,
  routeByHand,
} from './support/brute-force.js';

const HOSTS = ['a.example', 'b.example'];
const PATHS = ['/x/', '/y/'];
const WORLD = {
  country: ['US', 'DE'],
  device: ['mobile'],
  query: ['p=1', 'q=2'],
  cookie: ['lmo_a', 'lmo_b'],
  segment: ['s', 't'],
} as const;

const subsets = (all: readonly string[]): string[][] =>
  all.reduce<string[][]>((sets, one) => [...sets, ...sets.map((set) => [...set, one])], [[]]);

/** Everybody at one page of one host; `else` is a value that no condition names. */
const PEOPLE: Omit<PlainVisitor, 'host' | 'path'>[] = [...WORLD.country, 'else', null].flatMap((country) =>
  [...WORLD.device, null].flatMap((device) =>
    subsets(WORLD.query).flatMap((query) =>
      subsets(WORLD.cookie).flatMap((cookies) =>
        subsets(WORLD.segment).map((segments) => ({ country, device, query, cookies, segments })),
      ),
    ),
  ),
);

/** Everything that the reference leaves open, settled for parameters and cookies in the same way. */
const READINGS: Reading[] = [true, false].flatMap((all) =>
  [true, false].flatMap((a) => [true, false].map((b) => ({ all, raw: [a, b] }))),
);

const typed = fc
  .constantFrom(...(['country', 'device', 'query', 'cookie', 'segment'] as const))
  .chain((type): fc.Arbitrary<PlainCondition> =>
    fc.record({
      type: fc.constant(type),
      values: fc.uniqueArray(fc.constantFrom(...WORLD[type]), { minLength: 1, maxLength: 2 }),
    }),
  );
const condition: fc.Arbitrary<PlainCondition> = fc.oneof(
  { weight: 6, arbitrary: typed },
  { weight: 1, arbitrary: fc.record({ raw: fc.record({ number: fc.nat(1) }) }) },
);
const action = fc.record({
  type: fc.constant('destination' as const),
  destination: fc.constantFrom('/1/', '/2/'),
  split: fc.integer({ min: 1, max: 2 }),
});
const branch = fc.record({
  conditions: fc.array(condition, { maxLength: 3 }),
  actions: fc.array(action, { minLength: 1, maxLength: 2 }),
});
const journey: fc.Arbitrary<PlainJourney> = fc.record({
  name: fc.constant('j'),
  starting_point: fc.constantFrom('/x/', '/x/', '/x/', '/y/'),
  fallback_tag: fc.constantFrom('/1/', null),
  domains: fc.constantFrom(['a.example'], ['a.example', 'b.example'], ['b.example']),
  journeys: fc.array(branch, { maxLength: 4 }),
});

/** Old and new: two of one make, as edits are, or two that have nothing to do with each other. */
const edited = fc
  .tuple(journey, journey, fc.array(fc.nat(9), { maxLength: 5 }))
  .map(([old, other, order]): [PlainJourney, PlainJourney] => {
    const branches = [...old.journeys, ...other.journeys.slice(0, 1)];
    return [
      old,
      {
        ...old,
        fallback_tag: other.fallback_tag,
        journeys: [...new Set([...order, ...branches.keys()])].flatMap((i) => branches[i] ?? []),
      },
    ];
  });
const pairs = fc.oneof(
  edited,
  fc.tuple(journey, journey),
  journey.map((one): [PlainJourney, PlainJourney] => [one, one]),
);

/** Where a branch leads, as shares that can be compared. */
function endOf(plain: PlainJourney | undefined, end: string): string {
  if (!plain || end === 'none') return 'none';
  const place = end.slice(end.indexOf('#') + 1);
  if (place === 'nothing') return 'nothing';
  if (place === 'fallback') return `100.000 ${plain.fallback_tag}`;
  const actions = plain.journeys[Number(place)]!.actions;
  return formatShares(
    actions.map(({ destination, split }) => [
      destination,
      (split / actions.reduce((sum, one) => sum + one.split, 0)) * 100,
    ]),
  );
}

function formatShares(shares: (readonly [string | null, number])[]): string {
  const sums = new Map<string | null, number>();
  for (const [tag, percent] of shares) sums.set(tag, (sums.get(tag) ?? 0) + percent);
  return [...sums]
    .map(([tag, percent]) => `${percent.toFixed(3)} ${tag}`)
    .sort()
    .join(' + ');
}

const showLanding = ({ via, shares }: Landing): string =>
  via === 'not-intercepted'
    ? 'none'
    : via === 'nothing'
      ? 'nothing'
      : formatShares(shares.map(({ tag, percent }) => [tag, percent] as const));

/** Whether a visitor of whom everything is known stands in a region. */
function isIn(
  { space }: VisitorChange,
  region: Region,
  visitor: Omit<PlainVisitor, 'host' | 'path'>,
  reading: Reading,
): boolean {
  return space.dimensions.every((dimension, at) => {
    const has = (state: number): boolean => ((region[at]! >> BigInt(state)) & 1n) === 1n;
    if (dimension.form === 'raw') return has(reading.raw[(dimension.raw as { number: number }).number] ? 1 : 0);
    if (dimension.form === 'reading') return has(reading.all ? 1 : 0);
    if (dimension.form === 'single') {
      const fact = dimension.type === 'country' ? visitor.country : visitor.device;
      return has(dimension.groups.findIndex((group) => fact !== null && group.includes(fact)) + 1);
    }
    const facts = {
      query: visitor.query,
      cookie: visitor.cookies,
      segment: visitor.segments,
      offer_label: [] as string[],
    }[dimension.type];
    const met = dimension.values.filter((value) => facts.includes(value)).length;
    if (met === 0) return has(0);
    return has(dimension.type === 'segment' || met === dimension.values.length ? 1 : 2);
  });
}

/** Without hosts it is about those that the journey serves. */
const isOf = ({ path, hosts }: VisitorChange, at: { host: string; path: string }, served: string[]): boolean =>
  path === at.path &&
  (hosts
    ? 'only' in hosts
      ? hosts.only.includes(at.host)
      : !hosts.except.includes(at.host)
    : served.includes(at.host));

const toBody = ({ name: _name, ...body }: PlainJourney): JsonObject => body;

test('what changes for visitors is exactly what changes for each visitor there is, and the sorts of visitors are disjoint', () => {
  fc.assert(
    fc.property(pairs, fc.constantFrom('both', 'both', 'both', 'before', 'after'), ([first, second], sides) => {
      const [before, after] = [sides === 'after' ? undefined : first, sides === 'before' ? undefined : second];
      const changes = compareRouting('j', {
        ...(before ? { before: toBody(before) } : {}),
        ...(after ? { after: toBody(after) } : {}),
      });
      for (const host of HOSTS) {
        for (const path of PATHS) {
          const served = [before, after].find((side) => side?.starting_point === path)?.domains ?? [];
          const here = changes.filter((change) => isOf(change, { host, path }, served));
          for (const person of PEOPLE) {
            for (const reading of READINGS) {
              const [was, will] = [before, after].map((side) =>
                endOf(side, side ? routeByHand([side], { ...person, host, path }, reading) : 'none'),
              );
              const listed = here.flatMap((change) =>
                change.shifts!.flatMap((shift) =>
                  shift.regions
                    .filter((region) => isIn(change, region, person, reading))
                    .map(() => [showLanding(shift.before), showLanding(shift.after)]),
                ),
              );
              const expected = was === will ? [] : [[was, will]];
              if (JSON.stringify(listed) !== JSON.stringify(expected))
                expect({ person, reading, host, path, listed }).toEqual({
                  person,
                  reading,
                  host,
                  path,
                  listed: expected,
                });
            }
          }
        }
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);
