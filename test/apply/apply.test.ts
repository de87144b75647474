import { describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/apply/apply.js';
import type { LimioError } from '../../src/errors/errors.js';
import type { Address } from '../../src/model/address.js';
import type { ApplyResult } from '../../src/model/outcome.js';
import type { Guard } from '../../src/model/plan.js';
import { change, LITERAL_DRIVERS, makeContext, makePage, makePlan } from '../support/apply-fixtures.js';
import { createFakeLiveApi, type FakeHooks, makeFailure } from '../support/fake-live-api.js';

function guardDeletes(...addresses: Address[]): Guard {
  return {
    code: 'DELETE_CONSENT',
    message: `${addresses.length} deletion(s) need consent.`,
    addresses,
    consent: { flag: '--allow-delete', value: String(addresses.length) },
  };
}

function codes(result: ApplyResult): string[] {
  return result.outcomes.map(({ address, status, error }) => [address, status, error?.code].filter(Boolean).join(' '));
}

describe('the order of an apply', () => {
  test('is catalog, publish, promo codes, journeys, deletes of journeys, deletes of promo codes', async () => {
    const api = createFakeLiveApi({
      items: { '/offers2/A': { price: '1' }, '/products/P': { code: 'x' } },
      journeys: { old: { starting_point: '/old/' }, geo: { starting_point: '/a/' } },
      promoCodes: { OLD: { status: true }, SPRING: { status: false } },
    });
    const plan = makePlan(
      [
        change('promo_code:OLD', { status: true }, null, { dependsOn: ['journey:old'] }),
        change('journey:old', { starting_point: '/old/' }, null),
        change('journey:geo', { starting_point: '/a/' }, { starting_point: '/b/' }),
        change('journey:new', null, { starting_point: '/n/' }),
        change('promo_code:SPRING', { status: false }, { status: true }),
        change('promo_code:FRESH', null, { status: true }),
        change('offer:/offers2/A', { price: '1' }, { price: '2' }, { dependsOn: ['product:/products/P'] }),
        change('product:/products/P', { code: 'x' }, { code: 'y' }),
      ],
      {
        guards: [guardDeletes('promo_code:OLD', 'journey:old')],
        publish: { pages: [makePage('home', ['offer:/offers2/A'])], onNoPage: ['product:/products/P'] },
      },
    );
    const context = makeContext(api, { consents: new Map([['--allow-delete', '2']]), concurrency: 1 });
    const result = await applyPlan(plan, context);
    expect(api.writes()).toEqual([
      'updateItems /products/P',
      'updateItems /offers2/A',
      'startBuild /pages/home',
      'publish home',
      'updatePromoCode promo_code_v2-SPRING',
      'createPromoCode promo_code_v2-FRESH',
      'putJourney geo',
      'createJourney new',
      'putJourney new',
      'deleteJourney old',
      'deletePromoCode promo_code_v2-OLD',
    ]);
    expect(result).toEqual({
      kind: 'limio-sync/result',
      formatVersion: 1,
      environment: 'sandbox',
      host: 'acme.prod.limio.com',
      fingerprint: plan.fingerprint,
      outcomes: [
        { address: 'journey:geo', action: 'update', status: 'done' },
        { address: 'journey:new', action: 'create', status: 'done' },
        { address: 'journey:old', action: 'delete', status: 'done' },
        { address: 'offer:/offers2/A', action: 'update', status: 'done' },
        { address: 'product:/products/P', action: 'update', status: 'done' },
        { address: 'promo_code:FRESH', action: 'create', status: 'done' },
        { address: 'promo_code:OLD', action: 'delete', status: 'done' },
        { address: 'promo_code:SPRING', action: 'update', status: 'done' },
      ],
      publish: {
        pages: [{ path: '/pages/home', route: '/home/', status: 'live', build: 'finished' }],
        onNoPage: ['product:/products/P'],
      },
      summary: {
        done: 8,
        failed: 0,
        unverified: 0,
        blocked: 0,
        withheld: 0,
        pagesBuilt: 1,
        pagesLive: 1,
        pagesNotLive: 0,
      },
      interrupted: false,
    });
    expect(context.events.filter(({ type }) => type === 'phase')).toEqual([
      { type: 'phase', phase: 'catalog', total: 2 },
      { type: 'phase', phase: 'publish', total: 1 },
      { type: 'phase', phase: 'promo-codes', total: 2 },
      { type: 'phase', phase: 'journeys', total: 2 },
      { type: 'phase', phase: 'deletes', total: 2 },
    ]);
    const started = context.events.flatMap((event) => (event.type === 'change-start' ? [event.address] : []));
    const ended = context.events.flatMap((event) => (event.type === 'change-end' ? [event.outcome.address] : []));
    expect([...started].sort()).toEqual(result.outcomes.map(({ address }) => address));
    expect([...ended].sort()).toEqual([...started].sort());
  });

  test('deletes journeys before promo codes, also where the levels of the plan do not', async () => {
    const api = createFakeLiveApi({ journeys: { old: { x: 1 } }, promoCodes: { OLD: { x: 1 } } });
    const plan = makePlan([change('promo_code:OLD', { x: 1 }, null), change('journey:old', { x: 1 }, null)]);
    await applyPlan(plan, makeContext(api));
    expect(api.writes()).toEqual(['deleteJourney old', 'deletePromoCode promo_code_v2-OLD']);
  });

  test('a second apply of the same plan sends nothing', async () => {
    const api = createFakeLiveApi({
      items: { '/offers2/A': { price: '1' } },
      journeys: { old: { x: 1 }, geo: { x: 1 } },
      promoCodes: { OLD: { x: 1 } },
    });
    const plan = makePlan([
      change('offer:/offers2/A', { price: '1' }, { price: '2' }),
      change('journey:old', { x: 1 }, null),
      change('journey:geo', { x: 1 }, { x: 2 }),
      change('promo_code:OLD', { x: 1 }, null),
      change('promo_code:NEW', null, { x: 1 }),
    ]);
    await applyPlan(plan, makeContext(api));
    const sent = api.writes().length;
    expect(sent).toBe(5);
    const again = await applyPlan(plan, makeContext(api));
    expect(api.writes()).toHaveLength(sent);
    expect(again.outcomes.every(({ status, alreadyDone }) => status === 'done' && alreadyDone)).toBe(true);
  });

  test('promo codes go out together, journeys one after another', async () => {
    const inFlight: Record<string, number> = {};
    const most: Record<string, number> = {};
    const watch = (kind: 'journey' | 'promo_code') => ({
      ...LITERAL_DRIVERS[kind],
      async write(...args: Parameters<NonNullable<(typeof LITERAL_DRIVERS)['journey']['write']>>) {
        inFlight[kind] = (inFlight[kind] ?? 0) + 1;
        most[kind] = Math.max(most[kind] ?? 0, inFlight[kind]);
        await LITERAL_DRIVERS[kind].write?.(...args);
        inFlight[kind] -= 1;
      },
    });
    const api = createFakeLiveApi();
    const names = ['A', 'B', 'C', 'D', 'E', 'F'];
    const plan = makePlan(
      names.flatMap((name) => [
        change(`journey:${name}`, null, { x: 1 }),
        change(`promo_code:${name}`, null, { x: 1 }),
      ]),
    );
    const drivers = { ...LITERAL_DRIVERS, journey: watch('journey'), promo_code: watch('promo_code') };
    await applyPlan(plan, makeContext(api, { drivers }));
    expect(most).toEqual({ promo_code: 4, journey: 1 });
  });
});

describe('withheld, blocked and independent changes', () => {
  test('a withheld deletion leaves everything else running', async () => {
    const api = createFakeLiveApi({ journeys: { old: { x: 1 } } });
    const plan = makePlan([change('journey:old', { x: 1 }, null), change('journey:new', null, { x: 1 })], {
      guards: [guardDeletes('journey:old')],
    });
    const result = await applyPlan(plan, makeContext(api));
    expect(result.outcomes[1]).toEqual({
      address: 'journey:old',
      action: 'delete',
      status: 'withheld',
      error: {
        code: 'DELETE_CONSENT',
        message: '1 deletion(s) need consent.',
        hint: 'To consent, add --allow-delete=1',
      },
    });
    expect(codes(result)).toEqual(['journey:new done', 'journey:old withheld DELETE_CONSENT']);
    expect(api.writes()).toEqual(['createJourney new', 'putJourney new']);
  });

  test('a failure blocks its dependants, theirs too, and nothing else', async () => {
    const api = createFakeLiveApi({
      hooks: {
        before: ({ method, args }) => {
          if (method === 'createPromoCode' && args[0] === 'promo_code_v2-BAD')
            throw makeFailure(400, { message: 'no such product' });
        },
      },
    });
    const plan = makePlan([
      change('promo_code:BAD', null, { x: 1 }),
      change('promo_code:GOOD', null, { x: 1 }),
      change('journey:a', null, { x: 1 }, { dependsOn: ['promo_code:BAD'] }),
      change('journey:b', null, { x: 1 }, { dependsOn: ['promo_code:GOOD', 'journey:a'] }),
      change('journey:c', null, { x: 1 }, { dependsOn: ['promo_code:GOOD', 'offer:/not/in/this/plan'] }),
    ]);
    const result = await applyPlan(plan, makeContext(api));
    expect(codes(result)).toEqual([
      'journey:a blocked BLOCKED',
      'journey:b blocked BLOCKED',
      'journey:c done',
      'promo_code:BAD failed HTTP_STATUS',
      'promo_code:GOOD done',
    ]);
    expect(result.outcomes.slice(0, 2).map(({ error }) => error?.message)).toEqual([
      'Blocked by promo_code:BAD, which failed.',
      'Blocked by journey:a, which is blocked.',
    ]);
    expect(api.writes().filter((write) => /journey/i.test(write))).toEqual(['createJourney c', 'putJourney c']);
  });

  test('dependants of a withheld change are blocked by it', async () => {
    const guard: Guard = { code: 'REMOVAL_UNSUPPORTED', message: 'Cannot remove x.', addresses: ['promo_code:A'] };
    const api = createFakeLiveApi({ promoCodes: { A: { x: 1 } } });
    const plan = makePlan(
      [
        change('promo_code:A', { x: 1 }, { x: null }),
        change('journey:a', null, { x: 1 }, { dependsOn: ['promo_code:A'] }),
      ],
      { guards: [guard] },
    );
    const result = await applyPlan(plan, makeContext(api));
    expect(codes(result)).toEqual(['journey:a blocked BLOCKED', 'promo_code:A withheld REMOVAL_UNSUPPORTED']);
    expect(api.calls).toEqual([]);
  });
});

function fail(method: string, error: () => LimioError, when: 'before' | 'after'): FakeHooks {
  const hook = (call: { method: string }): void => {
    if (call.method === method) throw error();
  };
  return { [when]: hook };
}

function refused(): LimioError {
  return makeFailure(400);
}

function lost(): LimioError {
  return makeFailure(502, { ambiguous: true });
}

function bodyOf(x: number | null): { x: number } | null {
  return x === null ? null : { x };
}

describe('one promo code or journey', () => {
  type Row = [
    name: string,
    before: number | null,
    after: number | null,
    live: number | null,
    hooks: FakeHooks,
    outcome: string,
    writes: string[],
  ];

  test.each<Row>([
    [
      'an update that the tenant refuses',
      1,
      2,
      1,
      fail('updatePromoCode', refused, 'before'),
      'failed HTTP_STATUS',
      ['updatePromoCode'],
    ],
    [
      'an update whose answer was lost, carried out',
      1,
      2,
      1,
      fail('updatePromoCode', lost, 'after'),
      'done',
      ['updatePromoCode'],
    ],
    [
      'an update whose answer was lost, not carried out',
      1,
      2,
      1,
      fail('updatePromoCode', lost, 'before'),
      'failed HTTP_STATUS',
      ['updatePromoCode'],
    ],
    [
      'a create that the tenant refuses',
      null,
      2,
      null,
      fail('createPromoCode', refused, 'before'),
      'failed HTTP_STATUS',
      ['createPromoCode'],
    ],
    [
      'a create refused as existing, because the first try worked',
      null,
      2,
      null,
      fail('createPromoCode', () => makeFailure(409), 'after'),
      'done',
      ['createPromoCode'],
    ],
    [
      'a create whose answer was lost, carried out',
      null,
      2,
      null,
      fail('createPromoCode', lost, 'after'),
      'done',
      ['createPromoCode'],
    ],
    [
      'a create whose answer was lost, not carried out',
      null,
      2,
      null,
      fail('createPromoCode', lost, 'before'),
      'failed HTTP_STATUS',
      ['createPromoCode'],
    ],
    ['a create of what exists already as declared', null, 2, 2, {}, 'done', []],
    ['a create of what exists otherwise', null, 2, 3, {}, 'failed STALE', []],
    ['an update of what was deleted', 1, 2, null, {}, 'failed STALE', []],
    ['an update of what is already so', 1, 2, 2, {}, 'done', []],
    ['an update of what a colleague moved', 1, 2, 3, {}, 'failed STALE', []],
    ['a delete', 1, null, 1, {}, 'done', ['deletePromoCode']],
    ['a delete of what is gone', 1, null, null, {}, 'done', []],
    ['a delete of what a colleague moved', 1, null, 3, {}, 'failed STALE', []],
    [
      'a delete whose answer was lost, carried out',
      1,
      null,
      1,
      fail('deletePromoCode', lost, 'after'),
      'done',
      ['deletePromoCode'],
    ],
    [
      'a delete that the tenant refuses',
      1,
      null,
      1,
      fail('deletePromoCode', refused, 'before'),
      'failed HTTP_STATUS',
      ['deletePromoCode'],
    ],
    [
      'a delete that has no effect',
      1,
      null,
      1,
      {
        after: ({ method }, state) =>
          void (method === 'deletePromoCode' && state.promoCodes.set('promo_code_v2-A', { name: 'A', data: { x: 1 } })),
      },
      'unverified UNVERIFIED',
      ['deletePromoCode'],
    ],
    [
      'an update that has no effect',
      1,
      2,
      1,
      {
        after: ({ method }, state) =>
          void (method === 'updatePromoCode' && state.promoCodes.set('promo_code_v2-A', { name: 'A', data: { x: 1 } })),
      },
      'unverified UNVERIFIED',
      ['updatePromoCode'],
    ],
    ['an object that cannot be read', 1, 2, 1, fail('readPromoCode', refused, 'before'), 'failed HTTP_STATUS', []],
    [
      'an object that cannot be read back',
      1,
      2,
      1,
      {
        before: ({ method, nth }) => {
          if (method === 'readPromoCode' && nth > 0) throw refused();
        },
      },
      'unverified UNVERIFIED',
      ['updatePromoCode'],
    ],
    [
      'a bug of ours',
      1,
      2,
      1,
      {
        before: ({ method }) => {
          if (method === 'updatePromoCode') throw new TypeError('x is not a function');
        },
      },
      'failed INTERNAL',
      ['updatePromoCode'],
    ],
  ])('%s (%j -> %j, now %j)', async (_name, before, after, live, hooks, outcome, writes) => {
    const api = createFakeLiveApi({ promoCodes: live === null ? {} : { A: { x: live } }, hooks });
    const result = await applyPlan(makePlan([change('promo_code:A', bodyOf(before), bodyOf(after))]), makeContext(api));
    expect(codes(result)).toEqual([`promo_code:A ${outcome}`]);
    expect(api.writes().map((write) => write.split(' ')[0])).toEqual(writes);
    expect(result.outcomes[0]?.alreadyDone ?? false).toBe(outcome === 'done' && writes.length === 0);
  });

  test('a journey that was created but not filled says so, and the next apply calls it stale', async () => {
    let broken = true;
    const api = createFakeLiveApi({
      hooks: {
        before: ({ method }) => {
          if (method === 'putJourney' && broken)
            throw makeFailure(500, { message: 'PUT /v2/journey/geo returned 500' });
        },
      },
    });
    const plan = makePlan([change('journey:geo', null, { starting_point: '/a/' })]);
    const result = await applyPlan(plan, makeContext(api));
    expect(result.outcomes[0]).toMatchObject({
      status: 'failed',
      error: { code: 'HTTP_STATUS', message: 'PUT /v2/journey/geo returned 500 It was only partly written.' },
    });
    broken = false;
    expect(codes(await applyPlan(plan, makeContext(api)))).toEqual(['journey:geo failed STALE']);
  });
});

describe('deletions', () => {
  const page = makePage('home', ['offer:/offers2/A']);

  test.each<[string, FakeHooks, string]>([
    [
      'failed',
      {
        before: ({ method }) => {
          if (method === 'putJourney') throw makeFailure(400);
        },
      },
      'Nothing is deleted after a failure: journey:new failed.',
    ],
    [
      'was not verified',
      { after: ({ method }, state) => void (method === 'putJourney' && state.journeys.set('new', { x: 9 })) },
      'Nothing is deleted after a failure: journey:new is unverified.',
    ],
    [
      'could not be published',
      {
        answerPublish: () => ({
          published: [],
          omitted: [{ route: '/home/', message: 'broken', neverPublished: false }],
          answer: {},
        }),
      },
      'Nothing is deleted after a failure: publishing /pages/home failed.',
    ],
  ])('do not start when something before them %s', async (_name, hooks, message) => {
    const api = createFakeLiveApi({ items: { '/offers2/A': { p: 1 } }, journeys: { old: { x: 1 } }, hooks });
    const plan = makePlan(
      [
        change('offer:/offers2/A', { p: 1 }, { p: 2 }),
        change('journey:new', null, { x: 1 }),
        change('journey:old', { x: 1 }, null),
      ],
      { publish: { pages: [page], onNoPage: [] } },
    );
    const result = await applyPlan(plan, makeContext(api));
    expect(result.outcomes.find(({ address }) => address === 'journey:old')).toMatchObject({
      status: 'blocked',
      error: { code: 'BLOCKED', message },
    });
    expect(api.writes().filter((write) => write.startsWith('delete'))).toEqual([]);
  });

  test('do not wait for a page that was never published', async () => {
    const api = createFakeLiveApi({
      items: { '/offers2/A': { p: 1 } },
      journeys: { old: { x: 1 } },
      hooks: {
        answerPublish: () => ({ published: [], omitted: [{ route: '/home/', neverPublished: true }], answer: {} }),
      },
    });
    const plan = makePlan([change('offer:/offers2/A', { p: 1 }, { p: 2 }), change('journey:old', { x: 1 }, null)], {
      publish: { pages: [page], onNoPage: [] },
    });
    const result = await applyPlan(plan, makeContext(api));
    expect(result.publish.pages.map(({ status }) => status)).toEqual(['omitted']);
    expect(codes(result)).toEqual(['journey:old done', 'offer:/offers2/A done']);
  });

  test('stop at the first of them that fails', async () => {
    const api = createFakeLiveApi({
      journeys: { a: { x: 1 }, b: { x: 1 } },
      promoCodes: { C: { x: 1 } },
      hooks: {
        before: ({ method, args }) => {
          if (method === 'deleteJourney' && args[0] === 'a') throw makeFailure(400);
        },
      },
    });
    const plan = makePlan([
      change('journey:a', { x: 1 }, null),
      change('journey:b', { x: 1 }, null),
      change('promo_code:C', { x: 1 }, null),
    ]);
    const result = await applyPlan(plan, makeContext(api));
    expect(codes(result)).toEqual([
      'journey:a failed HTTP_STATUS',
      'journey:b blocked BLOCKED',
      'promo_code:C blocked BLOCKED',
    ]);
    expect(api.writes()).toEqual(['deleteJourney a']);
  });

  test('go on when changes are only withheld', async () => {
    const api = createFakeLiveApi({ journeys: { a: { x: 1 }, b: { x: 1 } } });
    const plan = makePlan([change('journey:a', { x: 1 }, null), change('journey:b', { x: 1 }, { x: 2 })], {
      guards: [{ code: 'CODEC_UNCONFIRMED', message: 'Not known.', addresses: ['journey:b'] }],
    });
    expect(codes(await applyPlan(plan, makeContext(api)))).toEqual([
      'journey:a done',
      'journey:b withheld CODEC_UNCONFIRMED',
    ]);
  });
});
