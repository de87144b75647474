import { describe, expect, test } from 'vitest';
import { listIdleConsents, selectRunnable } from '../../src/apply/select.js';
import { findPlanStop } from '../../src/model/plan-stop.js';
import type { Guard, Plan } from '../../src/model/plan.js';
import { change, makePlan } from '../support/apply-fixtures.js';

const deletion: Guard = {
  code: 'DELETE_CONSENT',
  message: '2 deletions need consent.',
  addresses: ['journey:a', 'promo_code:B'],
  consent: { flag: '--allow-delete', value: '2' },
};
const codec: Guard = {
  code: 'CODEC_UNCONFIRMED',
  message: 'The form of a city condition is not known.',
  addresses: ['journey:c'],
  hint: 'Set dialect.journeyCodec',
};
const changes = [
  change('journey:a', { x: 1 }, null),
  change('promo_code:B', { x: 1 }, null),
  change('journey:c', { x: 1 }, { x: 2 }),
  change('offer:/offers2/D', { x: 1 }, { x: 2 }),
];

const consentTo = (count: string) => new Map([['--allow-delete', count]]);

describe('selectRunnable', () => {
  test.each([
    ['no consent', {}, ['offer:/offers2/D']],
    ['consent to that number', { '--allow-delete': '2' }, ['journey:a', 'promo_code:B', 'offer:/offers2/D']],
    ['consent to fewer', { '--allow-delete': '1' }, ['offer:/offers2/D']],
    ['consent to more', { '--allow-delete': '3' }, ['offer:/offers2/D']],
    ['consent to none', { '--allow-delete': '0' }, ['offer:/offers2/D']],
    ['another spelling of the number', { '--allow-delete': '02' }, ['offer:/offers2/D']],
    ['consent to something else', { '--allow-price-change': '2' }, ['offer:/offers2/D']],
  ])('with %s runs what no guard holds', (_name, consents, expected) => {
    const { runnable, withheld } = selectRunnable(
      makePlan(changes, { guards: [deletion, codec] }),
      new Map(Object.entries(consents)),
    );
    expect(runnable.map(({ address }) => address)).toEqual(expected);
    expect(runnable.length + withheld.size).toBe(changes.length);
  });

  test('names the flag with its value, and the number that was given instead', () => {
    const { withheld } = selectRunnable(makePlan(changes, { guards: [deletion] }), consentTo('3'));
    expect(withheld.get('journey:a')).toEqual({
      code: 'DELETE_CONSENT',
      message: '2 deletions need consent. Consent was given for 3.',
      hint: 'To consent, add --allow-delete=2',
    });
  });

  test('does not say the flag twice when the guard names it', () => {
    const guard: Guard = { ...deletion, hint: 'If this is intended, add --allow-delete=2.' };
    expect(selectRunnable(makePlan(changes, { guards: [guard] }), new Map()).withheld.get('journey:a')?.hint).toBe(
      guard.hint,
    );
  });

  test('keeps the hint of a guard that no consent lifts', () => {
    const { withheld } = selectRunnable(makePlan(changes, { guards: [codec] }), consentTo('2'));
    expect(withheld.get('journey:c')).toEqual({ code: codec.code, message: codec.message, hint: codec.hint });
  });

  test('no consent lifts a guard without one', () => {
    const { consent: _consent, ...guard } = deletion;
    expect(selectRunnable(makePlan(changes, { guards: [guard] }), consentTo('2')).withheld.size).toBe(2);
  });

  test('one consent lifts every guard that requires it, and only those', () => {
    const price: Guard = {
      ...deletion,
      code: 'PRICE_CHANGE',
      addresses: ['offer:/offers2/D'],
      consent: { flag: '--allow-price-change', value: '2' },
    };
    const { withheld } = selectRunnable(makePlan(changes, { guards: [deletion, price] }), consentTo('2'));
    expect([...withheld.keys()]).toEqual(['offer:/offers2/D']);
  });

  test('names the most severe of the guards of a change', () => {
    const { withheld } = selectRunnable(
      makePlan(changes, { guards: [{ ...codec, addresses: ['journey:a'] }, deletion] }),
      new Map(),
    );
    expect([withheld.get('journey:a')?.code, withheld.get('promo_code:B')?.code]).toEqual([
      'CODEC_UNCONFIRMED',
      'DELETE_CONSENT',
    ]);
  });

  test('a guard stops publishing until it is lifted', () => {
    const freeze: Guard = {
      code: 'FREEZE',
      message: 'prod is frozen.',
      addresses: [],
      consent: { flag: '--allow-freeze', value: 'prod' },
      stopsPublish: true,
    };
    const plan = makePlan(changes, { guards: [freeze] });
    expect(selectRunnable(plan, new Map()).stopPublish).toMatchObject({ code: 'FREEZE' });
    expect(selectRunnable(plan, new Map([['--allow-freeze', 'prod']])).stopPublish).toBeUndefined();
  });

  test('a change under two guards is withheld until both are lifted', () => {
    const second: Guard = { ...codec, addresses: ['journey:a'] };
    const { withheld } = selectRunnable(makePlan(changes, { guards: [deletion, second] }), consentTo('2'));
    expect([...withheld.keys()]).toEqual(['journey:a']);
  });

  test('a lifted guard frees its changes; a withheld change that no guard names stays withheld', () => {
    const withheldList = (['journey:a', 'promo_code:B', 'offer:/offers2/D'] as const).map((address) => ({
      address,
      action: 'delete' as const,
      reason: 'DELETE_CONSENT' as const,
    }));
    const plan = makePlan(changes, { guards: [deletion], withheld: withheldList });
    expect([...selectRunnable(plan, consentTo('2')).withheld.keys()]).toEqual(['offer:/offers2/D']);
  });
});

const guards: Guard[] = [
  { code: 'DELETE_CONSENT', message: '', addresses: [], consent: { flag: '--allow-delete', value: '3' } },
];

test('a consent that lifts nothing is reported: not required, or for another number', () => {
  expect(listIdleConsents({ guards }, new Map([['--allow-delete', '3']]))).toEqual([]);
  expect(
    listIdleConsents(
      { guards },
      new Map([
        ['--allow-delete', '2'],
        ['--allow-price-change', '1'],
      ]),
    ),
  ).toEqual([
    '--allow-delete=2 has no effect: this plan requires --allow-delete=3.',
    '--allow-price-change=1 has no effect: nothing in this plan requires it.',
  ]);
});

const stopOf = (standing: Guard[], consents: Record<string, string> = {}, more: Partial<Plan> = {}) =>
  findPlanStop(makePlan(changes, { guards: standing, ...more }), new Map(Object.entries(consents)));

describe('a plan is carried out whole or not at all', () => {
  const broader: Guard = {
    code: 'PROMO_BROADER',
    message: '1 promo code gets broader.',
    addresses: ['offer:/offers2/D'],
    consent: { flag: '--allow-broader-promo', value: '1' },
  };
  test('deletions that lack only their consent stop nothing', () => {
    expect(stopOf([])).toBeUndefined();
    expect(stopOf([deletion])).toBeUndefined();
    expect(stopOf([deletion], { '--allow-delete': '3' })).toBeUndefined();
  });

  test('a deletion under another guard stops it', () => {
    const atDefault: Guard = { ...broader, code: 'JOURNEY_AT_DEFAULT', addresses: ['journey:a'] };
    expect(stopOf([deletion, atDefault])?.reasons).toEqual([{ code: 'JOURNEY_AT_DEFAULT', changes: 1 }]);
  });

  test('any other guard stops it until its consent is given, and every consent of the plan is named', () => {
    const stop = { reasons: [{ code: 'PROMO_BROADER', changes: 1 }], unliftable: [] };
    const consents = ['--allow-delete=2', '--allow-broader-promo=1'];
    expect(stopOf([deletion, broader])).toEqual({ ...stop, consents });
    expect(stopOf([deletion, broader], { '--allow-broader-promo': '2' })).toEqual({ ...stop, consents });
    expect(stopOf([deletion, broader], { '--allow-broader-promo': '1' })).toBeUndefined();
  });

  test('a guard that no consent lifts is named as such', () => {
    expect(stopOf([codec, broader], { '--allow-broader-promo': '1' })).toEqual({
      reasons: [{ code: 'CODEC_UNCONFIRMED', changes: 1 }],
      unliftable: ['CODEC_UNCONFIRMED'],
      consents: ['--allow-broader-promo=1'],
    });
  });

  test('a guard that stands several times is named once, with all its changes', () => {
    const other: Guard = { ...codec, addresses: ['journey:a', 'promo_code:B'] };
    expect(stopOf([codec, other])?.reasons).toEqual([{ code: 'CODEC_UNCONFIRMED', changes: 3 }]);
  });

  test('a guard that stops only publishing stops it too', () => {
    const pages: Guard = { code: 'INCOMPLETE_PAGES', message: 'A page may be missing.', addresses: [] };
    expect(stopOf([{ ...pages, stopsPublish: true }])?.reasons).toEqual([{ code: 'INCOMPLETE_PAGES', changes: 0 }]);
  });

  test('a change that waits for a withheld deletion cannot run, so it stops the plan until the deletion is approved', () => {
    const waits = changes.map((one) =>
      one.address === 'journey:c' ? { ...one, dependsOn: ['journey:a' as const] } : one,
    );
    const after = waits.map((one) =>
      one.address === 'offer:/offers2/D' ? { ...one, dependsOn: ['journey:c' as const] } : one,
    );
    expect(stopOf([deletion], {}, { changes: after })).toEqual({
      reasons: [{ code: 'DELETE_CONSENT', changes: 2 }],
      unliftable: [],
      consents: ['--allow-delete=2'],
    });
    expect(stopOf([deletion], { '--allow-delete': '2' }, { changes: after })).toBeUndefined();
  });

  test('a move to another name that lacks its consent is no deletion: it stops the plan', () => {
    const moved: Guard = { ...deletion, addresses: ['journey:c'] };
    expect(stopOf([moved])?.reasons).toEqual([{ code: 'DELETE_CONSENT', changes: 1 }]);
  });

  test('a withheld change that no guard names stops it', () => {
    const withheld = [{ address: 'journey:c', action: 'update', reason: 'CODEC_UNCONFIRMED' } as const];
    expect(stopOf([deletion], {}, { withheld })?.unliftable).toEqual(['CODEC_UNCONFIRMED']);
  });
});
