import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.js';
import type { FaultRule } from '../../src/emulator/faults/fault-rules.js';
import { parseFaults } from '../../src/emulator/faults/parse-faults.js';
import type { Json } from '../../src/model/json.js';
import { ACME, MONTHLY } from './acme-seed.js';
import { connect } from './connect.js';

const OFFERS = '/api/offers/v2?offersSource=catalog';
const PROMO = '/api/objects/limio/promo_codes_v2/promo_code_v2-SPRING25';

/** The statuses of so many equal requests, one after the other. */
async function readStatuses(
  rule: Omit<FaultRule, 'fault' | 'status'> | object,
  count: number,
  seed = 1,
): Promise<number[]> {
  const { call } = await connect({
    seed: ACME,
    faults: { seed, rules: [{ operation: 'list-offers', fault: 'status', status: 503, ...rule }] } as Json,
  });
  const statuses: number[] = [];
  for (let n = 0; n < count; n += 1) statuses.push((await call('GET', OFFERS)).status);
  return statuses;
}

describe('which requests a rule strikes', () => {
  it.each([
    [{}, [503, 503, 503, 503, 503, 503]],
    [{ nth: 2 }, [200, 503, 200, 200, 200, 200]],
    [{ nth: [1, 4] }, [503, 200, 200, 503, 200, 200]],
    [{ after: 4 }, [200, 200, 200, 200, 503, 503]],
    [{ every: 3 }, [200, 200, 503, 200, 200, 503]],
    [{ after: 1, every: 2 }, [200, 200, 503, 200, 503, 200]],
    [{ times: 2 }, [503, 503, 200, 200, 200, 200]],
    [{ after: 1, times: 3 }, [200, 503, 503, 503, 200, 200]],
    [{ probability: 0 }, [200, 200, 200, 200, 200, 200]],
    [{ probability: 1 }, [503, 503, 503, 503, 503, 503]],
  ])('%j', async (trigger, expected) => {
    expect(await readStatuses(trigger, 6)).toEqual(expected);
  });

  it('leaves chance to the seed: the same seed gives the same faults, another one others', async () => {
    const [first, again, other] = await Promise.all(
      [7, 7, 8].map((seed) => readStatuses({ probability: 0.5 }, 40, seed)),
    );
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const struck = first?.filter((status) => status === 503).length ?? 0;
    expect(struck).toBeGreaterThan(8);
    expect(struck).toBeLessThan(32);
  });

  it.each<[string, object, string, string, boolean]>([
    ['a method', { method: 'get' }, 'GET', OFFERS, true],
    ['another method', { method: ['PUT', 'POST'] }, 'GET', OFFERS, false],
    ['a path', { path: '/api/offers/*' }, 'GET', OFFERS, true],
    [
      'a path with its encoding undone',
      { path: '*/Digital Monthly' },
      'GET',
      '/limio/catalogs/1/items/offers2/Digital%20Monthly',
      true,
    ],
    ['another path', { path: ['/api/add_ons', '/limio/*'] }, 'GET', OFFERS, false],
    ['an operation', { operation: 'get-promo' }, 'GET', PROMO, true],
    ['another operation', { operation: 'put-promo' }, 'GET', PROMO, false],
    ['a glob over operations', { operation: '*-promo' }, 'GET', PROMO, true],
    ['reads', { operation: 'read' }, 'GET', OFFERS, true],
    ['lists', { operation: 'list' }, 'GET', PROMO, false],
    ['writes', { operation: 'write' }, 'GET', PROMO, false],
    ['writes', { operation: 'write' }, 'DELETE', PROMO, true],
    ['the token call', { operation: 'token' }, 'GET', OFFERS, false],
  ])('is told by %s: %j, %s %s', async (_what, trigger, method, path, struck) => {
    const { call, emulator } = await connect({ seed: ACME });
    emulator.faults.replace([{ ...trigger, fault: 'status', status: 418 }] as Json);
    expect((await call(method, path)).status === 418).toBe(struck);
  });

  it('lets the first of two rules answer, and counts the request in both', async () => {
    const { call, emulator } = await connect({
      faults: [
        { operation: 'list-offers', nth: 1, fault: 'status', status: 500 },
        { operation: 'list', nth: 2, fault: 'status', status: 503 },
      ],
    });
    const statuses = [await call('GET', OFFERS), await call('GET', OFFERS)].map(({ status }) => status);
    expect(statuses).toEqual([500, 503]);
    expect(emulator.faults.show().rules.map(({ matched, fired }) => [matched, fired])).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });

  it("never touches the emulator's own calls", async () => {
    const { send } = await connect({ faults: [{ fault: 'drop-connection', after: 1 }] });
    expect((await send('GET', '/__emulator/state')).status).toBe(200);
  });
});

describe('the log', () => {
  it('names the faults that struck, and shows the status that the client saw', async () => {
    const { call, emulator } = await connect({
      seed: ACME,
      faults: [
        { operation: 'get-promo', nth: 1, fault: 'status', status: 502, when: 'after' },
        { operation: 'get-promo', nth: 2, name: 'the day of the release', fault: 'no-answer', ms: 1 },
        { operation: 'get-promo', nth: 3, fault: 'edit', edit: { path: MONTHLY, attributes: { a: '1' } } },
        { operation: 'get-promo', nth: 3, fault: 'wrong-type' },
      ],
    });
    for (let n = 0; n < 4; n += 1) await call('GET', PROMO).catch(() => undefined);
    expect(
      emulator
        .log()
        .slice(1)
        .map(({ status, faults }) => [status, faults]),
    ).toEqual([
      [502, ['status 502 after']],
      [0, ['the day of the release']],
      [200, ['edit', 'wrong-type']],
      [200, undefined],
    ]);
  });
});

describe('the control call of faults', () => {
  const BUSY = { operation: 'list-offers', fault: 'status', status: 503 } as const;
  const CONTROL = '/__emulator/faults';
  const JSON_BODY = { 'content-type': 'application/json' };

  it('shows, replaces, adds and clears', async () => {
    const { call, send } = await connect({ faults: { seed: 3, rules: [BUSY] } });
    await call('GET', OFFERS);
    expect((await send('GET', CONTROL)).json).toEqual({ seed: 3, rules: [{ ...BUSY, matched: 1, fired: 1 }] });

    const replaced = await send('PUT', CONTROL, {
      headers: JSON_BODY,
      body: JSON.stringify({ seed: 9, rules: [{ ...BUSY, nth: 2 }] }),
    });
    expect(replaced.json).toEqual({ seed: 9, rules: [{ ...BUSY, nth: 2, matched: 0, fired: 0 }] });
    expect((await call('GET', OFFERS)).status).toBe(200);

    const added = await send('POST', CONTROL, { headers: JSON_BODY, body: JSON.stringify({ fault: 'slow', ms: 1 }) });
    expect(added.json['rules']).toEqual([
      { ...BUSY, nth: 2, matched: 1, fired: 0 },
      { fault: 'slow', ms: 1, matched: 0, fired: 0 },
    ]);
    expect((await call('GET', OFFERS)).status).toBe(503);

    expect((await send('DELETE', CONTROL)).json).toEqual({ seed: 1, rules: [] });
    expect((await call('GET', OFFERS)).status).toBe(200);
  });

  it('refuses a bad rule with a sentence and keeps what it has', async () => {
    const { send, emulator } = await connect({ faults: [BUSY] });
    const reply = await send('PUT', CONTROL, {
      headers: JSON_BODY,
      body: '[{"fault":"status","status":503},{"fault":"sttus"}]',
    });
    expect(reply.status).toBe(400);
    expect(reply.json['message']).toMatch(
      /^Invalid faults: rule 2: unknown fault "sttus"; did you mean "status"\? Faults: drop-connection, /,
    );
    expect((await send('POST', CONTROL, { headers: JSON_BODY, body: 'busy' })).json).toEqual({
      message: 'The body is not JSON',
    });
    expect(
      (await send('POST', CONTROL, { headers: JSON_BODY, body: '{"seed":1,"rules":[]}' })).json['message'],
    ).toContain('the rule has no "fault"');
    expect(emulator.faults.show().rules).toEqual([{ ...BUSY, matched: 0, fired: 0 }]);
  });
});

describe('a schedule that is none', () => {
  it('keeps the emulator from starting, and a running one as it was', async () => {
    await expect(startEmulator({ faults: [{ fault: 'slow', ms: -1 }] })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    const { emulator } = await connect({ faults: [{ fault: 'slow', ms: 1 }] });
    expect(() =>
      emulator.faults.add([
        { fault: 'slow', ms: 2 },
        { fault: 'slow', ms: -1 },
      ]),
    ).toThrow('rule 2 (slow): ms must be');
    expect(() => emulator.faults.replace({ seed: 1.5, rules: [] })).toThrow('seed');
    expect(emulator.faults.show()).toEqual({
      seed: 1,
      rules: [{ fault: 'slow', ms: 1, matched: expect.any(Number), fired: expect.any(Number) }],
    });
  });

  it.each<[Json, string]>([
    ['busy', 'rules must be an array of objects'],
    [{ rules: [], sed: 1 }, 'the schedule: unknown key "sed"; did you mean "seed"?'],
    [{ rules: [], seed: 1.5 }, 'the schedule: seed must be a whole number'],
    [{ rules: {} }, 'the rule has no "fault"'],
    [[7], 'rule 1 is not an object'],
    [[{ fault: 'status' }], 'rule 1 (status): status is missing; it must be a whole number from 400 to 599'],
    [[{ fault: 'status', status: 200 }], 'rule 1 (status): status must be a whole number from 400 to 599'],
    [
      [{ fault: 'status', status: 500, retryAfter: 'a\nb' }],
      'rule 1 (status): retryAfter must be a number of seconds or a header value',
    ],
    [[{ fault: 'slow', opertion: 'read' }], 'rule 1 (slow): unknown key "opertion"; did you mean "operation"?'],
    [
      [{ fault: 'slow', operation: 'put-jorney' }],
      'rule 1 (slow): unknown operation "put-jorney"; did you mean "put-journey"?',
    ],
    [[{ fault: 'lost-write', operation: 'head-item' }], 'rule 1 (lost-write): the fault does not apply to "head-item"'],
    [[{ fault: 'slow', nth: 0 }], 'rule 1 (slow): nth must be a whole number from 1, or an array of them'],
    [[{ fault: 'slow', probability: 30 }], 'rule 1 (slow): probability must be a number from 0 to 1'],
    [[{ fault: 'slow', when: 'before' }], 'rule 1 (slow): unknown key "when"'],
    [
      [{ fault: 'rewritten-value', rewrite: 'lower-case' }],
      'rewrite must be one of trim, upper-case, reorder, drop-key',
    ],
    [[{ fault: 'edit', edit: { path: '/a' } }], 'edit must be "target", or an edit as POST /__emulator/edit takes it'],
    [[{ fault: '__proto__' }], 'unknown fault "__proto__"'],
    [JSON.parse('[{"fault":"slow","__proto__":1}]') as Json, 'unknown key "__proto__"'],
    [{ random: { seed: 1, rate: 2 } }, 'random: rate must be a number from 0 to 1'],
    [{ random: { seed: 1, rate: 0.3, hang: 1 } }, 'random: unknown key "hang"'],
  ])('%j', (value, message) => {
    expect(() => parseFaults(value)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) }),
    );
  });
});
