import { describe, expect, test } from 'vitest';
import { selectRunnable } from '../../src/apply/select-runnable.js';
import type { Guard } from '../../src/model/plan.js';
import { change, makePlan } from '../support/apply-fixtures.js';

const deletion: Guard = {
  code: 'DELETE_CONSENT',
  message: '2 deletions need consent.',
  addresses: ['journey:a', 'promo_code:B'],
  consent: { flag: '--allow-delete', value: '2' },
};
const codec: Guard = { code: 'CODEC_UNCONFIRMED', message: 'The form of a city condition is not known.', addresses: ['journey:c'], hint: 'Set dialect.journeyCodec' };
const changes = [
  change('journey:a', { x: 1 }, null),
  change('promo_code:B', { x: 1 }, null),
  change('journey:c', { x: 1 }, { x: 2 }),
  change('offer:/offers2/D', { x: 1 }, { x: 2 }),
];

describe('selectRunnable', () => {
  test.each([
    ['no consent', {}, ['offer:/offers2/D']],
    ['consent to the very number', { allowDelete: 2 }, ['journey:a', 'promo_code:B', 'offer:/offers2/D']],
    ['consent to fewer', { allowDelete: 1 }, ['offer:/offers2/D']],
    ['consent to more', { allowDelete: 3 }, ['offer:/offers2/D']],
    ['consent to none', { allowDelete: 0 }, ['offer:/offers2/D']],
    ['no number at all', { allowDelete: Number.NaN }, ['offer:/offers2/D']],
  ])('with %s runs what no guard holds', (_name, consents, expected) => {
    const { runnable, withheld } = selectRunnable(makePlan(changes, { guards: [deletion, codec] }), consents);
    expect(runnable.map(({ address }) => address)).toEqual(expected);
    expect(runnable.length + withheld.size).toBe(changes.length);
  });

  test('names the flag with its value, and the number that was given instead', () => {
    const { withheld } = selectRunnable(makePlan(changes, { guards: [deletion] }), { allowDelete: 3 });
    expect(withheld.get('journey:a')).toEqual({
      code: 'DELETE_CONSENT',
      message: '2 deletions need consent. Consent was given for 3.',
      hint: 'To consent, add --allow-delete=2',
    });
  });

  test('does not say the flag twice when the guard names it', () => {
    const guard: Guard = { ...deletion, hint: 'To delete, add --allow-delete=2 to apply.' };
    expect(selectRunnable(makePlan(changes, { guards: [guard] }), {}).withheld.get('journey:a')?.hint).toBe(guard.hint);
  });

  test('keeps the hint of a guard that no consent lifts', () => {
    const { withheld } = selectRunnable(makePlan(changes, { guards: [codec] }), { allowDelete: 2 });
    expect(withheld.get('journey:c')).toEqual({ code: codec.code, message: codec.message, hint: codec.hint });
  });

  test('a consent lifts no other guard, whatever consent it names', () => {
    const guard: Guard = { ...deletion, code: 'DELETE_UNPROVED' };
    expect(selectRunnable(makePlan(changes, { guards: [guard] }), { allowDelete: 2 }).withheld.size).toBe(2);
  });

  test('a change under two guards stays while one of them stands', () => {
    const second: Guard = { ...codec, addresses: ['journey:a'] };
    const { withheld } = selectRunnable(makePlan(changes, { guards: [deletion, second] }), { allowDelete: 2 });
    expect([...withheld.keys()]).toEqual(['journey:a']);
  });

  test('the list of withheld changes in the plan does not outlive a lifted guard, but holds what no guard names', () => {
    const withheldList = (['journey:a', 'promo_code:B', 'offer:/offers2/D'] as const).map((address) => ({
      address,
      action: 'delete' as const,
      reason: 'because',
    }));
    const plan = makePlan(changes, { guards: [deletion], withheld: withheldList });
    expect([...selectRunnable(plan, { allowDelete: 2 }).withheld.keys()]).toEqual(['offer:/offers2/D']);
  });
});
