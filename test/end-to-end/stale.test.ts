import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.js';
import type { ApplyResult } from '../../src/model/outcome.js';
import { parseDocument } from '../support/run-program.js';
import { openWorkspace, QUICK_PUBLISH } from './support/in-process.js';
import { CHANGED_FILES, ONE_CHANGE, SMALL_SEED, WHOLE_SCOPE } from './support/small-tenant.js';
import type { GateHooks } from './support/start-gate.js';

/** Acts between plan and apply: apply opens a client of its own, whose token call is the second one. */
function betweenPlanAndWrite(act: () => void): GateHooks {
  let tokens = 0;
  return {
    before: ({ path }) => {
      if (path === '/oauth2/token' && ++tokens === 2) act();
      return undefined;
    },
  };
}

const OWNED = { ...WHOLE_SCOPE, dialect: { ...QUICK_PUBLISH, journeyCodec: 'assumed' } };

describe.concurrent('an object that a colleague edits between plan and write', () => {
  test("is not overwritten: exit code 5, STALE with the field that moved, and the colleague's value stays", async (context) => {
    const { run, tenant, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      hooks: ({ edit }) =>
        betweenPlanAndWrite(() => edit.item('/offers2/Monthly', { display_name__limio: 'A colleague was here' })),
    });
    const applied = await run('apply --yes --format json');
    expect(applied.exitCode).toBe(5);
    const [outcome] = (parseDocument(applied) as ApplyResult).outcomes;
    expect(outcome).toMatchObject({ address: 'offer:/offers2/Monthly', status: 'failed', error: { code: 'STALE' } });
    expect(outcome?.error?.message).toContain('display_name__limio');
    expect(tenant.state().items.find(({ path }) => path === '/offers2/Monthly')?.data.attributes).toMatchObject({
      display_name__limio: 'A colleague was here',
    });
    expect(writes()).toEqual([]);
  });

  const edits: readonly [what: string, stale: string, edit: (tenant: Emulator) => void][] = [
    ['a promo code', 'promo_code:WELCOME10', ({ edit }) => edit.promoCode('WELCOME10', { status: false })],
    [
      'a journey',
      'journey:web-geo',
      ({ edit }) =>
        edit.journey('web-geo', {
          starting_point: '/elsewhere/',
          fallback_tag: '/shop/',
          domains: ['shop.example.com'],
          journeys: [],
        }),
    ],
    ['a promo code that is to be deleted', 'promo_code:OLD5', ({ edit }) => edit.promoCode('OLD5', { status: false })],
    ['an offer that a colleague deletes', 'offer:/offers2/Annual', ({ edit }) => edit.deleteItem('/offers2/Annual')],
  ];
  test.for(edits)('%s is the only change that fails', async ([, stale, edit], context) => {
    const { run } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
      hooks: (tenant) => betweenPlanAndWrite(() => edit(tenant)),
    });
    const applied = await run('apply --yes --allow-delete-unknown=2 --format json');
    expect(applied.exitCode).toBe(5);
    const failed = (parseDocument(applied) as ApplyResult).outcomes.filter(({ status }) => status === 'failed');
    expect(failed.map(({ address, error }) => ({ address, code: error?.code }))).toEqual([
      { address: stale, code: 'STALE' },
    ]);
  });

  test('stops the page and not the write when the colleague touched what the files do not declare: that edit is kept and not live', async (context) => {
    const { run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      hooks: ({ edit }) =>
        betweenPlanAndWrite(() => edit.item('/offers2/Monthly', { cta_text__limio: 'Subscribe now' })),
    });
    const applied = await run('apply --yes --format json');
    expect(applied.exitCode).toBe(6);
    const { outcomes, publish } = parseDocument(applied) as ApplyResult;
    expect(outcomes).toMatchObject([{ status: 'done' }]);
    expect(publish.pages).toMatchObject([{ path: '/pages/shop', status: 'failed', code: 'STALE', build: 'none' }]);
    expect(tenant.state().builds).toEqual([]);
    expect(tenant.state().items.find(({ path }) => path === '/offers2/Monthly')?.data.attributes).toMatchObject({
      display_name__limio: 'Monthly, renamed',
      cta_text__limio: 'Subscribe now',
    });
  });

  test('counts as done without a write when the colleague made the same edit', async (context) => {
    const { run, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      hooks: ({ edit }) =>
        betweenPlanAndWrite(() => edit.item('/offers2/Monthly', { display_name__limio: 'Monthly, renamed' })),
    });
    const applied = await run('apply --yes --format json');
    expect(applied.exitCode).toBe(0);
    expect((parseDocument(applied) as ApplyResult).outcomes).toEqual([
      { address: 'offer:/offers2/Monthly', action: 'update', status: 'done', alreadyDone: true },
    ]);
    expect(writes().filter(({ path }) => path.endsWith('/bulk-update'))).toEqual([]);
  });
});
