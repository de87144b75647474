import { describe, expect, test } from 'vitest';
import { measureCoverage } from '../../src/routing/cases.js';
import type { Visitor } from '../../src/routing/conditions.js';
import { compileWorld } from '../../src/routing/routing.js';

const WORLD = compileWorld([
  {
    name: 'web',
    body: {
      starting_point: '/landing/',
      fallback_tag: '/home/',
      journeys: [
        {
          conditions: [
            { type: 'country', values: ['US'] },
            { type: 'device', values: ['mobile'] },
          ],
          actions: [{ type: 'destination', destination: '/us/', split: 100 }],
        },
        {
          conditions: [{ type: 'country', values: ['GB'] }, { raw: { type: 'articles' } }],
          actions: [
            { type: 'destination', destination: '/a/', split: 50 },
            { type: 'destination', destination: '/b/', split: 50 },
          ],
        },
      ],
    },
  },
]);

const ALL = [
  '/journeys/0',
  '/journeys/0/conditions/0',
  '/journeys/0/conditions/1',
  '/journeys/0/actions/0',
  '/journeys/1',
  '/journeys/1/conditions/0',
  '/journeys/1/conditions/1',
  '/journeys/1/actions/0',
  '/journeys/1/actions/1',
  '/fallback_tag',
];
const visit = (facts: Partial<Visitor>): Visitor => ({ path: '/landing/', ...facts });
const reach = (...visitors: Visitor[]): string[] =>
  measureCoverage(WORLD, visitors)
    .filter(({ reached }) => reached)
    .map(({ pointer }) => pointer);

describe('what visitors reach', () => {
  test('of nobody is nothing; every part is listed once', () => {
    expect(measureCoverage(WORLD, []).map(({ pointer, reached }) => [pointer, reached])).toEqual(
      ALL.map((pointer) => [pointer, false]),
    );
    expect(measureCoverage(WORLD, []).map(({ what }) => what)).toEqual([
      'branch',
      'condition',
      'condition',
      'destination',
      'branch',
      'condition',
      'condition',
      'destination',
      'destination',
      'destination',
    ]);
  });

  test.each<[string, Visitor[], string[]]>([
    [
      'a branch and its destination, but none of its conditions: nobody fails for want of them',
      [visit({ country: 'US', device: 'mobile' })],
      ['/journeys/0', '/journeys/0/actions/0'],
    ],
    // By the same visitor the country of the second branch is seen to matter.
    [
      'a condition when it alone turns a visitor away',
      [visit({ country: 'US', device: 'desktop' })],
      ['/journeys/0/conditions/1', '/journeys/1/conditions/0', '/fallback_tag'],
    ],
    [
      'no condition when two turn him away',
      [visit({ country: 'AT', device: 'desktop' })],
      ['/journeys/1/conditions/0', '/fallback_tag'],
    ],
    [
      'a branch whose raw condition may hold, with what comes after it',
      [visit({ country: 'GB', device: 'desktop' })],
      ['/journeys/1', '/journeys/1/conditions/1', '/journeys/1/actions/0', '/journeys/1/actions/1', '/fallback_tag'],
    ],
    [
      'the one destination that a number gives',
      [visit({ country: 'GB', device: 'desktop', split: 0.7 })],
      ['/journeys/1', '/journeys/1/conditions/1', '/journeys/1/actions/1', '/fallback_tag'],
    ],
    ["nothing behind a condition of which the visitor's side is unknown", [visit({ country: 'US' })], []],
    ['nothing of another page', [{ path: '/elsewhere/', pageExists: true, country: 'US', device: 'mobile' }], []],
    [
      'everything by four visitors',
      [
        visit({ country: 'US', device: 'mobile' }),
        visit({ country: 'AT', device: 'mobile' }),
        visit({ country: 'US', device: 'desktop' }),
        visit({ country: 'GB', device: 'desktop' }),
      ],
      ALL,
    ],
  ])('%s', (_what, visitors, pointers) => {
    expect(reach(...visitors)).toEqual(pointers);
  });
});
