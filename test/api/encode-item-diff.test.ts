import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeItemDiff } from '../../src/api/catalog-writes.js';
import type { Dialect } from '../../src/model/dialect.js';
import { isJsonObject, type Json, jsonEqual, type JsonObject } from '../../src/model/json.js';

type BulkUpdate = Dialect['bulkUpdate'];

const WRAPPERS = ['bare', 'attributes', 'data.attributes'] as const;
const MERGES = ['shallow', 'deep'] as const;
const REMOVALS = ['null', 'unsupported'] as const;
const DIALECTS: BulkUpdate[] = WRAPPERS.flatMap((wrapper) =>
  MERGES.flatMap((merge) => REMOVALS.map((removal) => ({ wrapper, merge, removal, maxDiffs: 50 }))),
);

/** A server of our own making: what the tenant would make of a diff under each dialect. */
function applyAsServer(before: JsonObject, diff: JsonObject, dialect: BulkUpdate): JsonObject {
  return mergeInto(before, unwrap(diff, dialect.wrapper), dialect, 0);
}

function mergeInto(target: JsonObject, changes: JsonObject, dialect: BulkUpdate, depth: number): JsonObject {
  const result = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) {
      if (dialect.removal === 'unsupported') throw new Error(`null sent for ${key} at depth ${depth}`);
      result.delete(key);
    } else if (dialect.merge === 'deep' && isJsonObject(value)) {
      const old = result.get(key);
      result.set(key, mergeInto(isJsonObject(old) ? old : {}, value, dialect, depth + 1));
    } else {
      result.set(key, value);
    }
  }
  return Object.fromEntries(result);
}

function unwrap(diff: JsonObject, wrapper: BulkUpdate['wrapper']): JsonObject {
  const inner =
    wrapper === 'bare'
      ? diff
      : wrapper === 'attributes'
        ? diff['attributes']
        : (diff['data'] as JsonObject)['attributes'];
  if (!isJsonObject(inner)) throw new Error('the wrapper is missing');
  return inner;
}

/** Null and absent are one, also inside objects; inside arrays null is a value. */
function withoutNulls(value: Json): Json {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== null)
      .map(([k, v]) => [k, withoutNulls(v)]),
  );
}

/** Whether getting from one to the other takes away a key that the tenant cannot remove. */
function removesSomething(before: Json, after: Json, dialect: BulkUpdate, depth = 0): boolean {
  if (!isJsonObject(before) || !isJsonObject(after)) return false;
  if (depth > 0 && dialect.merge === 'shallow') return false;
  return Object.entries(before).some(([key, value]) => {
    const wanted = Object.hasOwn(after, key) ? (after[key] ?? null) : null;
    return value !== null && (wanted === null || removesSomething(value, wanted, dialect, depth + 1));
  });
}

const key = fc.constantFrom('a', 'b', 'c d', '__proto__', 'constructor', 'price__limio');
const json = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  object: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries<Json>(entries)),
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Json>(null, 0, 1, '', 'x', true, [], {}),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
}));

describe.each(DIALECTS)('under $wrapper, $merge, $removal', (dialect) => {
  test('applying the diff to before gives after, and removals that cannot be done are refused', () => {
    fc.assert(
      fc.property(json.object, json.object, (before, after) => {
        if (dialect.removal === 'unsupported' && removesSomething(before, after, dialect)) {
          expect(() => encodeItemDiff(before, after, dialect)).toThrowError(
            expect.objectContaining({ code: 'REMOVAL_UNSUPPORTED' }),
          );
          return;
        }
        const diff = encodeItemDiff(before, after, dialect);
        const result =
          diff === undefined ? before : applyAsServer(before, JSON.parse(JSON.stringify(diff)) as JsonObject, dialect);
        expect(jsonEqual(withoutNulls(result), withoutNulls(after))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test('what is equal is not sent', () => {
    fc.assert(
      fc.property(json.object, (object) => {
        expect(encodeItemDiff(object, structuredClone(object), dialect)).toBeUndefined();
      }),
    );
  });
});

const shallow: BulkUpdate = { wrapper: 'bare', merge: 'shallow', removal: 'null', maxDiffs: 50 };

test.each<[string, BulkUpdate, JsonObject, JsonObject, JsonObject | undefined]>([
  ['only what differs', shallow, { a: 1, b: 2 }, { a: 1, b: 3 }, { b: 3 }],
  ['null for what goes', shallow, { a: 1, b: 2 }, { a: 1 }, { b: null }],
  ['an object whole under shallow', shallow, { t: { x: 1, y: 2 } }, { t: { x: 1, y: 3 } }, { t: { x: 1, y: 3 } }],
  [
    'the inner difference under deep',
    { ...shallow, merge: 'deep' },
    { t: { x: 1, y: 2, z: 3 } },
    { t: { x: 1, y: 4 } },
    { t: { y: 4, z: null } },
  ],
  [
    'an array whole under deep',
    { ...shallow, merge: 'deep' },
    { p: [{ v: '1' }, { v: '2' }] },
    { p: [{ v: '1' }] },
    { p: [{ v: '1' }] },
  ],
  [
    'an empty object under deep as nested nulls',
    { ...shallow, merge: 'deep' },
    { t: { x: 1 } },
    { t: {} },
    { t: { x: null } },
  ],
  ['the attributes wrapper', { ...shallow, wrapper: 'attributes' }, {}, { a: 1 }, { attributes: { a: 1 } }],
  [
    'the data.attributes wrapper',
    { ...shallow, wrapper: 'data.attributes' },
    {},
    { a: 1 },
    { data: { attributes: { a: 1 } } },
  ],
  ['nothing for null against absent', shallow, {}, { a: null }, undefined],
])('sends %s', (_, dialect, before, after, expected) => {
  expect(encodeItemDiff(before, after, dialect)).toEqual(expected);
});

test('a refused removal names the attribute at its depth', () => {
  expect(() =>
    encodeItemDiff({ t: { x: 1 } }, { t: {} }, { ...shallow, merge: 'deep', removal: 'unsupported' }),
  ).toThrowError(/"t\/x"/);
});
