import { describe, expect, test } from 'vitest';
import { LimioError } from '../../src/errors/errors.js';
import type { JsonObject } from '../../src/model/json.js';
import type { LiveReader } from '../../src/model/live-api.js';
import type { Plan } from '../../src/model/plan.js';
import { makePlan } from '../../src/plan/plan.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { createTenantReader, declare, type TenantContent } from './support/tenant-reader.js';

const page = (name: string, rest: JsonObject = {}): Record<string, JsonObject> => ({
  [`/pages/${name}`]: { tags: [`/tags/${name}`], ...rest },
});

const TENANT: TenantContent = {
  // Items that can be read by path, tags among them.
  offers: { '/tags/draft': {}, '/tags/shop': {}, '/offers2/Monthly': { display_name__limio: 'Old' } },
  pages: { ...page('shop'), ...page('start'), ...page('draft', { offers: ['/offers2/Monthly'] }) },
  publishedPages: ['/pages/shop', '/pages/start'],
  journeys: {
    other: { starting_point: '/taken/', fallback_tag: '/shop/', domains: ['shop.example.com'], journeys: [] },
  },
};

const leadTo = (destination: string, rest: JsonObject = {}): JsonObject => ({
  starting_point: '/start/',
  fallback_tag: '/shop/',
  domains: ['shop.example.com'],
  journeys: [{ conditions: [], actions: [{ type: 'destination', destination, split: 100 }] }],
  ...rest,
});

/** The same as a tenant holds it. */
const live = (body: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(body).replace('"destination":', '"tag":')) as JsonObject;

type ChangeReader = (reader: LiveReader) => Partial<LiveReader>;

interface Found {
  /** Of the guard ROUTE_NOT_LIVE. */
  guard: string[];
  addresses: string[];
  warnings: string[];
  asked: string[];
  plan: Plan;
}

async function find(
  bodies: Record<string, JsonObject>,
  {
    tenant = TENANT,
    change = () => ({}),
    scope = {},
  }: Partial<{
    tenant: TenantContent;
    change: ChangeReader;
    scope: Record<string, string[]>;
  }> = {},
): Promise<Found> {
  const reader = createTenantReader(tenant);
  const context = { ...TEST_CONTEXT, scope, dialect: { ...TEST_CONTEXT.dialect, journeyCodec: 'assumed' as const } };
  const plan = await makePlan({ ...reader, ...change(reader) }, declare(bodies), context);
  const guards = plan.guards.filter(({ code }) => code === 'ROUTE_NOT_LIVE');
  const warnings = plan.warnings.filter(({ code }) => code.startsWith('DESTINATION_') || code === 'INCOMPLETE_READ');
  return {
    plan,
    guard: guards.flatMap(({ message, routes = [], consent }) => [
      message,
      `${consent?.flag}=${consent?.value}`,
      ...routes,
    ]),
    addresses: guards.flatMap(({ addresses }) => addresses),
    warnings: warnings.map(({ code, message, hint }) =>
      [code, message, ...(hint === undefined ? [] : [hint])].join(' | '),
    ),
    asked: reader.reads.filter((read) => /page|tags/.test(read)),
  };
}

const cut: ChangeReader = (reader) => ({
  listItems: async (type, source) => ({
    ...(await reader.listItems(type, source)),
    complete: false,
    note: '2 of 5 read',
  }),
});
const refuse: ChangeReader = () => ({
  listItems: async () => Promise.reject(new LimioError({ code: 'AUTH_REFUSED', message: 'The list was refused.' })),
  readItem: async () => Promise.reject(new LimioError({ code: 'AUTH_REFUSED', message: 'The item was refused.' })),
});

const stopped = (...named: string[]): string[] => [
  `1 journey needs a page where none is published: ${named.join(', ')}.`,
  `--allow-dead-route=${named.length}`,
  ...named.map((name) => name.replace(/ \((?:no tag|unknown)\)$/, '')),
];

describe('a new journey is withheld until every route of it has a published page', () => {
  test.each<[string, JsonObject, string[]]>([
    ['a published page', leadTo('/shop/'), []],
    ['a tag that does not exist', leadTo('/elsewhere/'), stopped('/elsewhere/ (no tag)')],
    ['a page that is not published', leadTo('/draft/'), stopped('/draft/')],
    ['by its fallback', leadTo('/shop/', { fallback_tag: '/gone/' }), stopped('/gone/ (no tag)')],
    ['its starting point', leadTo('/shop/', { starting_point: '/gone/' }), stopped('/gone/ (no tag)')],
    [
      'all three',
      leadTo('/draft/', { starting_point: '/a/', fallback_tag: '/b/' }),
      stopped('/a/ (no tag)', '/b/ (no tag)', '/draft/'),
    ],
    ['the home page', leadTo('/default/'), []],
    ['the home page as its start', leadTo('/shop/', { starting_point: '/default/' }), []],
    ['where another journey starts', leadTo('/taken/'), []],
    [
      'where another journey starts, of another host',
      leadTo('/taken/', { domains: ['a.example.com'] }),
      stopped('/taken/ (no tag)'),
    ],
    [
      'where another journey starts, of one of its hosts',
      leadTo('/taken/', { domains: [] }),
      stopped('/taken/ (no tag)'),
    ],
    ['another site', leadTo('https://example.com/'), []],
    ['a page with a query', leadTo('/gone/?from=mail'), stopped('/gone/ (no tag)')],
    [
      'an action of unknown form',
      leadTo('/shop/', { journeys: [{ conditions: [], actions: [{ raw: { to: '/gone/' } }] }] }),
      [],
    ],
  ])('%s', async (_name, body, expected) => {
    expect(await find({ 'journey:j': body })).toMatchObject({ guard: expected, warnings: [] });
  });

  test('a misspelt route gets a suggestion, and the hint names the consent', async () => {
    const { plan } = await find({ 'journey:j': leadTo('/shp/') });
    expect(plan.guards.find(({ code }) => code === 'ROUTE_NOT_LIVE')?.hint).toBe(
      'Did you mean /shop/ for /shp/? Publish the pages first; the API cannot publish a new route, so do that once in ' +
        'the Page Builder. If something else serves the routes, add --allow-dead-route=1.',
    );
  });

  test('a page that the plan builds counts only if its route was published before', async () => {
    const offer = { 'offer:/offers2/Monthly': { display_name__limio: 'New' } };
    const drafted = await find({ 'journey:j': leadTo('/draft/'), ...offer });
    expect(drafted.plan.publish.pages.map(({ routes }) => routes)).toEqual([['/draft/']]);
    expect(drafted.guard).toEqual(stopped('/draft/'));
    const published = { ...TENANT, publishedPages: ['/pages/shop', '/pages/start', '/pages/draft'] };
    expect((await find({ 'journey:j': leadTo('/draft/'), ...offer }, { tenant: published })).guard).toEqual([]);
  });

  test('a declared page that was never published does not count, another one at its route does', async () => {
    expect((await find({ 'journey:j': leadTo('/draft/'), 'page:/pages/draft': {} })).guard).toEqual(stopped('/draft/'));
    const tenant = {
      ...TENANT,
      pages: { ...TENANT.pages, '/pages/twin': { tags: ['/tags/draft'] } },
      publishedPages: ['/pages/shop', '/pages/start', '/pages/twin'],
    };
    expect((await find({ 'journey:j': leadTo('/draft/'), 'page:/pages/draft': {} }, { tenant })).guard).toEqual([]);
  });
});

describe('a journey that changes elsewhere', () => {
  const tenant = { ...TENANT, journeys: { j: live(leadTo('/gone/', { starting_point: '/old/' })) } };

  test('is only warned of where it led before', async () => {
    const { guard, warnings } = await find({ 'journey:j': { domains: ['a.example.com'] } }, { tenant });
    expect(guard).toEqual([]);
    expect(warnings).toEqual([
      'DESTINATION_NOT_FOUND | journey:j still leads to /gone/, but the tenant has no tag for it.',
    ]);
  });

  test('is withheld for what is new', async () => {
    const { guard } = await find({ 'journey:j': { fallback_tag: '/draft/' } }, { tenant });
    expect(guard).toEqual(stopped('/draft/'));
  });

  test('reads nothing about pages when no journey changes', async () => {
    expect(await find({ 'journey:other': { fallback_tag: '/shop/' } })).toMatchObject({ guard: [], asked: [] });
  });
});

const hub = (rest: JsonObject = {}): JsonObject => leadTo('/shop/', { starting_point: '/taken/', ...rest });

describe('a route where another journey starts', () => {
  test('that the plan creates: the journey waits for it', async () => {
    const tenant = { ...TENANT, journeys: {} };
    const { guard, plan } = await find({ 'journey:j': leadTo('/taken/'), 'journey:hub': hub() }, { tenant });
    expect(guard).toEqual(stopped('/taken/ (no tag)'));
    expect(plan.guards[0]?.addresses).toEqual(['journey:hub']);
    expect(plan.changes.find(({ address }) => address === 'journey:j')?.dependsOn).toEqual(['journey:hub']);
  });

  test('that the plan deletes: the journey that leads there is withheld', async () => {
    const { guard, addresses } = await find({ 'journey:j': leadTo('/taken/') }, { scope: { journey: ['other'] } });
    expect(guard).toEqual(stopped('/taken/ (no tag)'));
    expect(addresses).toEqual(['journey:j']);
  });

  test('and where an unchanged one leads: its deletion is withheld', async () => {
    const tenant = { ...TENANT, journeys: { ...TENANT.journeys, user: live(leadTo('/taken/')) } };
    const { guard, addresses } = await find({ 'page:/pages/shop': {} }, { tenant, scope: { journey: ['other'] } });
    expect(guard).toEqual([
      'Without journey:other there is nothing at /taken/, where journey:user leads.',
      '--allow-dead-route=1',
      '/taken/',
    ]);
    expect(addresses).toEqual(['journey:other']);
  });
});

test('a renamed journey starts no longer where it started under its old name', async () => {
  const tenant = {
    ...TENANT,
    journeys: { ...TENANT.journeys, user: live(leadTo('/taken/', { starting_point: '/draft/' })) },
  };
  const [moved] = declare({ 'journey:hub': leadTo('/shop/') });
  if (!moved) throw new Error('nothing declared');
  const context = { ...TEST_CONTEXT, dialect: { ...TEST_CONTEXT.dialect, journeyCodec: 'assumed' as const } };
  const desired = [{ ...moved, movedFrom: 'journey:other' as const }];
  const { guards } = await makePlan(createTenantReader(tenant), desired, context);
  expect(guards.map(({ code, message }) => `${code} ${message}`)).toContain(
    'ROUTE_NOT_LIVE Without journey:hub there is nothing at /taken/, where journey:user leads.',
  );
});

describe('what the tenant does not tell', () => {
  test('of published pages withholds a journey to a route that the list lacks, and the warning says why', async () => {
    const { guard, warnings } = await find(
      { 'journey:j': leadTo('/draft/', { fallback_tag: '/gone/' }) },
      { change: cut },
    );
    expect(guard).toEqual(stopped('/draft/ (unknown)', '/gone/ (no tag)'));
    expect(warnings).toEqual([
      'INCOMPLETE_READ | Cannot tell whether pages are published at the routes of journeys, /draft/: ' +
        'the list of published pages is incomplete (2 of 5 read).',
    ]);
  });

  test('of pages and tags withholds the journey, which makes a plan all the same', async () => {
    const { guard, warnings } = await find({ 'journey:j': leadTo('/shop/') }, { change: refuse });
    expect(guard).toEqual(stopped('/shop/ (unknown)', '/start/ (unknown)'));
    expect(warnings).toEqual([
      'INCOMPLETE_READ | Cannot tell whether pages are published at the routes of journeys, /shop/, /start/: ' +
        'The item was refused.',
    ]);
  });

  test('does not withhold a journey to a page that the plan publishes: the apply sees whether it is live', async () => {
    const offer = { 'offer:/offers2/Monthly': { display_name__limio: 'New' } };
    const { guard, plan } = await find({ 'journey:j': leadTo('/draft/'), ...offer }, { change: cut });
    expect(plan.publish.pages.map(({ routes }) => routes)).toEqual([['/draft/']]);
    expect(guard).toEqual([]);
  });

  test('does not withhold a journey that led there before', async () => {
    const tenant = { ...TENANT, journeys: { j: live(leadTo('/draft/', { starting_point: '/old/' })) } };
    const { guard } = await find({ 'journey:j': { domains: ['a.example.com'] } }, { tenant, change: cut });
    expect(guard).toEqual([]);
  });

  test('makes a journey wait for the one that starts there', async () => {
    const tenant = { ...TENANT, offers: { ...TENANT.offers, '/tags/taken': {} }, journeys: {} };
    const { plan } = await find({ 'journey:j': leadTo('/taken/'), 'journey:hub': hub() }, { tenant, change: cut });
    expect(plan.changes.find(({ address }) => address === 'journey:j')?.dependsOn).toEqual(['journey:hub']);
  });

  test('reads one list, and one tag for each route that the list lacks', async () => {
    expect((await find({ 'journey:j': leadTo('/shop/') })).asked).toEqual(['listItems page published']);
    expect((await find({ 'journey:j': leadTo('/gone/') })).asked).toEqual([
      'listItems page published',
      'readItem /tags/gone',
    ]);
  });
});
