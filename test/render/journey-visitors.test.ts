import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { viewVisitors } from '../../src/render/journeys/visitors.js';

const to = (destination: string, split = 100): JsonObject => ({ type: 'destination', destination, split });
const when = (type: string, ...values: string[]): JsonObject => ({ type, values });
const branch = (conditions: JsonObject[], ...actions: JsonObject[]): JsonObject => ({ conditions, actions });
const journey = (journeys: JsonObject[], more: JsonObject = {}): JsonObject => ({
  starting_point: '/x/',
  fallback_tag: '/f/',
  journeys,
  ...more,
});

function show(before: JsonObject | undefined, after: JsonObject | undefined): string[] {
  return viewVisitors('j', { ...(before ? { before } : {}), ...(after ? { after } : {}) }).flatMap(
    ({ path, hosts, rows, rest }) => [
      `${path}${hosts === undefined ? '' : ` on ${hosts}`}`,
      ...rows.map((row) => `${row.who}: ${row.before} -> ${row.after}`),
      ...(rest === undefined ? [] : [rest]),
    ],
  );
}

const listMany = (at: string) =>
  Array.from({ length: 300 }, (_, i) =>
    branch([when('query', `a=${i}`), when('device', 'mobile')], to(i === 200 ? at : `/${i}/`)),
  );

const US = [when('country', 'US')];
const SAME = 'All other visitors: unchanged.';
const NOTHING = 'Nothing changes for visitors.';

describe('what changes for visitors', () => {
  test.each<[string, JsonObject[], JsonObject[], string[]]>([
    ['another destination', [branch(US, to('/a/'))], [branch(US, to('/b/'))], ['country US: /a/ -> /b/', SAME]],
    [
      'one who lacks a cookie',
      [branch(US, to('/us/'))],
      [branch([...US, when('cookie', 'lmo_uid')], to('/us/')), branch(US, to('/new/'))],
      ['country US, without cookie lmo_uid: /us/ -> /new/', SAME],
    ],
    [
      'a country moves to a branch of its own',
      [branch([when('country', 'DE', 'FR')], to('/eu/'))],
      [branch([when('country', 'FR')], to('/fr/')), branch([when('country', 'DE')], to('/eu/'))],
      ['country FR: /eu/ -> /fr/', SAME],
    ],
    [
      'branches that cannot meet change places',
      [branch(US, to('/a/')), branch([when('country', 'DE')], to('/b/'))],
      [branch([when('country', 'DE')], to('/b/')), branch(US, to('/a/'))],
      [NOTHING],
    ],
    [
      'branches that can meet change places',
      [branch(US, to('/a/')), branch([when('device', 'mobile')], to('/b/'))],
      [branch([when('device', 'mobile')], to('/b/')), branch(US, to('/a/'))],
      ['country US, device mobile: /a/ -> /b/', SAME],
    ],
    [
      'a branch below one that takes everyone',
      [branch([], to('/a/'))],
      [branch([], to('/a/')), branch(US, to('/b/'))],
      [NOTHING],
    ],
    [
      'a split, written as other numbers of the same shares',
      [branch(US, to('/a/', 50), to('/b/', 50))],
      [branch(US, to('/b/', 20), to('/a/', 20))],
      [NOTHING],
    ],
    [
      'a split',
      [branch(US, to('/a/'))],
      [branch(US, to('/a/', 80), to('/b/', 20))],
      ['country US: /a/ -> /a/ 80 %, /b/ 20 %', SAME],
    ],
    [
      'a raw condition on both sides is one and the same',
      [branch([{ raw: 1 }], to('/a/')), branch(US, to('/u/'))],
      [branch([{ raw: 1 }], to('/a/')), branch(US, to('/v/'))],
      ['country US, unless raw 1 holds: /u/ -> /v/', SAME],
    ],
    [
      'a raw action',
      [branch(US, { raw: 1 })],
      [branch(US, { raw: 2 })],
      ['country US: where a raw action leads -> where a raw action leads', SAME],
    ],
    ['the same raw action', [branch(US, { raw: 1 })], [branch(US, { raw: 1 }), branch(US, to('/z/'))], [NOTHING]],
    [
      'a region lies in its country',
      [branch([when('region', 'DE-BY')], to('/by/')), branch([when('country', 'DE')], to('/de/'))],
      [branch([when('country', 'DE')], to('/de/'))],
      ['region DE-BY: /by/ -> /de/', SAME],
    ],
    ['a branch that no visitor can meet', [], [branch([when('region', 'DE-BY'), ...US], to('/a/'))], [NOTHING]],
    [
      'several segments, one of which is enough',
      [],
      [branch([when('segment', 's', 't')], to('/a/'))],
      ['with one of the segments s, t: /f/ -> /a/', SAME],
    ],
    [
      'several cookies: whether all must be there is not known',
      [],
      [branch([when('cookie', 'lmo_a', 'lmo_b')], to('/a/'))],
      [
        'with some but not all of the cookies lmo_a, lmo_b, if one of several cookies is enough: /f/ -> /a/',
        'with all of the cookies lmo_a, lmo_b: /f/ -> /a/',
        SAME,
      ],
    ],
    ['nobody', [branch([when('country')], to('/a/'))], [], [NOTHING]],
    ['everyone', [], [branch([], to('/a/'))], ['everyone: /f/ -> /a/']],
  ])('%s', (_, before, after, expected) => {
    expect(show(journey(before), journey(after))).toEqual(['/x/', ...expected]);
  });

  test('another starting point, and another fallback', () => {
    expect(show(journey([]), journey([], { starting_point: '/y/' }))).toEqual([
      '/x/',
      'everyone: /f/ -> the page itself',
      '/y/',
      'everyone: the page itself -> /f/',
    ]);
    expect(show(journey([branch(US, to('/a/'))]), journey([branch(US, to('/a/'))], { fallback_tag: null }))).toEqual([
      '/x/',
      'country other than US: /f/ -> nowhere (no fallback)',
      SAME,
    ]);
  });

  test('a journey that comes and one that goes', () => {
    expect(show(undefined, journey([branch(US, to('/a/'))]))).toEqual([
      '/x/',
      'country US: the page itself -> /a/',
      'country other than US: the page itself -> /f/',
    ]);
    expect(show(journey([]), undefined)).toEqual(['/x/', 'everyone: /f/ -> the page itself']);
  });

  test.each<[string, string[] | null, string[] | null, string[]]>([
    [
      'one comes, one goes',
      ['a.example', 'b.example'],
      ['b.example', 'c.example'],
      [
        '/x/ on b.example',
        NOTHING,
        '/x/ on a.example',
        'everyone: /f/ -> the page itself',
        '/x/ on c.example',
        'everyone: the page itself -> /f/',
      ],
    ],
    [
      'every host becomes one',
      null,
      ['a.example'],
      ['/x/ on a.example', NOTHING, '/x/ on all but a.example', 'everyone: /f/ -> the page itself'],
    ],
    [
      'one becomes every host',
      ['A.example'],
      null,
      ['/x/ on a.example', NOTHING, '/x/ on all but a.example', 'everyone: the page itself -> /f/'],
    ],
    ['they stay', ['a.example'], ['A.EXAMPLE'], ['/x/', NOTHING]],
  ])('of hosts: %s', (_, before, after, expected) => {
    expect(show(journey([], { domains: before }), journey([], { domains: after }))).toEqual(expected);
  });

  test('is told by branches where there are too many sorts of visitors', () => {
    const many = Array.from({ length: 30 }, (_, i) =>
      branch([when('cookie', `lmo_${i}`), when('segment', `s${i}`)], to(`/${i}/`)),
    );
    expect(
      show(
        journey(many),
        journey([
          branch([when('query', 'a=1')], to('/new/')),
          ...many.map((one) => ({ ...one, actions: [...(one['actions'] as JsonObject[]), to('/late/')] })).toReversed(),
        ]),
      ).slice(0, 3),
    ).toEqual([
      '/x/',
      'cookie lmo_0 and segment s0: /0/ -> /0/ 50 %, /late/ 50 %',
      'cookie lmo_1 and segment s1: /1/ -> /1/ 50 %, /late/ 50 %',
    ]);
  });

  test('of one branch among many looks only at what can matter', () => {
    expect(show(journey(listMany('/old/')), journey(listMany('/new/'))).at(-1)).toBe(SAME);
  });
});
