import { describe, expect, test } from 'vitest';
import { compareThreeWays, type Sides } from '../../../src/plan/causes/compare-three-ways.js';
import { createJourneyCodec } from '../../../src/kinds/journey/codec.js';
import { createKindRules } from '../../../src/kinds/kinds.js';
import { type Address, parseAddress } from '../../../src/model/address.js';
import { DEFAULT_DIALECT } from '../../../src/model/dialect.js';
import type { AppliedObject, Cause } from '../../../src/model/drift.js';
import type { Json, JsonObject } from '../../../src/model/json.js';
import type { LiveResource } from '../../../src/model/model.js';
import { charge, declare } from '../support/tenant-reader.js';

const kinds = createKindRules(DEFAULT_DIALECT);
const codec = createJourneyCodec('assumed', []);
const OFFER = 'offer:/offers2/X';

const toBody = (address: string, body: JsonObject): JsonObject =>
  address.startsWith('offer') ? { attributes: body } : body;

function toLive(address: string, body: JsonObject): LiveResource {
  const { kind, name } = parseAddress(address);
  return { address: address as Address, kind, name, body: toBody(address, body), atHead: true, record: {} };
}

interface Bodies {
  base?: JsonObject | 'unknown';
  files?: JsonObject;
  live?: JsonObject;
  isOwned?: boolean;
}

function compare({ base, files, live, isOwned = false }: Bodies, address = OFFER) {
  const sides: Sides = {
    base: base === undefined || base === 'unknown' ? base : ({ body: toBody(address, base) } satisfies AppliedObject),
    files: files && declare({ [address]: files })[0],
    live: live && toLive(address, live),
    isOwned,
  };
  return compareThreeWays(sides, { rules: kinds[parseAddress(address).kind], codec });
}

const causesOf = (bodies: Bodies, address?: string): Record<string, Cause> =>
  Object.fromEntries(
    (compare(bodies, address)?.fields ?? []).map(({ path, show, cause }) => [
      show === 'order' ? `${path} (order)` : path,
      cause,
    ]),
  );

const journey = (countries: string[], split: number): JsonObject => ({
  starting_point: '/a/',
  journeys: [
    {
      id: 'b1',
      conditions: [{ type: 'country', values: countries }],
      actions: [{ type: 'destination', destination: '/us/', split }],
    },
  ],
});
const wire = (body: JsonObject): JsonObject => codec.encode(body).wire;
const hostile = (value: number): JsonObject =>
  JSON.parse(`{"__proto__": ${value}, "constructor": ${value}}`) as JsonObject;
const chargesNamed = (names: readonly string[]): JsonObject => ({
  price__limio: names.map((name) => charge('1', { name })),
});
const chargesOf = (a: string, b: string): JsonObject => ({
  price__limio: [charge(a, { name: 'a' }), charge(b, { name: 'b' })],
});
const quantityOf = (status: boolean, quantity: number): JsonObject => ({
  promoCode: 'A',
  status,
  usage: { availableQuantity: quantity, perUser: 1 },
});
const fieldOf = (value: Json | undefined): JsonObject => ({ z: 0, ...(value === undefined ? {} : { a: value }) });

const A = '/attributes/a';

describe('one field', () => {
  test.each<[string, Json | undefined, Json | undefined, Json | undefined, Cause | undefined]>([
    ['stays', 1, 1, 1, undefined],
    ['moves in the app', 1, 1, 2, 'app'],
    ['moves in git', 1, 2, 1, 'git'],
    ['moves in both to one value', 1, 2, 2, 'same'],
    ['moves in both, each to its own', 1, 2, 3, 'both'],
    ['is cleared in the app', 1, 1, undefined, 'app'],
    ['is cleared in git', 1, null, 1, 'git'],
    ['is cleared in git and edited in the app', 1, null, 2, 'both'],
    ['is cleared in both', 1, null, undefined, 'same'],
    ['was cleared, and comes back in the app', null, null, 1, 'app'],
    ['was cleared, and git wants it again', null, 1, undefined, 'git'],
    ['is declared since, and the tenant has another value', undefined, 1, 2, 'git'],
    ['is declared since, and the tenant has it', undefined, 1, 1, undefined],
    ['is no longer declared', 1, undefined, 2, undefined],
  ])('%s: %j, %j, %j', (_name, base, files, live, cause) => {
    expect(causesOf({ base: fieldOf(base), files: fieldOf(files), live: fieldOf(live) })).toEqual(
      cause === undefined ? {} : { [A]: cause },
    );
  });

  test('has its three values', () => {
    expect(compare({ base: { a: 1 }, files: { a: 2 }, live: { a: 3 } })).toEqual({
      address: OFFER,
      kind: 'offer',
      change: 'edited',
      cause: 'both',
      fields: [{ path: A, cause: 'both', base: 1, files: 2, live: 3, show: 'value' }],
    });
  });
});

describe('the rules of the kind decide what is equal', () => {
  test('a set in another order is the same set', () => {
    expect(
      compare({
        base: { label__limio: ['a', 'b'] },
        files: { label__limio: ['b', 'a'] },
        live: { label__limio: ['b', 'a', 'a'] },
      }),
    ).toBeUndefined();
    expect(
      causesOf({
        base: { label__limio: ['a', 'b'] },
        files: { label__limio: ['b', 'a'] },
        live: { label__limio: ['a', 'c'] },
      }),
    ).toEqual({ '/attributes/label__limio': 'app' });
  });

  test('elements of a keyed list are compared one by one', () => {
    expect(causesOf({ base: chargesOf('1', '1'), files: chargesOf('2', '1'), live: chargesOf('1', '3') })).toEqual({
      '/attributes/price__limio/a/value': 'git',
      '/attributes/price__limio/b/value': 'app',
    });
  });

  test('a charge added in the app and one added in git are two differences', () => {
    expect(
      causesOf({ base: chargesNamed(['a']), files: chargesNamed(['a', 'git']), live: chargesNamed(['a', 'app']) }),
    ).toEqual({ '/attributes/price__limio/git': 'git', '/attributes/price__limio/app': 'app' });
  });

  test.each<[string, string[], string[], string[], Cause]>([
    ['the app', ['a', 'b', 'c'], ['a', 'b', 'c'], ['c', 'a', 'b'], 'app'],
    ['git', ['a', 'b', 'c'], ['b', 'a', 'c'], ['a', 'b', 'c'], 'git'],
    ['both', ['a', 'b', 'c'], ['b', 'a', 'c'], ['c', 'a', 'b'], 'both'],
  ])('the order of a keyed list is a field of its own: %s', (_name, base, files, live, cause) => {
    expect(causesOf({ base: chargesNamed(base), files: chargesNamed(files), live: chargesNamed(live) })).toEqual({
      '/attributes/price__limio (order)': cause,
    });
  });

  test('undeclared parts of an object do not count', () => {
    expect(
      compare({ base: { o: { a: 1, b: 1 } }, files: { o: { a: 1 } }, live: { o: { a: 1, b: 2 } } }),
    ).toBeUndefined();
  });

  test('an object on one side and a text on another differ as a whole', () => {
    expect(compare({ base: { o: 'text' }, files: { o: { a: 1 } }, live: { o: { a: 2 } } })?.fields).toEqual([
      { path: '/attributes/o', cause: 'both', base: 'text', files: { a: 1 }, live: { a: 2 }, show: 'value' },
    ]);
    expect(compare({ base: { o: { a: 2, b: 2 } }, files: { o: { a: 1, b: 1 } }, live: { o: 'text' } })?.fields).toEqual(
      [
        {
          path: '/attributes/o',
          cause: 'both',
          base: { a: 2, b: 2 },
          files: { a: 1, b: 1 },
          live: 'text',
          show: 'value',
        },
      ],
    );
  });

  test('the quantity of a promo code does not count, because the server changes it', () => {
    expect(
      causesOf({ base: quantityOf(true, 5), files: quantityOf(true, 5), live: quantityOf(false, 2) }, 'promo_code:A'),
    ).toEqual({ '/status': 'app' });
  });

  test('a journey is compared in typed form', () => {
    const causes = causesOf(
      { base: wire(journey(['US'], 100)), files: journey(['US', 'GB'], 100), live: wire(journey(['US'], 50)) },
      'journey:x',
    );
    expect(Object.values(causes).sort()).toEqual(['app', 'git']);
  });

  test('names of the prototype are ordinary names', () => {
    expect(causesOf({ base: hostile(1), files: hostile(1), live: hostile(2) })).toEqual({
      '/attributes/__proto__': 'app',
      '/attributes/constructor': 'app',
    });
  });
});

describe('a whole object', () => {
  test.each<[string, Bodies, [change: string, cause: Cause, fields: number] | undefined]>([
    ['is as it was', { base: { a: 1 }, files: { a: 1 }, live: { a: 1 } }, undefined],
    ['is deleted in the app', { base: { a: 1 }, files: { a: 1 } }, ['deleted', 'app', 0]],
    ['is deleted in the app and edited in git', { base: { a: 1 }, files: { a: 2 } }, ['deleted', 'both', 1]],
    ['is declared since, and not in the tenant', { files: { a: 1 } }, ['declared', 'git', 1]],
    ['is declared since, and different in the tenant', { files: { a: 1 }, live: { a: 2 } }, ['declared', 'git', 1]],
    ['is declared since, and the same in the tenant', { files: { a: 1 }, live: { a: 1 } }, undefined],
    ['is in the scope and created in the app', { live: { a: 1 }, isOwned: true }, ['created', 'app', 1]],
    ['is created in the app outside the scope', { live: { a: 1 } }, undefined],
    ['is no longer declared and outside the scope', { base: { a: 1 }, live: { a: 2 } }, undefined],
    [
      'is no longer declared, so it is deleted',
      { base: { a: 1 }, live: { a: 1 }, isOwned: true },
      ['undeclared', 'git', 0],
    ],
    [
      'is no longer declared and was edited in the app',
      { base: { a: 1 }, live: { a: 2 }, isOwned: true },
      ['undeclared', 'both', 1],
    ],
    ['is gone from both', { base: { a: 1 }, isOwned: true }, undefined],
    ['differs, without a snapshot', { base: 'unknown', files: { a: 1 }, live: { a: 2 } }, ['edited', 'unknown', 1]],
    ['is missing, without a snapshot', { base: 'unknown', files: { a: 1 } }, ['deleted', 'unknown', 0]],
    [
      'is in the scope, without a snapshot',
      { base: 'unknown', live: { a: 1 }, isOwned: true },
      ['created', 'unknown', 1],
    ],
  ])('%s', (_name, bodies, expected) => {
    const drift = compare(bodies);
    expect(drift && [drift.change, drift.cause, drift.fields.length]).toEqual(expected);
  });
});
