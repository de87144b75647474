import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { type ExpectedEnd, evaluateCase } from '../../src/routing/cases.js';
import type { Visitor } from '../../src/routing/conditions.js';
import { compileWorld } from '../../src/routing/routing.js';

const go = (...destinations: [string, number?][]): JsonObject[] =>
  destinations.map(([destination, split = 100]) => ({ type: 'destination', destination, split }));

const WORLD = compileWorld([
  {
    name: 'web',
    body: {
      starting_point: '/landing/',
      fallback_tag: '/home/',
      domains: ['shop.example.com'],
      journeys: [
        { conditions: [{ type: 'country', values: ['US'] }], actions: go(['/us/']) },
        {
          conditions: [{ type: 'country', values: ['GB'] }],
          actions: go(['/a/', 33.33], ['/b/', 33.33], ['/c/', 33.34]),
        },
        { conditions: [{ type: 'country', values: ['IE'] }], actions: go(['/a/', 50], ['/a/', 50]) },
        { conditions: [{ type: 'country', values: ['FR'] }], actions: [] },
        { conditions: [{ type: 'country', values: ['DE'] }], actions: [{ raw: { type: 'url' } }] },
        { conditions: [{ type: 'country', values: ['CA'] }, { raw: { type: 'articles' } }], actions: go(['/reader/']) },
        { conditions: [{ type: 'country', values: ['NZ'] }, { raw: { type: 'articles' } }], actions: go(['/home/']) },
      ],
    },
  },
  { name: 'dead', body: { starting_point: '/dead/', journeys: [] } },
]);

const to = (...tags: [string, number?][]): ExpectedEnd => ({
  shares: tags.map(([tag, percent = 100]) => ({ tag, percent })),
});
const from = (country: string | null, more: Partial<Visitor> = {}): Visitor => ({
  path: '/landing',
  host: 'shop.example.com',
  country,
  ...more,
});
const FALLBACK: ExpectedEnd = { end: 'fallback' };

describe('a case holds when all that can happen is expected, and all that is expected can happen', () => {
  test.each<[string, Visitor, ExpectedEnd[], boolean]>([
    ['the destination', from('US'), [to(['/us/'])], true],
    ['another destination', from('US'), [to(['/a/'])], false],
    ['a branch is no fallback', from('US'), [FALLBACK], false],
    ['the fallback by its name', from('AT'), [FALLBACK], true],
    ['the fallback by its destination', from('AT'), [to(['/home/'])], true],
    ['thirds to two decimals', from('GB'), [to(['/a/', 33.33], ['/b/', 33.33], ['/c/', 33.34])], true],
    ['the order of shares does not matter', from('GB'), [to(['/c/', 33.34], ['/a/', 33.33], ['/b/', 33.33])], true],
    ['shares that differ by a tenth', from('GB'), [to(['/a/', 33.43], ['/b/', 33.33], ['/c/', 33.24])], false],
    ['fewer destinations', from('GB'), [to(['/a/', 33.33], ['/b/', 66.67])], false],
    [
      'a share of nothing beside them',
      from('GB'),
      [to(['/a/', 33.33], ['/b/', 33.33], ['/c/', 33.34], ['/d/', 0])],
      true,
    ],
    ['a part of the visitors is not all', from('GB'), [to(['/a/'])], false],
    ['the share of a number', from('GB', { split: 0.5 }), [to(['/b/'])], true],
    ['two actions to one destination', from('IE'), [to(['/a/'])], true],
    ['a branch without actions', from('FR'), [{ end: 'nowhere' }], true],
    ['a journey without branch and fallback', { path: '/dead/' }, [{ end: 'nowhere' }], true],
    ['a raw action', from('DE'), [{ end: 'raw_action' }], true],
    ['a raw action is no destination', from('DE'), [to(['/us/'])], false],
    ['no journey starts here', { path: '/x/', pageExists: true }, [{ end: 'not_intercepted' }], true],
    ['not intercepted is not nowhere', { path: '/x/', pageExists: true }, [{ end: 'nowhere' }], false],
    ['a raw condition: one outcome alone', from('CA'), [to(['/reader/'])], false],
    ['a raw condition: the other alone', from('CA'), [FALLBACK], false],
    ['a raw condition: both', from('CA'), [to(['/reader/']), FALLBACK], true],
    ['a raw condition: both and one that cannot be', from('CA'), [to(['/reader/']), FALLBACK, to(['/us/'])], false],
    ['a raw condition whose outcomes are one destination', from('NZ'), [to(['/home/'])], true],
    ['but not one fallback', from('NZ'), [FALLBACK], false],
    ['an unknown country', { path: '/landing', host: 'shop.example.com' }, [to(['/us/'])], false],
  ])('%s', (_what, visitor, expected, passed) => {
    expect(evaluateCase(WORLD, { visitor, expected }).passed).toBe(passed);
  });
});
