import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { Visitor } from '../../src/routing/conditions.js';
import { compileWorld, type Landing } from '../../src/routing/routing.js';
import { evaluateVisit, explainVisit, pickShares } from '../../src/routing/visit.js';

const to = (destination: string, split = 100): JsonObject => ({ type: 'destination', destination, split });
const when = (type: string, ...values: string[]): JsonObject => ({ type, values });
const journey = (name: string, body: JsonObject) => ({ name, body });

function show({ via, journey: name, branch, shares }: Landing): string {
  return [via, name, branch, ...shares.map(({ tag, percent }) => `${tag} ${percent}`)]
    .filter((part) => part !== undefined)
    .join(' ');
}

const route = (body: JsonObject, visitor: Partial<Visitor>) =>
  evaluateVisit(compileWorld([journey('j', { starting_point: '/x/', fallback_tag: '/f/', ...body })]), {
    path: '/x/',
    ...visitor,
  }).map(show);

const one = (condition: JsonObject): JsonObject => ({ journeys: [{ conditions: [condition], actions: [to('/a/')] }] });
const set = (...values: string[]) => new Set(values);
const landing = (...actions: JsonObject[]) => route({ journeys: [{ actions }] }, {});
const YES = ['branch j 0 /a/ 100'];
const NO = ['fallback j /f/ 100'];
const MAYBE = [...YES, ...NO];

describe('one condition', () => {
  test.each<[string, JsonObject, Partial<Visitor>, string[]]>([
    ['one of several countries', when('country', 'US', 'CA'), { country: 'CA' }, YES],
    ['another country', when('country', 'US'), { country: 'DE' }, NO],
    ['an unknown country', when('country', 'US'), {}, MAYBE],
    ['no subscription, so no billing country', when('billing_country', 'US'), { billingCountry: null }, NO],
    ['a region', when('region', 'DE-BY'), { region: 'DE-BY' }, YES],
    ['a city in other letter case', when('city', 'Cambridge'), { city: 'CAMBRIDGE' }, MAYBE],
    ['a status', when('subscription_status', 'activeSub'), { subscriptionStatus: 'noActiveSub' }, NO],
    ['a device', when('device', 'mobile'), { device: 'mobile' }, YES],
    ['one of several segments', when('segment', 'a', 'b'), { segments: set('b', 'c') }, YES],
    ['one of several labels', when('offer_label', 'a', 'b'), { offerLabels: set('a') }, YES],
    ['no label', when('offer_label', 'a'), { offerLabels: set() }, NO],
    ['unknown labels', when('offer_label', 'a'), {}, MAYBE],
    ['all of several cookies', when('cookie', 'lmo_a', 'lmo_b'), { cookies: set('lmo_a', 'lmo_b', 'x') }, YES],
    [
      'some of several cookies: any or all is not known',
      when('cookie', 'lmo_a', 'lmo_b'),
      { cookies: set('lmo_a') },
      MAYBE,
    ],
    ['none of several cookies', when('cookie', 'lmo_a', 'lmo_b'), { cookies: set('x') }, NO],
    ['a parameter with its value', when('query', 'company=limio'), { query: set('company=limio', 'a=1') }, YES],
    ['a parameter with another value', when('query', 'company=limio'), { query: set('company=acme') }, NO],
    ['raw', { raw: { type: 'articles_read' } }, {}, MAYBE],
    ['a type without a name here', when('articles_read', '20'), {}, MAYBE],
    ['the key that no prototype may answer', { ['__proto__']: 1, type: 'constructor', values: ['a'] }, {}, MAYBE],
  ])('%s', (_, condition, visitor, expected) => {
    expect(route(one(condition), visitor)).toEqual(expected);
  });
});

describe('branches', () => {
  test('the first that matches wins', () => {
    const journeys = [
      { conditions: [when('country', 'US')], actions: [to('/a/')] },
      { conditions: [], actions: [to('/b/')] },
      { conditions: null, actions: [to('/c/')] },
    ];
    expect(route({ journeys }, { country: 'US' })).toEqual(['branch j 0 /a/ 100']);
    expect(route({ journeys }, { country: 'DE' })).toEqual(['branch j 1 /b/ 100']);
    expect(route({ journeys }, {})).toEqual(['branch j 0 /a/ 100', 'branch j 1 /b/ 100']);
  });

  test('one condition that fails decides, whatever is unknown of the others', () => {
    const journeys = [{ conditions: [{ raw: 1 }, when('country', 'US')], actions: [to('/a/')] }];
    expect(route({ journeys }, { country: 'DE' })).toEqual(NO);
    expect(route({ journeys }, { country: 'US' })).toEqual(MAYBE);
  });

  test('without branches, and without a fallback', () => {
    expect(route({}, {})).toEqual(NO);
    expect(route({ fallback_tag: null, journeys: null }, {})).toEqual(['nothing j']);
  });

  test('splits are shares of their sum; a raw action leaves them open; none leads nowhere', () => {
    expect(landing(to('/a/', 30), to('/b/', 10))).toEqual(['branch j 0 /a/ 75 /b/ 25']);
    expect(landing(to('/a/', 50), { raw: {} })).toEqual(['branch j 0 null 100']);
    expect(landing(to('/a/', 0))).toEqual(['branch j 0 null 100']);
    expect(landing()).toEqual(['branch j 0']);
  });

  test.each([
    [0, '/a/'],
    [0.2999, '/a/'],
    [0.3, '/c/'],
    [0.9999999, '/c/'],
  ])('the number %d picks %s of 30, 0 and 70', (split, tag) => {
    const world = compileWorld([
      journey('j', { starting_point: '/x/', journeys: [{ actions: [to('/a/', 30), to('/b/', 0), to('/c/', 70)] }] }),
    ]);
    expect(evaluateVisit(world, { path: '/x/' }).flatMap((end) => pickShares(end, split))).toEqual([
      { tag, percent: 100 },
    ]);
  });
});

describe('which journey', () => {
  const world = compileWorld([
    journey('shop', { starting_point: '/landing/', fallback_tag: '/s/', domains: ['shop.example'] }),
    journey('test', { starting_point: '/landing/', fallback_tag: '/t/', domains: ['test.example:8080'] }),
    journey('open', { starting_point: 'open', fallback_tag: '/o/' }),
    journey('nowhere', { fallback_tag: '/n/' }),
  ]);
  const names = (visitor: Visitor) => evaluateVisit(world, visitor).map((end) => end.journey ?? end.via);
  test.each<[string, Visitor, string[]]>([
    ['the host decides', { path: '/landing/', host: 'shop.example' }, ['shop']],
    ['letter case and port of the host do not count', { path: '/landing', host: 'SHOP.example.:443' }, ['shop']],
    ['a domain with a port wants that port', { path: '/landing', host: 'test.example' }, ['not-intercepted']],
    ['the port of the domain', { path: '/landing', host: 'test.example:8080' }, ['test']],
    ['an unknown host', { path: '/landing/' }, ['shop', 'test']],
    ['no domains: every host', { path: '/open', host: 'any.example' }, ['open']],
    ['no slash at all', { path: 'landing', host: 'shop.example' }, ['shop']],
    ['another letter case of the path', { path: '/Landing/', host: 'shop.example' }, ['shop', 'not-intercepted']],
    ['below a starting point', { path: '/landing/more/', host: 'shop.example' }, ['not-intercepted']],
    ['the home page', { path: '/', host: 'shop.example' }, ['not-intercepted']],
  ])('%s', (_, visitor, expected) => expect(names(visitor)).toEqual(expected));

  test('the home page is /default/, which is what visitors of missing pages see', () => {
    const home = compileWorld([journey('home', { starting_point: '/default/', fallback_tag: '/h/' })]);
    const vias = (visitor: Visitor) => evaluateVisit(home, visitor).map(({ via }) => via);
    expect(vias({ path: '/' })).toEqual(['fallback']);
    expect(vias({ path: '/any/' })).toEqual(['fallback', 'not-intercepted']);
    expect(vias({ path: '/any/', pageExists: false })).toEqual(['fallback']);
    expect(vias({ path: '/any/', pageExists: true })).toEqual(['not-intercepted']);
  });

  test('two journeys with the same start and host: which wins is not known', () => {
    const rivals = compileWorld(
      ['a', 'b'].map((name) =>
        journey(name, { starting_point: '/x/', fallback_tag: `/${name}/`, domains: ['h.example'] }),
      ),
    );
    const trace = explainVisit(rivals, { path: '/x/', host: 'h.example' });
    expect(trace.landings.map(({ journey: name }) => name)).toEqual(['a', 'b']);
    expect(trace.journeys.map(({ doubts }) => doubts)).toEqual([['rival'], ['rival']]);
  });
});

test('a trace says of every branch what became of it, and of every condition why', () => {
  const world = compileWorld([
    journey('j', {
      starting_point: '/x/',
      fallback_tag: '/f/',
      journeys: [
        { conditions: [when('country', 'US'), when('device', 'mobile')], actions: [to('/a/')] },
        { conditions: [when('cookie', 'lmo_a')], actions: [to('/b/')] },
        { conditions: [when('country', 'GB')], actions: [to('/c/')] },
        { conditions: [{ raw: 1 }], actions: [to('/d/')] },
      ],
    }),
  ]);
  const { journeys, landings } = explainVisit(world, { path: '/x/', country: 'GB', device: 'mobile' });
  expect(landings.map(({ branch }) => branch)).toEqual([1, 2]);
  expect(journeys.map(({ fallback, doubts }) => ({ fallback, doubts }))).toEqual([{ fallback: 'no', doubts: [] }]);
  expect(
    journeys[0]?.branches.map(({ verdict, conditions }) => [verdict, ...conditions.map(({ reason }) => reason)]),
  ).toEqual([
    ['no', 'differs', 'meets'],
    ['maybe', 'unknown'],
    ['yes', 'meets'],
    ['unreached', 'raw'],
  ]);
});
