import { describe, expect, expectTypeOf, test } from 'vitest';
import { loadSeed } from '../../src/emulator/seed.js';
import { LimioError } from '../../src/errors/errors.js';
import type { Json } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import type { z } from 'zod';
import { parsePlan, planSchema } from '../../src/plan/plan-file.js';
import { readScenario, withBench } from '../support/run-scenario.js';

async function makeRealPlan(name: string): Promise<Plan> {
  const { desired, tenant, settings } = readScenario(name);
  return withBench({ seed: await loadSeed(tenant) }, (bench) => bench.plan(desired, settings.scope));
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return error instanceof LimioError ? error.code : String(error);
  }
  return undefined;
}

describe('a saved plan', () => {
  test.each(['catalog', 'promo-codes', 'journeys', 'delete-withheld'])('is read back unchanged: %s', async (name) => {
    const plan = await makeRealPlan(name);
    expect(parsePlan(JSON.stringify(plan, null, 2), 'plan.json')).toEqual(plan);
  });

  test('is refused after any edit that changes what would run', async () => {
    const plan = await makeRealPlan('catalog');
    const text = JSON.stringify(plan);
    const edits: [string, string][] = [
      ['12.99', '1.99'],
      ['/tags/shop', '/tags/other'],
      ['"update"', '"delete"'],
      ['tenant.example', 'other.example'],
      ['"unchanged":1', '"unchanged":2'],
    ];
    for (const [from, to] of edits) {
      expect(text, from).toContain(from);
      expect(
        codeOf(() => parsePlan(text.replace(from, to), 'plan.json')),
        from,
      ).toBe('PLAN_EDITED');
    }
  });

  test('may come from another tool version or commit', async () => {
    const plan = await makeRealPlan('catalog');
    expect(
      codeOf(() => parsePlan(JSON.stringify({ ...plan, toolVersion: '9.9.9', commit: 'abc' }), 'plan.json')),
    ).toBeUndefined();
  });

  test.each([
    ['not JSON', '{', 'PLAN_INVALID'],
    ['another document', '{"kind":"limio-sync/result"}', 'PLAN_INVALID'],
    ['a list', '[]', 'PLAN_INVALID'],
    ['a later format', '{"kind":"limio-sync/plan","formatVersion":2}', 'PLAN_VERSION'],
    ['no format', '{"kind":"limio-sync/plan"}', 'PLAN_VERSION'],
    ['a plan without changes', '{"kind":"limio-sync/plan","formatVersion":1}', 'PLAN_INVALID'],
  ])('%s is refused', (_, text, code) => {
    expect(codeOf(() => parsePlan(text, 'plan.json'))).toBe(code);
  });
});

/** The shape of a type, with addresses and codes as plain text, which is all that the schema says. */
type Shape<T> = Json extends T
  ? 'json'
  : T extends string
    ? 'text'
    : T extends number | boolean
      ? T
      : T extends readonly (infer E)[]
        ? Shape<E>[]
        : T extends object
          ? { [K in keyof T as string extends K ? never : K]: Shape<Exclude<T[K], undefined>> }
          : T;

test('the type and the schema of a saved plan have the same shape', () => {
  expectTypeOf<Shape<z.infer<typeof planSchema>>>().toEqualTypeOf<Shape<Plan>>();
});
