import * as fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.js';
import type { DesiredResource } from '../../src/model/model.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { renderResultText } from '../../src/render/result.js';
import { chooseStyle } from '../../src/render/terminal.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { withSecrets } from './support/with-secrets.js';

const SECRETS = { A_KEY: 'value-of-a', B_KEY: 'value-of-b/"\\', C_KEY: 'value-of-a' };
const LEAK = /value-of|old-value|third-value/;

/** Every secret leaf is one of these; `live` says what the tenant has there instead. */
const secretText = fc.constantFrom('${secret:A_KEY}', 'Bearer ${secret:B_KEY}', '${secret:C_KEY}:${secret:B_KEY}');
const plainText = fc.constantFrom('a', 'plain', '<b>x</b>', '12.99', '');
const leaf: fc.Arbitrary<Json> = fc.oneof(plainText, fc.integer({ min: 0, max: 9 }), fc.boolean(), secretText);
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('token', 'name', 'url', 'toString'), tie('value'), { maxKeys: 3 }),
  ),
})).value;
const attributes: fc.Arbitrary<JsonObject> = fc.record(
  {
    hook: value,
    other: value,
    display_name__limio: fc.oneof(plainText, secretText),
    label__limio: fc.uniqueArray(fc.oneof(plainText, secretText), { maxLength: 3 }),
    price__limio: fc.uniqueArray(
      fc.record({ name: fc.oneof(fc.constantFrom('x', 'y', 'z'), secretText), value: plainText, note: leaf }),
      { selector: ({ name }) => name, maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
);

/** Ways in which the tenant's value may differ: other secrets or types, elements removed, moved or added. */
type Twist = (value: Json, next: () => number) => Json | undefined;
const twists: Twist[] = [
  (one) => one,
  (one) => one,
  (one, next) => (holdsReference(one) ? `old-value-${next()}` : one),
  (one, next) => (holdsReference(one) ? { deep: [`old-value-${next()}`] } : one),
  (one) => (Array.isArray(one) ? one.toReversed() : one),
  (one) => (Array.isArray(one) ? one.slice(1) : one),
  (one, next) => (Array.isArray(one) && one.length > 0 ? [...one.map((part) => rename(part, next)), ...one] : one),
  () => undefined,
];

const holdsReference = (one: Json): boolean => JSON.stringify(one).includes('${secret:');
const rename = (one: Json, next: () => number): Json =>
  replaceReferences(isJsonObject(one) && typeof one['name'] === 'string' ? { ...one, name: `n${next()}` } : one, next);

/** Replaces each secret of the files by an older one. */
function replaceReferences(one: Json, next: () => number): Json {
  if (typeof one === 'string') return holdsReference(one) ? `old-value-${next()}` : one;
  if (Array.isArray(one)) return one.map((part) => replaceReferences(part, next));
  return isJsonObject(one)
    ? Object.fromEntries(Object.entries(one).map(([key, part]) => [key, replaceReferences(part, next)]))
    : one;
}

function twist(one: Json, choose: () => number, next: () => number): Json | undefined {
  const inner = Array.isArray(one)
    ? one.flatMap((part) => twist(part, choose, next) ?? [])
    : isJsonObject(one)
      ? Object.fromEntries(
          Object.entries(one).flatMap(([key, part]): [string, Json][] => {
            const twisted = twist(part, choose, next);
            return twisted === undefined ? [] : [[key, twisted]];
          }),
        )
      : one;
  const twisted = twists[choose() % twists.length]?.(inner, next);
  // Some secrets are in place already.
  return typeof twisted === 'string' && holdsReference(twisted) && choose() % 2 === 0
    ? reveal(twisted)
    : twisted && replaceReferences(twisted, next);
}

const reveal = (text: string): string =>
  Object.entries(SECRETS).reduce((one, [name, secret]) => one.replaceAll(`\${secret:${name}}`, () => secret), text);

const offer = (live: JsonObject): JsonObject => ({
  path: '/offers2/A',
  name: 'A',
  type: 'item',
  data: { record_type: 'offer', products: [], attributes: live },
});
const declared = (body: JsonObject): DesiredResource[] => [
  {
    address: 'offer:/offers2/A',
    kind: 'offer',
    name: '/offers2/A',
    body: { attributes: body },
    owned: [],
    source: { file: 'x.yaml', line: 1, col: 1 },
  },
];

describe('secrets in random bodies', () => {
  test('appear in no plan, rendering, refusal or result, whoever set them, and plan after apply is empty', async () => {
    let [changes, masked, moved] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(
        attributes,
        fc.array(fc.nat(97), { minLength: 40, maxLength: 40 }),
        fc.constantFrom('shallow', 'deep'),
        async (body, dice, merge) => {
          let [thrown, count] = [0, 0];
          const live = twist(
            body,
            () => dice[thrown++ % dice.length] ?? 0,
            () => ++count,
          );
          const attributesNow = isJsonObject(live) && !('deep' in live) ? live : {};
          const dialect = { ...TEST_CONTEXT.dialect, bulkUpdate: { ...TEST_CONTEXT.dialect.bulkUpdate, merge } };
          const policies = { ...TEST_CONTEXT.policies, price: { maxIncrease: 1e9, maxDecrease: 100 } };
          await withSecrets({ seed: { items: [offer(attributesNow)] }, dialect }, async (bench) => {
            const plan = await bench.plan(declared(body), SECRETS, { policies });
            const text = `${JSON.stringify(plan)}${renderPlanText(plan, { style: chooseStyle(true) })}`;
            expect(text).not.toMatch(LEAK);
            changes += plan.changes.length;
            masked += text.includes('secret:sha256:') ? 1 : 0;
            for (const { before = {}, after = {}, patch } of plan.changes) {
              expect(
                jsonPatch.applyPatch(structuredClone(before), structuredClone(patch) as never).newDocument,
              ).toEqual(after);
            }
            expect(await bench.findStaleChanges(plan, SECRETS)).toEqual([]);

            const third = JSON.parse(
              JSON.stringify(replaceReferences(body, () => 3)).replaceAll('old-value', 'third-value'),
            ) as JsonObject;
            bench.emulator.edit.item('/offers2/A', third);
            const stale = await bench.findStaleChanges(plan, SECRETS);
            moved += stale.length;
            expect(JSON.stringify(stale)).not.toMatch(LEAK);
            expect(JSON.stringify(await bench.apply(plan, SECRETS))).not.toMatch(LEAK);

            const again = await bench.plan(declared(body), SECRETS, { policies });
            expect(JSON.stringify(again)).not.toMatch(LEAK);
            const result = await bench.apply(again, SECRETS);
            expect(result.outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
            expect(`${JSON.stringify(result)}${renderResultText(result, chooseStyle(false))}`).not.toMatch(LEAK);
            expect((await bench.plan(declared(body), SECRETS, { policies })).changes).toEqual([]);
          });
        },
      ),
      { numRuns: 100 },
    );
    expect(
      [changes, masked, moved].every((count) => count > 20),
      `${changes} changes, ${masked} masked, ${moved} moved`,
    ).toBe(true);
  });
});
