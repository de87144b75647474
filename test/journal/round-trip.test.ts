import { describe, expect, test } from 'vitest';
import { createLimioClient } from '../../src/api/api.js';
import { applyPlan } from '../../src/apply/apply.js';
import { findStaleChanges } from '../../src/apply/live-comparison.js';
import { loadSeed } from '../../src/emulator/seed.js';
import { listTouched } from '../../src/journal/entries.js';
import { createKindRules } from '../../src/kinds/kinds.js';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.js';
import { canonicalJson } from '../../src/model/json.js';
import type { ApplyResult } from '../../src/model/outcome.js';
import type { Plan } from '../../src/model/plan.js';
import type { JournalEntry } from '../../src/model/run.js';
import { parsePlan } from '../../src/plan/plan-file.js';
import { buildRollback } from '../../src/plan/rollback.js';
import { publishPages } from '../../src/publish/publish.js';
import {
  consentToAll,
  type Emulator,
  listScenarios,
  readScenario,
  TEST_CONTEXT,
  TEST_DIALECT,
  withBench,
} from '../support/run-scenario.js';

/** What people made of the tenant, without what the tenant keeps for itself. */
function content(emulator: Emulator): string[] {
  const { items, journeys, promoCodes } = emulator.state();
  return [
    ...items.map(({ path, data }) => canonicalJson([path, data.attributes ?? null])),
    ...journeys.map(({ name, data }) => canonicalJson([name, data])),
    ...promoCodes.map(({ id, name, data }) => canonicalJson([id, name, data])),
  ].toSorted();
}

/** Applies under a journal and answers the plan that takes it back, too. */
async function applyAndTurn(
  emulator: Emulator,
  plan: Plan,
  dialect: Dialect,
): Promise<{ result: ApplyResult; rollback: Plan; moved: number }> {
  const api = createLimioClient({
    baseUrl: emulator.url,
    credentials: { clientId: 'emulator', clientSecret: 'emulator-secret' },
    dialect,
    clock: { now: () => Date.now(), sleep: () => new Promise((resolve) => setTimeout(resolve, 1)) },
    random: () => 0.5,
    ratePerSecond: 100_000,
  });
  const entries: JournalEntry[] = [];
  const drivers = createKindRules(dialect);
  try {
    const moved = (await findStaleChanges(plan, api, drivers)).length;
    const result = await applyPlan(plan, {
      api,
      drivers,
      clock: { now: () => Date.now(), sleep: () => new Promise((resolve) => setTimeout(resolve, 1)) },
      emit: () => undefined,
      consents: consentToAll(plan),
      dialect,
      resumeCommand: 'limio-sync apply --env sandbox',
      publishPages,
      journal: { record: async (entry) => void entries.push(structuredClone(entry)) },
    });
    return {
      result,
      moved,
      rollback: buildRollback({ id: 'run', plan, touched: listTouched(entries) }, { ...TEST_CONTEXT, dialect }),
    };
  } finally {
    await api.close();
  }
}

const listFields = (plan: Plan): unknown =>
  plan.changes.map(({ address, action, fields }) => [address, action, fields]);

const DIALECTS: [string, Partial<Dialect>][] = [
  ['as it is', {}],
  ['journeyCodec assumed', { journeyCodec: 'assumed' }],
  ['journeyPut merge', { journeyPut: 'merge' }],
  ['bulkUpdate deep', { bulkUpdate: { ...DEFAULT_DIALECT.bulkUpdate, merge: 'deep', wrapper: 'data.attributes' } }],
  ['bulkUpdate one by one', { bulkUpdate: { ...DEFAULT_DIALECT.bulkUpdate, maxDiffs: 1 } }],
];

describe.each(DIALECTS)('under the dialect %s, apply, rollback and rollback of the rollback', (_, variation) => {
  const dialect: Dialect = { ...TEST_DIALECT, ...variation };

  test.each(listScenarios())('restore the tenant of the scenario %s, and then the change', async (name) => {
    const { settings, desired, tenant } = readScenario(name);
    const seed = await loadSeed(tenant);
    await withBench({ seed, dialect, clientDialect: dialect }, async (bench) => {
      const { emulator } = bench;
      const before = content(emulator);
      const forward = await applyAndTurn(emulator, await bench.plan(desired, settings.scope), dialect);
      const after = content(emulator);
      expect(forward.result.summary.done === 0 || canonicalJson(after) !== canonicalJson(before)).toBe(true);
      const touched = forward.result.outcomes.filter(({ status }) => status === 'done').map(({ address }) => address);
      expect(forward.rollback.changes.map(({ address }) => address)).toEqual(touched);
      expect(parsePlan(JSON.stringify(forward.rollback), 'rollback.json')).toEqual(forward.rollback);

      const back = await applyAndTurn(emulator, forward.rollback, dialect);
      expect(back.moved, 'live is as the run left it').toBe(0);
      expect(back.result.outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
      expect(content(emulator)).toEqual(before);

      const again = await applyAndTurn(emulator, back.rollback, dialect);
      expect(again.result.outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
      expect(content(emulator)).toEqual(after);
      // The same fields, told the same way round.
      expect(listFields(again.rollback)).toEqual(listFields(forward.rollback));
    });
  });
});
