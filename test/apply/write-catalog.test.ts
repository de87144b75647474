import { describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/apply/apply.js';
import type { Address } from '../../src/model/address.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import type { JsonObject } from '../../src/model/json.js';
import type { ItemEdit } from '../../src/model/live-api.js';
import type { ApplyResult } from '../../src/model/outcome.js';
import { change, LITERAL_DRIVERS, makeContext, makePage, makePlan } from '../support/apply-fixtures.js';
import { createFakeLiveApi, type FakeHooks, makeFailure } from '../support/fake-live-api.js';

const pathOf = (name: string): string => `/offers2/${name}`;
const addressOf = (name: string): Address => `offer:${pathOf(name)}`;

/** Offers whose price goes from 1 to 2, in one level. */
function prepare(names: string[], hooks: FakeHooks = {}) {
  const items = Object.fromEntries(names.map((name) => [pathOf(name), { price: '1', title: name }]));
  const api = createFakeLiveApi({ items, hooks });
  const plan = makePlan(names.map((name) => change(addressOf(name), { price: '1' }, { price: '2' })));
  return { api, plan, context: makeContext(api) };
}

function statuses(result: ApplyResult): Record<string, string> {
  return Object.fromEntries(
    result.outcomes.map(({ address, status, error, alreadyDone }) => [
      address.replace('offer:/offers2/', ''),
      alreadyDone ? 'already done' : error ? `${status} ${error.code}` : status,
    ]),
  );
}

describe('the first bulk-update', () => {
  test('sends one item, which is read back before any other is sent', async () => {
    const { api, plan, context } = prepare(['A', 'B', 'C']);
    const result = await applyPlan(plan, context);
    expect(statuses(result)).toEqual({ A: 'done', B: 'done', C: 'done' });
    expect(api.calls.map(({ method, args }) => `${method} ${String(args[0])}`)).toEqual([
      'readItem /offers2/A',
      'updateItems /offers2/A',
      'readItem /offers2/A',
      'readItem /offers2/B',
      'readItem /offers2/C',
      'updateItems /offers2/B,/offers2/C',
      'readItem /offers2/B',
      'readItem /offers2/C',
    ]);
    expect(context.clock.slept).toEqual([]);
  });

  test('sends only the attributes that differ, from their fresh values', async () => {
    const api = createFakeLiveApi({
      items: { '/offers2/A': { price: '1', title: 'Same', gone: 'x', unmanaged: true } },
    });
    const plan = makePlan([
      change(
        addressOf('A'),
        { price: '1', title: 'Same', gone: 'x' },
        { price: '2', title: 'Same', gone: null, added: [] },
      ),
    ]);
    const result = await applyPlan(plan, makeContext(api));
    expect(statuses(result)).toEqual({ A: 'done' });
    const edits = api.calls.find(({ method }) => method === 'updateItems')?.args[1] as ItemEdit[];
    expect(edits).toEqual([
      { path: '/offers2/A', before: { price: '1', gone: 'x' }, after: { price: '2', gone: null, added: [] } },
    ]);
    expect(api.state.items.get('/offers2/A')?.attributes).toEqual({
      title: 'Same',
      unmanaged: true,
      price: '2',
      added: [],
    });
  });

  test('that has no effect stops every other write, and nothing is built', async () => {
    const { api, context } = prepare(['A', 'B'], { takeEdit: () => 'lose' });
    const plan = makePlan(
      [
        change(addressOf('A'), { price: '1' }, { price: '2' }),
        change(addressOf('B'), { price: '1' }, { price: '2' }),
        change('promo_code:NEW', null, { status: true }),
        change('journey:geo', null, { starting_point: '/a/' }),
      ],
      { publish: { pages: [makePage('home', [addressOf('A')])], onNoPage: [] } },
    );
    const result = await applyPlan(plan, context);
    expect(result.outcomes.map(({ address, status, error }) => [address, status, error?.code])).toEqual([
      ['journey:geo', 'blocked', 'BLOCKED'],
      ['offer:/offers2/A', 'unverified', 'BULK_UPDATE_DIALECT'],
      ['offer:/offers2/B', 'blocked', 'BLOCKED'],
      ['promo_code:NEW', 'blocked', 'BLOCKED'],
    ]);
    expect(result.outcomes[1]?.error).toEqual({
      code: 'BULK_UPDATE_DIALECT',
      message: 'offer:/offers2/A was sent alone, to check the dialect, and did not come back as sent: it is unchanged.',
      hint:
        'Most likely dialect.bulkUpdate.wrapper (now bare). Check dialect.bulkUpdate.wrapper (now bare), ' +
        'dialect.bulkUpdate.merge (now shallow), dialect.bulkUpdate.removal (now null) in limio.config.ts, then run: ' +
        'limio-sync plan --env sandbox. If the tenant only normalises the value, declare the normalised value, or add the field to `ignore` of the environment.',
    });
    expect(result.outcomes[1]?.differences).toEqual([
      { path: '/attributes/price', before: '2', after: '1', show: 'value' },
    ]);
    expect(result.outcomes[3]?.error?.message).toBe(
      'Not sent: the tenant does not follow the dialect of bulk-update, as offer:/offers2/A showed.',
    );
    expect(api.writes()).toEqual(['updateItems /offers2/A']);
    expect(result.publish.pages.map(({ status }) => status)).toEqual(['skipped']);
    expect(context.clock.slept).toEqual([500, 1000, 2000]);
  });

  test.each<[string, JsonObject, JsonObject, JsonObject, string]>([
    ['uses another wrapper', { price: '1' }, { price: '2' }, { price: '1' }, 'Most likely dialect.bulkUpdate.wrapper'],
    [
      'cannot remove',
      { gone: 'x' },
      { gone: null },
      { gone: 'x' },
      'Most likely dialect.bulkUpdate.wrapper (now bare) or dialect.bulkUpdate.removal',
    ],
    [
      'does something else',
      { price: '1', x: 'y' },
      { price: '2', x: 'z' },
      { price: '3', x: 'y' },
      'Check dialect.bulkUpdate.wrapper',
    ],
  ])('of a tenant that %s names the setting to doubt', async (_name, before, after, kept, hint) => {
    const api = createFakeLiveApi({
      items: { '/offers2/A': before },
      hooks: { takeEdit: () => ({ attributes: kept }) },
    });
    const result = await applyPlan(makePlan([change(addressOf('A'), before, after)]), makeContext(api));
    expect(result.outcomes[0]?.error?.code).toBe('BULK_UPDATE_DIALECT');
    expect(result.outcomes[0]?.error?.hint?.startsWith(hint)).toBe(true);
  });

  test('that the tenant refuses for its own reasons costs that item, and the next one goes first', async () => {
    const { api, plan, context } = prepare(['A', 'B', 'C', 'D'], {
      before: ({ method, args }) => {
        if (method === 'updateItems' && args[0] === '/offers2/A') throw makeFailure(400, { message: 'A is locked' });
      },
      takeEdit: ({ path }) => (path === '/offers2/B' ? { refuse: { path, why: 'bad template' } } : 'store'),
    });
    const result = await applyPlan(plan, context);
    expect(statuses(result)).toEqual({ A: 'failed HTTP_STATUS', B: 'failed HTTP_STATUS', C: 'done', D: 'done' });
    expect(result.outcomes.map(({ error }) => error?.message)).toEqual([
      'A is locked',
      'Bulk-update refused /offers2/B: {"path":"/offers2/B","why":"bad template"}',
      undefined,
      undefined,
    ]);
    expect(api.writes()).toEqual([
      'updateItems /offers2/A',
      'updateItems /offers2/B',
      'updateItems /offers2/C',
      'updateItems /offers2/D',
    ]);
  });

  test('that took effect although its answer was lost proves the dialect', async () => {
    const { api, plan, context } = prepare(['A', 'B'], {
      after: ({ method, args }) => {
        if (method === 'updateItems' && args[0] === '/offers2/A') throw makeFailure(502, { ambiguous: true });
      },
    });
    expect(statuses(await applyPlan(plan, context))).toEqual({ A: 'done', B: 'done' });
    expect(api.writes()).toEqual(['updateItems /offers2/A', 'updateItems /offers2/B']);
  });

  test('is not spent on an item that needs no write', async () => {
    const { api, plan, context } = prepare(['A', 'B', 'C', 'D']);
    api.state.items.get('/offers2/A')!.attributes['price'] = '2';
    api.state.items.get('/offers2/B')!.attributes['price'] = '7';
    const result = await applyPlan(plan, context);
    expect(statuses(result)).toEqual({ A: 'already done', B: 'failed STALE', C: 'done', D: 'done' });
    expect(api.writes()).toEqual(['updateItems /offers2/C', 'updateItems /offers2/D']);
  });
});

describe('a tenant that normalises values', () => {
  const items = { '/offers2/A': { cta: 'a' }, '/offers2/B': { cta: 'a' }, '/offers2/C': { cta: 'a' } };
  const changes = ['A', 'B', 'C'].map((name) => change(addressOf(name), { cta: 'a' }, { cta: ' Buy ' }));

  test('is reported field by field with the live value, and the rest is written', async () => {
    const api = createFakeLiveApi({
      items,
      hooks: { takeEdit: ({ path }) => (path.endsWith('A') ? { attributes: { cta: 'Buy' } } : 'store') },
    });
    const result = await applyPlan(makePlan(changes), makeContext(api));
    expect(statuses(result)).toEqual({ A: 'unverified UNVERIFIED', B: 'done', C: 'done' });
    expect(result.outcomes[0]).toMatchObject({
      error: {
        message: 'offer:/offers2/A differs from what was sent: cta from " Buy " to "Buy".',
        hint: 'Declare the live value, or add the field to `ignore` of the environment',
      },
      differences: [{ path: '/attributes/cta', before: ' Buy ', after: 'Buy' }],
    });
  });

  test('of every item is asked one item at a time: nothing is proved of its dialect', async () => {
    const api = createFakeLiveApi({ items, hooks: { takeEdit: () => ({ attributes: { cta: 'Buy' } }) } });
    await applyPlan(makePlan(changes), makeContext(api));
    expect(api.writes()).toEqual(['updateItems /offers2/A', 'updateItems /offers2/B', 'updateItems /offers2/C']);
  });
});

describe('the first edit of each trait', () => {
  const term = { renewal: 'TERMED', length: 12 };
  const changes = [
    change(addressOf('A'), { price: '1' }, { price: '2' }),
    change(addressOf('B'), { term }, { term: { renewal: 'EVERGREEN' } }),
    change(addressOf('C'), { badge: 'x' }, { badge: null }),
    change(
      addressOf('D'),
      { badge: 'x', price: '1', term },
      { badge: null, price: '2', term: { renewal: 'EVERGREEN' } },
    ),
    change(addressOf('E'), { term, price: '1' }, { term: { ...term, length: 1 }, price: '2' }),
  ];
  const items = Object.fromEntries(
    changes.map(({ address, before }) => [address.slice(6), before?.['attributes'] as JsonObject]),
  );

  test('is sent alone: setting, replacing an object by a smaller one, removing', async () => {
    const api = createFakeLiveApi({ items });
    const result = await applyPlan(makePlan(changes), makeContext(api));
    expect(result.summary.done).toBe(5);
    expect(api.writes()).toEqual([
      'updateItems /offers2/A',
      'updateItems /offers2/B',
      'updateItems /offers2/C',
      'updateItems /offers2/D,/offers2/E',
    ]);
  });

  test('stops the rest when the tenant merges where it should replace', async () => {
    const api = createFakeLiveApi({
      items,
      hooks: {
        takeEdit: ({ path }) =>
          path.endsWith('B') ? { attributes: { term: { renewal: 'EVERGREEN', length: 12 } } } : 'store',
      },
    });
    const result = await applyPlan(makePlan(changes), makeContext(api));
    expect(statuses(result)).toEqual({
      A: 'done',
      B: 'unverified BULK_UPDATE_DIALECT',
      C: 'blocked BLOCKED',
      D: 'blocked BLOCKED',
      E: 'blocked BLOCKED',
    });
    expect(api.writes()).toEqual(['updateItems /offers2/A', 'updateItems /offers2/B']);
  });
});

describe('the batches after it', () => {
  const names = Array.from({ length: 9 }, (_, i) => `N${i}`);

  test('carry as many items as the dialect allows', async () => {
    const { api, plan, context } = prepare(names);
    context.dialect = { ...DEFAULT_DIALECT, bulkUpdate: { ...DEFAULT_DIALECT.bulkUpdate, maxDiffs: 3 } };
    const result = await applyPlan(plan, context);
    expect(result.summary).toMatchObject({ done: 9, failed: 0 });
    expect(
      api.calls.filter(({ method }) => method === 'updateItems').map(({ args }) => (args[1] as ItemEdit[]).length),
    ).toEqual([1, 3, 3, 2]);
  });

  test('that fail are halved until the bad item is alone; the rest is written', async () => {
    const { api, plan, context } = prepare(names, {
      before: ({ method, args }) => {
        if (method === 'updateItems' && String(args[0]).includes('N6')) throw makeFailure(400, { message: 'no' });
      },
    });
    const result = await applyPlan(plan, context);
    expect(result.outcomes.filter(({ status }) => status !== 'done').map(({ address }) => address)).toEqual([
      addressOf('N6'),
    ]);
    const short = api.writes().map((write) => write.replaceAll('/offers2/', '').replace('updateItems ', ''));
    expect(short).toEqual([
      'N0',
      'N1,N2,N3,N4,N5,N6,N7,N8',
      'N1,N2,N3,N4',
      'N5,N6,N7,N8',
      'N5,N6',
      'N5',
      'N6',
      'N7,N8',
    ]);
  });

  test('that partly fail lose only the items that the answer names and the read-back confirms', async () => {
    const { api, plan, context } = prepare(names, {
      takeEdit: ({ path }) =>
        path.endsWith('N2')
          ? { refuse: path }
          : path.endsWith('N5')
            ? { refuse: { path: path.slice(1), reason: 'x' } }
            : 'store',
    });
    const result = await applyPlan(plan, context);
    expect(result.outcomes.filter(({ status }) => status === 'failed').map(({ address }) => address)).toEqual([
      addressOf('N2'),
      addressOf('N5'),
    ]);
    expect(api.writes()).toHaveLength(2);
  });

  test('whose failures name no item are sent again, without the items that were written', async () => {
    const { api, plan, context } = prepare(['A', 'B', 'C', 'D'], {
      takeEdit: ({ path }) => (path.endsWith('C') ? { refuse: 'something went wrong' } : 'store'),
    });
    const result = await applyPlan(plan, context);
    expect(statuses(result)).toEqual({ A: 'done', B: 'done', C: 'failed HTTP_STATUS', D: 'done' });
    expect(api.writes()).toEqual([
      'updateItems /offers2/A',
      'updateItems /offers2/B,/offers2/C,/offers2/D',
      'updateItems /offers2/C',
    ]);
  });

  test('that are all or nothing pass once the named item is out', async () => {
    const { api, plan, context } = prepare(['A', 'B', 'C', 'D'], {
      takeEdit: ({ path }, batch) => {
        if (!batch.some((edit) => edit.path.endsWith('C'))) return 'store';
        return path.endsWith('C') ? { refuse: path } : 'lose';
      },
    });
    const result = await applyPlan(plan, context);
    expect(statuses(result)).toEqual({ A: 'done', B: 'done', C: 'failed HTTP_STATUS', D: 'done' });
    expect(api.writes().slice(2)).toEqual(['updateItems /offers2/B,/offers2/D']);
  });

  test('do not believe a failure that the read-back refutes', async () => {
    const { plan, context } = prepare(['A', 'B', 'C'], {
      after: ({ method, args }) => {
        if (method === 'updateItems' && args[0] !== '/offers2/A') throw makeFailure(502, { ambiguous: true });
      },
    });
    expect(statuses(await applyPlan(plan, context))).toEqual({ A: 'done', B: 'done', C: 'done' });
  });

  test('do not believe a success that the read-back refutes', async () => {
    const { api, plan, context } = prepare(['A', 'B', 'C', 'D'], {
      takeEdit: ({ path }) =>
        path.endsWith('B') ? 'lose' : path.endsWith('C') ? { attributes: { price: '2.00' } } : 'store',
    });
    const result = await applyPlan(plan, context);
    expect(statuses(result)).toEqual({ A: 'done', B: 'unverified UNVERIFIED', C: 'unverified UNVERIFIED', D: 'done' });
    expect(result.outcomes[2]).toMatchObject({
      error: {
        message: 'offer:/offers2/C differs from what was sent: price from "2" to "2.00".',
        hint: 'Declare the live value, or add the field to `ignore` of the environment',
      },
      differences: [{ path: '/attributes/price', before: '2', after: '2.00' }],
    });
    expect(api.writes()).toHaveLength(2);
  });

  test('see a write that the tenant shows late', async () => {
    const { api, plan, context } = prepare(['A', 'B'], {
      takeEdit: ({ path }) => (path.endsWith('B') ? 'lose' : 'store'),
      before: ({ method, args, nth }, state) => {
        if (method === 'readItem' && args[0] === '/offers2/B' && nth === 3)
          state.items.get('/offers2/B')!.attributes['price'] = '2';
      },
    });
    expect(statuses(await applyPlan(plan, context))).toEqual({ A: 'done', B: 'done' });
    expect(context.clock.slept).toEqual([500, 1000]);
    expect(api.writes()).toHaveLength(2);
  });

  test('are read at most `concurrency` at a time', async () => {
    const { api, plan, context } = prepare(names);
    let inFlight = 0;
    let most = 0;
    context.concurrency = 3;
    context.drivers = {
      ...LITERAL_DRIVERS,
      offer: {
        ...LITERAL_DRIVERS.offer,
        async read(...args) {
          most = Math.max(most, (inFlight += 1));
          const found = await LITERAL_DRIVERS.offer.read(...args);
          inFlight -= 1;
          return found;
        },
      },
    };
    await applyPlan(plan, context);
    expect(most).toBe(3);
    expect(api.writes()).toHaveLength(2);
  });

  test('end after five connection failures in a row', async () => {
    const { api, plan, context } = prepare(names, {
      before: ({ method }) => {
        if (method === 'updateItems') throw makeFailure(403, { message: 'Forbidden' });
      },
    });
    const result = await applyPlan(plan, context);
    expect(result.summary).toMatchObject({ failed: 5, blocked: 4 });
    expect(api.writes()).toHaveLength(5);
    expect(result.outcomes[8]?.error?.message).toBe(
      'Not tried: the last 5 changes failed in the same way, AUTH_REFUSED: Forbidden',
    );
  });
});

describe('items that moved', () => {
  test('are refused as stale, named with what moved, and cost the others nothing', async () => {
    const { api, plan, context } = prepare(['A', 'B', 'C'], {
      before: ({ method, args, nth }, state) => {
        if (method === 'readItem' && args[0] === '/offers2/B' && nth === 0)
          state.items.get('/offers2/B')!.attributes['price'] = '5';
        if (method === 'readItem' && args[0] === '/offers2/C' && nth === 0) state.items.delete('/offers2/C');
      },
    });
    const result = await applyPlan(plan, context);
    expect(statuses(result)).toEqual({ A: 'done', B: 'failed STALE', C: 'failed STALE' });
    expect(result.outcomes.map(({ error }) => error?.message)).toEqual([
      undefined,
      'offer:/offers2/B changed since the plan: price from "1" to "5".',
      'offer:/offers2/C was deleted since the plan.',
    ]);
    expect(api.writes()).toEqual(['updateItems /offers2/A']);
    expect(api.state.items.get('/offers2/B')?.attributes['price']).toBe('5');
  });

  test('may have moved in fields that the files do not manage', async () => {
    const { api, plan, context } = prepare(['A']);
    api.state.items.get('/offers2/A')!.attributes['title'] = 'New title';
    expect(statuses(await applyPlan(plan, context))).toEqual({ A: 'done' });
    expect(api.state.items.get('/offers2/A')?.attributes).toEqual({ title: 'New title', price: '2' });
  });
});
