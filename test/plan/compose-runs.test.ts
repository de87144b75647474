import { describe, expect, test } from 'vitest';
import type { Address } from '../../src/model/address.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import type { SavedObject, TouchedObject } from '../../src/model/run.js';
import { composeRuns } from '../../src/plan/compose-runs.js';
import { buildRollback, type RolledBackRun } from '../../src/plan/rollback.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { planTenant } from './support/tenant-reader.js';

const CODE = 'promo_code:SPRING';
const saved = (body: JsonObject | undefined): SavedObject | null =>
  body ? { body: { promoCode: 'SPRING', ...body }, id: 'promo_code_v2-SPRING' } : null;

/** A run that brought a promo code from one state to another; undefined is a state in which it does not exist. */
async function makeRun(
  id: string,
  from: JsonObject | undefined,
  to: JsonObject | undefined,
  rest: Partial<TouchedObject> = {},
): Promise<RolledBackRun> {
  const plan = await planTenant(
    { promoCodes: { KEPT: { status: true }, ...(from ? { SPRING: from } : {}) } },
    { 'promo_code:KEPT': { status: true }, ...(to ? { [CODE]: { promoCode: 'SPRING', ...to } } : {}) },
    { scope: { promo_code: ['*'] } },
  );
  return { id, plan, touched: [{ address: CODE, before: saved(from), left: saved(to), redacted: false, ...rest }] };
}

function undo(runs: readonly RolledBackRun[], isChosen: (address: Address) => boolean = () => true): Plan | undefined {
  const composed = composeRuns(runs, isChosen);
  return composed && buildRollback(composed, TEST_CONTEXT);
}

describe('several runs undone as one', () => {
  test('restore every field that one of them changed to what was before the first', async () => {
    const plan = undo([
      await makeRun('r1', { status: true, quantity: 1 }, { status: true, quantity: 2 }),
      await makeRun('r2', { status: true, quantity: 2 }, { status: false, quantity: 3 }),
    ]);
    expect(plan?.changes).toMatchObject([
      {
        action: 'update',
        before: { status: false, quantity: 3 },
        after: { status: true, quantity: 1 },
        reason: 'restored to what it was before the run r1',
      },
    ]);
  });

  test('delete what the first made, and make what the last deleted', async () => {
    const made = [
      await makeRun('r1', undefined, { status: true }),
      await makeRun('r2', { status: true }, { status: false }),
    ];
    expect(undo(made)?.changes).toMatchObject([{ action: 'delete', reason: 'created by the run r1' }]);
    const gone = [
      await makeRun('r1', { status: true, quantity: 1 }, { status: false, quantity: 1 }),
      await makeRun('r2', { status: false, quantity: 1 }, undefined),
    ];
    expect(undo(gone)?.changes).toMatchObject([
      { action: 'create', after: { status: true, quantity: 1 }, reason: 'deleted by the run r2' },
    ]);
  });

  test('need nothing where the last brought back what the first changed, or made and deleted it', async () => {
    expect(
      undo([
        await makeRun('r1', { status: true }, { status: false }),
        await makeRun('r2', { status: false }, { status: true }),
      ])?.changes,
    ).toEqual([]);
    expect(
      undo([await makeRun('r1', undefined, { status: true }), await makeRun('r2', { status: true }, undefined)])
        ?.changes,
    ).toEqual([]);
  });

  test('leave what is not chosen, and say of a secret that no journal keeps it', async () => {
    const run = await makeRun('r1', { status: true }, { status: false });
    expect(undo([run], () => false)).toBeUndefined();
    const secret = await makeRun('r2', { status: false }, { status: true, quantity: 1 }, { redacted: true });
    expect(undo([run, secret])?.warnings).toMatchObject([{ code: 'CANNOT_UNDO', address: CODE }]);
  });
});
