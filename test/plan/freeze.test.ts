import { describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/apply/apply.js';
import { chooseExitCode } from '../../src/apply/result.js';
import { resolveEnvironment } from '../../src/config/environments.js';
import type { EnvironmentConfig } from '../../src/config/schema.js';
import type { PublishPlan } from '../../src/model/plan.js';
import { makeFingerprint } from '../../src/plan/fingerprint.js';
import { refreshGuards } from '../../src/plan/guards/guards.js';
import { guardFreeze } from '../../src/plan/guards/policy.js';
import { change, makeContext, makePage, makePlan } from '../support/apply-fixtures.js';
import { createFakeLiveApi } from '../support/fake-live-api.js';
import { TEST_CONTEXT, TEST_NOW } from '../support/run-scenario.js';
import { charge, planTenant } from './support/tenant-reader.js';

const windows = (freeze: EnvironmentConfig['freeze']) =>
  resolveEnvironment({ environments: { prod: { tenant: 'a', freeze } } }, 'prod').freeze;
const none: PublishPlan = { pages: [], onNoPage: [] };
const guardAt = (
  time: string,
  freeze: EnvironmentConfig['freeze'],
  publish = none,
  changes = [change('offer:/offers2/A', { x: 1 }, { x: 2 })],
) =>
  guardFreeze({ changes, publish, context: { environment: 'prod', freeze: windows(freeze), now: Date.parse(time) } });

const London = { timeZone: 'Europe/London', reason: 'Sale' };

describe('a freeze', () => {
  test.each<[string, NonNullable<EnvironmentConfig['freeze']>[number], string, boolean]>([
    [
      'in winter, a moment before',
      { ...London, from: '2026-11-27T00:00', to: '2026-12-01T08:00' },
      '2026-11-26T23:59:59.999Z',
      false,
    ],
    [
      'in winter, its first moment',
      { ...London, from: '2026-11-27T00:00', to: '2026-12-01T08:00' },
      '2026-11-27T00:00:00Z',
      true,
    ],
    [
      'in winter, its last moment',
      { ...London, from: '2026-11-27T00:00', to: '2026-12-01T08:00' },
      '2026-12-01T07:59:59.999Z',
      true,
    ],
    [
      'in winter, its end',
      { ...London, from: '2026-11-27T00:00', to: '2026-12-01T08:00' },
      '2026-12-01T08:00:00Z',
      false,
    ],
    [
      'in summer, an hour earlier in UTC',
      { ...London, from: '2026-07-01T09:00', to: '2026-07-01T10:00' },
      '2026-07-01T08:30:00Z',
      true,
    ],
    [
      'in summer, over by the same clock',
      { ...London, from: '2026-07-01T09:00', to: '2026-07-01T10:00' },
      '2026-07-01T09:00:00Z',
      false,
    ],
    [
      'across the clocks going forward, its end',
      { ...London, from: '2027-03-27T12:00', to: '2027-03-28T12:00' },
      '2027-03-28T11:00:00Z',
      false,
    ],
    [
      'across the clocks going forward, just before',
      { ...London, from: '2027-03-27T12:00', to: '2027-03-28T12:00' },
      '2027-03-28T10:59:59Z',
      true,
    ],
    [
      'from a time that is skipped',
      { ...London, from: '2027-03-28T01:30', to: '2027-03-28T05:00' },
      '2027-03-28T01:00:00Z',
      true,
    ],
    [
      'to a time that is skipped',
      { ...London, from: '2027-03-28T00:00', to: '2027-03-28T01:30' },
      '2027-03-28T01:00:00Z',
      true,
    ],
    [
      'from a time that comes twice, the first one',
      { ...London, from: '2027-10-31T01:30', to: '2027-10-31T05:00' },
      '2027-10-31T00:30:00Z',
      true,
    ],
    [
      'from a time that comes twice, before',
      { ...London, from: '2027-10-31T01:30', to: '2027-10-31T05:00' },
      '2027-10-31T00:29:59Z',
      false,
    ],
    [
      'to a time that comes twice, the second one',
      { ...London, from: '2027-10-31T00:00', to: '2027-10-31T01:30' },
      '2027-10-31T01:29:59Z',
      true,
    ],
    [
      'to a time that comes twice, after',
      { ...London, from: '2027-10-31T00:00', to: '2027-10-31T01:30' },
      '2027-10-31T01:30:00Z',
      false,
    ],
    [
      'east of Greenwich',
      { from: '2026-11-27T00:00', to: '2026-11-28T00:00', timeZone: 'Asia/Kolkata', reason: 'Sale' },
      '2026-11-26T18:30:00Z',
      true,
    ],
    [
      'west of Greenwich',
      { from: '2026-11-27T00:00', to: '2026-11-28T00:00', timeZone: 'America/New_York', reason: 'Sale' },
      '2026-11-27T04:59:59Z',
      false,
    ],
    [
      'with offsets',
      { from: '2026-11-27T00:00:00+01:00', to: '2026-11-28T00:00:00-05:00', reason: 'Sale' },
      '2026-11-26T23:00:00Z',
      true,
    ],
    [
      'with offsets, its end',
      { from: '2026-11-27T00:00:00+01:00', to: '2026-11-28T00:00:00-05:00', reason: 'Sale' },
      '2026-11-28T05:00:00Z',
      false,
    ],
  ])('%s', (_name, window, time, frozen) => {
    expect(guardAt(time, [window]).length).toBe(frozen ? 1 : 0);
  });

  test('shows its windows as written, with reason and flag', () => {
    const freeze = [
      { ...London, from: '2026-11-27T00:00', to: '2026-12-01T08:00' },
      { from: '2026-11-29T00:00Z', to: '2026-11-30T00:00Z', reason: 'Audit' },
    ];
    expect(guardAt('2026-11-29T12:00:00Z', freeze)).toEqual([
      {
        code: 'FREEZE',
        message:
          'prod is frozen: 2026-11-27T00:00 to 2026-12-01T08:00 Europe/London (Sale); ' +
          '2026-11-29T00:00Z to 2026-11-30T00:00Z (Audit). Withheld: 1 change, 0 pages to publish.',
        value: 'Sale; Audit',
        limit: '2026-11-27T00:00 to 2026-12-01T08:00 Europe/London; 2026-11-29T00:00Z to 2026-11-30T00:00Z',
        addresses: ['offer:/offers2/A'],
        consent: { flag: '--allow-freeze', value: 'prod' },
        hint: 'Wait until the freeze ends. In an emergency, add --allow-freeze=prod.',
        stopsPublish: true,
      },
    ]);
  });

  test('stops a plan that only publishes, and ignores a plan with nothing to do', () => {
    const freeze = [{ ...London, from: '2026-11-01T00:00', to: '2026-12-01T00:00' }];
    expect(guardAt('2026-11-22T12:00:00Z', freeze, { pages: [makePage('home')], onNoPage: [] }, [])).toMatchObject([
      { addresses: [], stopsPublish: true },
    ]);
    expect(guardAt('2026-11-22T12:00:00Z', freeze, none, [])).toEqual([]);
  });
});

describe('the fingerprint', () => {
  const freeze = [{ fromMs: TEST_NOW, toMs: TEST_NOW + 1000, shown: 'now', reason: 'Sale' }];
  const tenant = {
    offers: { '/offers2/A': { price__limio: [charge('10')] } },
    promoCodes: { SOON: { status: true, applicationLevel: 'wholeBasket', promoStartDate: '2027-01-01' } },
  };
  const planAt = (now: number) =>
    planTenant(tenant, { 'offer:/offers2/A': { price__limio: [charge('11')] } }, { freeze, now });

  test('does not depend on the time, unlike freezes and active promo codes', async () => {
    const [frozen, free, later] = [
      await planAt(TEST_NOW),
      await planAt(TEST_NOW + 1000),
      await planAt(Date.parse('2027-06-01')),
    ];
    expect([frozen, free, later].map(({ guards, summary }) => [guards.length, summary.withheld])).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
    expect([frozen, free, later].map(({ impact }) => impact.prices[0]?.promoCodes)).toEqual([
      [],
      [],
      ['promo_code:SOON'],
    ]);
    expect(new Set([frozen, free, later].map(({ fingerprint }) => fingerprint)).size).toBe(1);
    for (const plan of [frozen, later]) expect(makeFingerprint(plan)).toBe(plan.fingerprint);
  });

  test('covers the other guards', async () => {
    const plan = await planAt(TEST_NOW);
    const price = { code: 'PRICE_CHANGE' as const, message: 'x', addresses: ['offer:/offers2/A' as const] };
    expect(makeFingerprint({ ...plan, guards: [...plan.guards, price] })).not.toBe(plan.fingerprint);
  });

  test('stays the same when a saved plan is evaluated by the freezes at apply', async () => {
    const [frozen, free] = [await planAt(TEST_NOW), await planAt(TEST_NOW + 1000)];
    expect(refreshGuards(frozen, { ...TEST_CONTEXT, freeze, now: TEST_NOW + 1000 })).toEqual(free);
    expect(refreshGuards(free, { ...TEST_CONTEXT, freeze })).toEqual(frozen);
    expect(refreshGuards(frozen, TEST_CONTEXT)).toEqual(free);
  });
});

describe('an apply in a freeze', () => {
  const guard = {
    code: 'FREEZE' as const,
    message: 'prod is frozen.',
    addresses: ['journey:a' as const],
    consent: { flag: '--allow-freeze', value: 'prod' },
    stopsPublish: true as const,
  };
  const plan = () =>
    makePlan([change('journey:a', { x: 1 }, { x: 2 })], {
      guards: [guard],
      publish: { pages: [makePage('home', [], { reason: 'not-live' })], onNoPage: [] },
    });

  test('writes nothing and publishes nothing, and says so with exit code 4', async () => {
    const api = createFakeLiveApi({ journeys: { a: { x: 1 } } });
    const context = makeContext(api);
    const result = await applyPlan(plan(), context);
    expect(api.writes()).toEqual([]);
    expect(result.outcomes).toMatchObject([{ status: 'withheld', error: { code: 'FREEZE' } }]);
    expect(result.publish.pages).toMatchObject([
      {
        path: '/pages/home',
        route: '/home/',
        status: 'skipped',
        withheld: true,
        reason: 'prod is frozen.',
        hint: 'To consent, add --allow-freeze=prod',
      },
    ]);
    expect(context.events.filter(({ type }) => type === 'page-end')).toHaveLength(1);
    expect(chooseExitCode(result)).toBe(4);
    expect(chooseExitCode({ ...result, outcomes: [] })).toBe(4);
  });

  test('writes and publishes with the consent to this environment', async () => {
    const api = createFakeLiveApi({ journeys: { a: { x: 1 } } });
    const result = await applyPlan(plan(), makeContext(api, { consents: new Map([['--allow-freeze', 'prod']]) }));
    expect(result.summary).toMatchObject({ done: 1, pagesLive: 1, withheld: 0 });
    expect(chooseExitCode(result)).toBe(0);
  });
});
