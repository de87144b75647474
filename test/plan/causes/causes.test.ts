import { describe, expect, test } from 'vitest';
import type { AppliedObject } from '../../../src/model/drift.js';
import type { JsonObject } from '../../../src/model/json.js';
import type { Change, Plan } from '../../../src/model/plan.js';
import { refreshGuards } from '../../../src/plan/guards/guards.js';
import type { PlanContext } from '../../../src/plan/plan-context.js';
import { parsePlan } from '../../../src/plan/plan-file.js';
import { TEST_CONTEXT } from '../../support/run-scenario.js';
import { makeSnapshot, type TenantContent, planTenant } from '../support/tenant-reader.js';

const A = 'offer:/offers2/A';
const B = 'offer:/offers2/B';

const item = (attributes: JsonObject, rest: Partial<AppliedObject> = {}): AppliedObject => ({
  body: { attributes },
  ...rest,
});

const CODE: JsonObject = { status: true };
const codesOf = ({ guards }: Plan): string[] => guards.map(({ code }) => code);
const causesOf = ({ changes }: Plan): Record<string, Change['cause']> =>
  Object.fromEntries(changes.map(({ address, cause }) => [address, cause]));

async function causeOf(
  base: AppliedObject | undefined,
  live: JsonObject | undefined,
  files: JsonObject,
): Promise<Change['cause']> {
  const tenant: TenantContent = { offers: live ? { '/offers2/A': live } : {} };
  const plan = await planTenant(tenant, { [A]: files }, { applied: makeSnapshot(base ? { [A]: base } : {}) });
  return causesOf(plan)[A];
}

describe('the cause of a change', () => {
  test.each<[string, AppliedObject | undefined, JsonObject | undefined, JsonObject, Change['cause']]>([
    ['only the files changed', item({ x: 1 }), { x: 1 }, { x: 2 }, { side: 'git' }],
    [
      'only the app changed',
      item({ x: 1, y: 1 }),
      { x: 9, y: 1 },
      { x: 1, y: 1 },
      { side: 'app', overwrites: ['/attributes/x'] },
    ],
    ['both changed a field', item({ x: 1 }), { x: 9 }, { x: 2 }, { side: 'both', overwrites: ['/attributes/x'] }],
    [
      'each changed another field',
      item({ x: 1, y: 1 }),
      { x: 9, y: 1 },
      { x: 1, y: 2 },
      { side: 'both', overwrites: ['/attributes/x'] },
    ],
    ['the object was deleted in the app', item({ x: 1 }), undefined, { x: 1 }, { side: 'app' }],
    ['the object is new in the files', undefined, undefined, { x: 1 }, { side: 'git' }],
    ['the files declare a live object for the first time', undefined, { x: 1 }, { x: 2 }, { side: 'git' }],
    [
      'the last apply withheld the same change',
      item({ x: 1 }, { open: 'withheld' }),
      { x: 1 },
      { x: 2 },
      { side: 'git' },
    ],
  ])('%s', async (_name, base, live, files, cause) => {
    expect(await causeOf(base, live, files)).toEqual(cause);
  });

  test('is unknown without a snapshot, and where the last apply could not verify what it wrote', async () => {
    const plan = await planTenant({ offers: { '/offers2/A': { x: 1 } } }, { [A]: { x: 2 } });
    expect(plan.changes[0]).not.toHaveProperty('cause');
    expect(await causeOf(item({ x: 1 }, { open: 'unverified' }), { x: 9 }, { x: 2 })).toBeUndefined();
    expect(await causeOf(item({ x: 1 }, { open: 'failed' }), { x: 9 }, { x: 2 })).toBeUndefined();
    expect(await causeOf(item({ x: 1 }, { open: 'failed' }), { x: 1 }, { x: 2 })).toEqual({ side: 'git' });
  });

  test('of a deletion says whether the app edited or made what goes', async () => {
    const plan = await planTenant(
      { promoCodes: { SAME: CODE, EDITED: { status: false }, MADE: CODE, KEPT: CODE } },
      { 'promo_code:KEPT': CODE },
      {
        scope: { promo_code: ['*'] },
        applied: makeSnapshot({
          'promo_code:SAME': { body: CODE },
          'promo_code:EDITED': { body: CODE },
          'promo_code:KEPT': { body: CODE },
        }),
      },
    );
    expect(causesOf(plan)).toEqual({
      'promo_code:SAME': { side: 'git' },
      'promo_code:EDITED': { side: 'both', overwrites: ['/status'] },
      'promo_code:MADE': { side: 'app' },
    });
  });

  test('of an object under a new name is that of the old one', async () => {
    const code = { status: true, description: 'x' };
    const plan = await planTenant(
      { promoCodes: { OLD: { ...code, description: 'edited' } } },
      [
        {
          address: 'promo_code:NEW',
          kind: 'promo_code',
          name: 'NEW',
          body: { ...code, promoCode: 'NEW' },
          owned: [],
          source: { file: 'x.yaml', line: 1, col: 1 },
          movedFrom: 'promo_code:OLD',
        },
      ],
      { applied: makeSnapshot({ 'promo_code:OLD': { body: { ...code, promoCode: 'OLD' } } }) },
    );
    expect(plan.changes[0]?.cause).toMatchObject({ side: 'both', overwrites: ['/description'] });
  });

  test('is no part of the fingerprint, because checkouts differ in what they know', async () => {
    const tenant = { offers: { '/offers2/A': { x: 9 } } };
    const blind = await planTenant(tenant, { [A]: { x: 2 } });
    const plan = await planTenant(tenant, { [A]: { x: 2 } }, { applied: makeSnapshot({ [A]: item({ x: 1 }) }) });
    expect(plan.fingerprint).toBe(blind.fingerprint);
    expect(parsePlan(JSON.stringify(plan), 'plan.json')).toEqual(plan);
  });
});

describe('OVERWRITES', () => {
  const tenant = { offers: { '/offers2/A': { x: 9 }, '/offers2/B': { x: 1 } } };
  const files = { [A]: { x: 2 }, [B]: { x: 2 } };
  const snapshot = makeSnapshot({ [A]: item({ x: 1 }), [B]: item({ x: 1 }) });
  const make = (context: Partial<PlanContext>) => planTenant(tenant, files, { applied: snapshot, ...context });

  test('withholds exactly what overwrites edits of the app in a protected environment', async () => {
    const { guards, withheld } = await make({ protected: true });
    expect(guards).toEqual([
      {
        code: 'OVERWRITES',
        message:
          'The plan overwrites edits that were made in the app since the last apply, in 1 object: offer:/offers2/A.',
        value: '1',
        limit: '0',
        addresses: [A],
        consent: { flag: '--allow-overwrite', value: '1' },
        hint: 'To keep them, run: limio-sync drift --pull --env test. To overwrite them, add --allow-overwrite=1.',
      },
    ]);
    expect(withheld).toEqual([{ address: A, action: 'update', reason: 'OVERWRITES' }]);
  });

  test('is only a warning elsewhere, and in the plan of a promotion, which asked before', async () => {
    const { guards, warnings } = await make({});
    expect([guards, warnings.map(({ code }) => code)]).toEqual([[], ['OVERWRITES']]);
    const promoted = await make({ protected: true, promotedFrom: 'sandbox' });
    expect([promoted.guards, promoted.warnings.map(({ code }) => code)]).toEqual([[], ['OVERWRITES']]);
    expect(refreshGuards(promoted, { ...TEST_CONTEXT, protected: true }).guards).toEqual([]);
  });

  test('does not ask again for a deletion that DELETE_UNKNOWN stops', async () => {
    const code = { status: true };
    const { guards } = await planTenant(
      { promoCodes: { MADE: code, KEPT: code } },
      { 'promo_code:KEPT': code },
      {
        protected: true,
        findDeclared: () => undefined,
        scope: { promo_code: ['*'] },
        applied: makeSnapshot({ 'promo_code:KEPT': { body: code } }),
      },
    );
    expect(guards.map((guard) => guard.code)).toEqual(['DELETE_UNKNOWN']);
  });

  test('stays in a saved plan, and joins it when the environment became protected since', async () => {
    const strict = await make({ protected: true });
    expect(codesOf(refreshGuards(strict, { ...TEST_CONTEXT, protected: true }))).toEqual(['OVERWRITES']);
    expect(codesOf(refreshGuards(await make({}), { ...TEST_CONTEXT, protected: true }))).toEqual(['OVERWRITES']);
    // Without its guard, the plan has another fingerprint.
    expect(strict.fingerprint).not.toBe((await make({})).fingerprint);
  });
});
