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
    '--allow-delete=2 was given, and this plan asks for --allow-delete=3; what it stops is withheld.',
    '--allow-price-change=1 was given, and nothing in this plan asks for it.',
  ]);
});
