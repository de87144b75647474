import fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import { describe, expect, test } from 'vitest';
import { loadSeed } from '../../src/emulator/seed.js';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import type { DesiredResource } from '../../src/model/model.js';
import type { Plan } from '../../src/model/plan.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { chooseStyle } from '../../src/render/terminal.js';
import { consentToAll, parseFiles, TEST_DIALECT, withBench } from '../support/run-scenario.js';
import { writeSeed } from '../support/write-seed.js';

/** Values as tenants hold them: texts, HTML, lists, objects, charges, and keys that are hostile. */
const text = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('<p>One</p>', 'a b', '', '12.99', 'line\nline'));
const key = fc.oneof(
  fc.constantFrom(
    'display_name__limio',
    'label__limio',
    'price__limio',
    'term__limio',
    'Device Access',
    'allowed_countries__limio',
    'toString',
  ),
  fc.string({ minLength: 1, maxLength: 8 }).filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name)),
);
const leaf = fc.oneof(text, fc.boolean(), fc.integer({ min: -99, max: 99 }));
const charge = fc.record(
  { name: fc.constantFrom('a', 'b', 'c'), value: fc.constantFrom('1', '2.50'), extra: leaf },
  { requiredKeys: ['name', 'value'] },
);

function valueFor(name: string): fc.Arbitrary<Json> {
  if (name === 'price__limio') return fc.uniqueArray(charge, { selector: (one) => one.name, maxLength: 3 });
  if (name.startsWith('label') || name.startsWith('allowed'))
    return fc.uniqueArray(fc.constantFrom('GB', 'US', 'DE'), { maxLength: 3 });
  if (name === 'term__limio') return fc.dictionary(fc.constantFrom('length', 'type', 'x'), leaf, { maxKeys: 3 });
  if (name.endsWith('__limio')) return text;
  return fc.oneof(
    leaf,
    fc.array(leaf, { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('p', 'q', 'r'), leaf, { maxKeys: 3 }),
  );
}

const attributes: fc.Arbitrary<JsonObject> = fc
  .uniqueArray(key, { maxLength: 6 })
  .chain((names) =>
    fc
      .tuple(...names.map(valueFor))
      .map((values) => Object.fromEntries(names.map((name, i) => [name, values[i] ?? null]))),
  );

/** A tenant of some offers, and files that declare a part of them, with values of their own and nulls. */
const world = fc.array(
  fc.record({ live: attributes, declared: fc.option(attributes), cleared: fc.array(key, { maxLength: 2 }) }),
  { minLength: 1, maxLength: 5 },
);

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

const pathOf = (i: number): string => `/offers2/Offer ${i}`;

function toTenant(offers: World): JsonObject[] {
  const items = offers.map(({ live }, i) => ({
    path: pathOf(i),
    name: `Offer ${i}`,
    type: 'item',
    data: { record_type: 'offer', products: [], attributes: live },
  }));
  const page = {
    path: '/pages/all',
    name: 'all',
    type: 'item',
    data: { record_type: 'page', attributes: {}, offers: offers.map((_, i) => pathOf(i)), tags: ['/tags/all'] },
  };
  return [...items, page] as JsonObject[];
}

function toDesired(offers: World): DesiredResource[] {
  return offers.flatMap(({ declared, cleared }, i): DesiredResource[] => {
    if (!declared) return [];
    const body = { attributes: { ...declared, ...Object.fromEntries(cleared.map((name) => [name, null])) } };
    return [
      {
        address: `offer:${pathOf(i)}`,
        kind: 'offer',
        name: pathOf(i),
        body,
        owned: [],
        source: { file: 'x.yaml', line: 1, col: 1 },
      },
    ];
  });
}

const dialects: fc.Arbitrary<Dialect> = fc
  .record({
    wrapper: fc.constantFrom('bare', 'attributes', 'data.attributes'),
    merge: fc.constantFrom('shallow', 'deep'),
  })
  .map((bulk) => ({ ...TEST_DIALECT, bulkUpdate: { ...DEFAULT_DIALECT.bulkUpdate, ...bulk, maxDiffs: 2 } }));

describe('random tenants and files', () => {
  test('after apply the plan is empty, every patch turns before into after, and rendering never throws', async () => {
    let changes = 0;
    await fc.assert(
      fc.asyncProperty(world, dialects, async (offers, dialect) => {
        const desired = toDesired(offers);
        const seed = await loadSeed(writeSeed(toTenant(offers)));
        await withBench({ seed, dialect, clientDialect: dialect }, async (bench) => {
          const plan = await bench.plan(desired);
          changes += plan.changes.length;
          for (const change of plan.changes)
            expect(applyPatch(change.before ?? {}, change.patch)).toEqual(change.after);
          renderPlanText(plan, { style: chooseStyle(true) });
          const result = await bench.apply(plan, consentToAll(plan));
          expect(result.outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
          const second = await bench.plan(desired);
          expect(describeWork(second)).toEqual({ changes: [], pages: [] });
          expectUndeclaredUntouched(offers, bench.emulator.state().items as never);
        });
      }),
      { numRuns: 60 },
    );
    expect(changes).toBeGreaterThan(30);
  });

  test('the order of documents and files does not change the plan', async () => {
    const documents = ['A', 'B', 'C', 'D'].map(
      (name, i) => `kind: offer\npath: /offers2/${name}\nattributes:\n  display_name__limio: "${name} ${i}"\n`,
    );
    const tenant = ['A', 'B', 'C', 'D'].map((name) => ({
      path: `/offers2/${name}`,
      name,
      type: 'item',
      data: { record_type: 'offer', products: [], attributes: { display_name__limio: name } },
    }));
    const seed = await loadSeed(writeSeed(tenant));
    await withBench({ seed }, async (bench) => {
      const planOf = (sources: { path: string; text: string }[]) => bench.plan(parseFiles(sources));
      const together = await planOf([{ path: 'all.yaml', text: documents.join('---\n') }]);
      await fc.assert(
        fc.asyncProperty(
          fc.shuffledSubarray(documents, { minLength: 4 }),
          fc.integer({ min: 1, max: 3 }),
          async (shuffled, split) => {
            const sources = [shuffled.slice(0, split), shuffled.slice(split)].map((part, i) => ({
              path: `file-${i}.yaml`,
              text: part.join('---\n'),
            }));
            const plan = await planOf(sources);
            expect(withoutPlaces(plan)).toEqual(withoutPlaces(together));
            expect(plan.fingerprint).toBe(together.fingerprint);
          },
        ),
        { numRuns: 12 },
      );
    });
  });
});

function applyPatch(before: JsonObject, patch: Plan['changes'][number]['patch']): Json {
  return jsonPatch.applyPatch(structuredClone(before), structuredClone(patch) as never, true).newDocument;
}

function describeWork(plan: Plan): unknown {
  return { changes: plan.changes.map(({ address, fields }) => ({ address, fields })), pages: plan.publish.pages };
}

function withoutPlaces(plan: Plan): unknown {
  return { ...plan, changes: plan.changes.map(({ source: _source, ...change }) => change) };
}

/** Undeclared attributes of every offer are unchanged. */
function expectUndeclaredUntouched(offers: World, items: { path: string; data: { attributes: JsonObject } }[]): void {
  offers.forEach(({ live, declared, cleared }, i) => {
    const named = new Set([...Object.keys(declared ?? {}), ...(declared ? cleared : [])]);
    const now = items.find(({ path }) => path === pathOf(i))?.data.attributes ?? {};
    const untouched = (all: JsonObject) => Object.fromEntries(Object.entries(all).filter(([name]) => !named.has(name)));
    expect(untouched(now)).toEqual(untouched(live));
  });
}
