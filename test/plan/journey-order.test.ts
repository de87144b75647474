import { describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/apply/apply.js';
import type { JsonObject } from '../../src/model/json.js';
import { createKindRules } from '../../src/kinds/kinds.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { makeContext } from '../support/apply-fixtures.js';
import { createFakeLiveApi } from '../support/fake-live-api.js';
import { createTenantReader, declare } from './support/tenant-reader.js';
import { makePlan } from '../../src/plan/plan.js';
import type { PlanContext } from '../../src/plan/plan-context.js';

const journey = (start: string, fallback: string): JsonObject => ({
  starting_point: start,
  fallback_tag: fallback,
  journeys: [],
});

const PAGES = Object.fromEntries(
  ['first', 'hub', 'shop'].map((name) => [`/pages/${name}`, { tags: [`/tags/${name}`] }]),
);

/** Plans `after` for a tenant of `before`, applies it, and returns the writes and the outcomes. */
async function run(
  before: Record<string, JsonObject>,
  after: Record<string, JsonObject>,
  context: Partial<PlanContext> = {},
): Promise<{ writes: string[]; outcomes: string[] }> {
  const plan = await makePlan(
    createTenantReader({ journeys: before, pages: PAGES }),
    declare(Object.fromEntries(Object.entries(after).map(([name, body]) => [`journey:${name}`, body]))),
    { ...TEST_CONTEXT, scope: { journey: ['*'] }, ...context },
  );
  const api = createFakeLiveApi({ journeys: before });
  const consents = new Map(plan.guards.flatMap(({ consent }) => (consent ? [[consent.flag, consent.value]] : [])));
  const { outcomes } = await applyPlan(
    plan,
    makeContext(api, { consents, drivers: createKindRules(TEST_CONTEXT.dialect), dialect: TEST_CONTEXT.dialect }),
  );
  return {
    writes: api.writes(),
    outcomes: outcomes.map(({ address, status, error }) =>
      [address, status, ...(error ? [error.message] : [])].join(' '),
    ),
  };
}

describe('nothing that a live journey still leads to goes first', () => {
  test('of two journeys that are deleted, the one that leads to the other goes first', async () => {
    const before = { a: journey('/hub/', '/shop/'), b: journey('/first/', '/hub/'), c: journey('/shop/', '/first/') };
    const { writes } = await run(before, { kept: journey('/hub/', '/shop/') });
    expect(writes.filter((write) => write.startsWith('delete'))).toEqual([
      'deleteJourney c',
      'deleteJourney b',
      'deleteJourney a',
    ]);
  });

  test('a deletion waits for the journey that no longer leads there', async () => {
    const before = { a: journey('/hub/', '/shop/'), b: journey('/first/', '/hub/') };
    const { writes, outcomes } = await run(before, { b: journey('/first/', '/shop/') });
    expect(writes).toEqual(['putJourney b', 'deleteJourney a']);
    expect(outcomes).toEqual(['journey:a done', 'journey:b done']);
  });

  test('a deletion is blocked when that journey is withheld', async () => {
    const before = { a: journey('/hub/', '/shop/'), b: journey('/first/', '/hub/') };
    const { writes, outcomes } = await run(before, { b: journey('/first/', '/shop/') }, { protect: ['journey:b'] });
    expect(writes).toEqual([]);
    expect(outcomes[0]).toBe('journey:a blocked Blocked by journey:b, which is withheld.');
  });

  test('a journey moves to another start after the one that led to its old start', async () => {
    const before = { a: journey('/hub/', '/shop/'), b: journey('/first/', '/hub/') };
    const { writes } = await run(before, { a: journey('/shop/', '/first/'), b: journey('/first/', '/shop/') });
    expect(writes).toEqual(['putJourney b', 'putJourney a']);
  });

  test('journeys that lead to each other are still deleted', async () => {
    const before = { a: journey('/hub/', '/shop/'), b: journey('/shop/', '/hub/') };
    const { outcomes } = await run(before, { kept: journey('/first/', '/shop/') });
    expect(outcomes).toEqual(['journey:a done', 'journey:b done', 'journey:kept done']);
  });
});
