import { expect, test } from 'vitest';
import type { Guard } from '../../src/model/plan.js';
import { listIdleConsents } from '../../src/apply/select.js';

const guards: Guard[] = [
  { code: 'DELETE_CONSENT', message: '', addresses: [], consent: { flag: '--allow-delete', value: '3' } },
];

test('a consent that lifts nothing is told: not asked for, or for another number', () => {
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
