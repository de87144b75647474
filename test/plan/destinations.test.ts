import { describe, expect, test } from 'vitest';
import { LimioError } from '../../src/errors/errors.js';
import type { JsonObject } from '../../src/model/json.js';
import type { LiveReader } from '../../src/model/live-api.js';
import { makePlan } from '../../src/plan/plan.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { createTenantReader, declare, type TenantContent } from './support/tenant-reader.js';

const TENANT: TenantContent = {
  // Items that can be read by path, tags among them.
  offers: { '/tags/draft': {}, '/tags/shop': {} },
  pages: { '/pages/shop': { tags: ['/tags/shop'] }, '/pages/draft': { tags: ['/tags/draft'] } },
  publishedPages: ['/pages/shop'],
  journeys: { other: { starting_point: '/taken/', fallback_tag: '/gone/', journeys: [] } },
};

const leadTo = (destination: string, rest: JsonObject = {}): JsonObject => ({
  starting_point: '/start/',
  fallback_tag: '/shop/',
  domains: [],
  journeys: [{ conditions: [], actions: [{ type: 'destination', destination, split: 100 }] }],
  ...rest,
});

async function warn(
  bodies: Record<string, JsonObject>,
  change: (reader: LiveReader) => Partial<LiveReader> = () => ({}),
  tenant = TENANT,
): Promise<{ warnings: string[]; asked: string[] }> {
  const reader = createTenantReader(tenant);
  const { warnings } = await makePlan({ ...reader, ...change(reader) }, declare(bodies), TEST_CONTEXT);
  const found = warnings.filter(({ code }) => code.startsWith('DESTINATION_') || code === 'INCOMPLETE_READ');
  return {
    warnings: found.map(({ code, message, hint }) =>
      [code, message, ...(hint === undefined ? [] : [hint])].join(' | '),
    ),
    asked: reader.reads.filter((read) => /page|tags/.test(read)),
  };
}

const cut = (reader: LiveReader): Partial<LiveReader> => ({
  listItems: async (type, source) => ({
    ...(await reader.listItems(type, source)),
    complete: false,
    note: '2 of 5 read',
  }),
});
const refuse = (): Partial<LiveReader> => ({
  listItems: async () => Promise.reject(new LimioError({ code: 'AUTH_REFUSED', message: 'The list was refused.' })),
  readItem: async () => Promise.reject(new LimioError({ code: 'AUTH_REFUSED', message: 'The item was refused.' })),
});

describe('a changed journey that leads', () => {
  test.each<[string, JsonObject, string[]]>([
    ['to a published page', leadTo('/shop/'), []],
    [
      'to a tag that does not exist',
      leadTo('/elsewhere/'),
      ['DESTINATION_NOT_FOUND | journey:j leads to /elsewhere/, but the tenant has no tag for it.'],
    ],
    [
      'to a misspelt tag',
      leadTo('/shp/'),
      ['DESTINATION_NOT_FOUND | journey:j leads to /shp/, but the tenant has no tag for it. | Did you mean /shop/?'],
    ],
    [
      'to a page that is not published',
      leadTo('/draft/'),
      [
        'DESTINATION_NOT_LIVE | journey:j leads to /draft/, but no page is published there. | ' +
          'Publish the page first: a journey is live as soon as it is saved.',
      ],
    ],
    [
      'by its fallback',
      leadTo('/shop/', { fallback_tag: '/gone/' }),
      ['DESTINATION_NOT_FOUND | journey:j leads to /gone/, but the tenant has no tag for it.'],
    ],
    ['to the home page', leadTo('/default/'), []],
    ['to where another journey starts', leadTo('/taken/'), []],
    [
      'to where it starts itself',
      leadTo('/start/'),
      ['DESTINATION_NOT_FOUND | journey:j leads to /start/, but the tenant has no tag for it.'],
    ],
    ['to another site', leadTo('https://example.com/'), []],
    [
      'by an action of unknown form',
      leadTo('/shop/', { journeys: [{ conditions: [], actions: [{ raw: { to: '/gone/' } }] }] }),
      [],
    ],
  ])('%s', async (_name, body, expected) => {
    expect((await warn({ 'journey:j': body })).warnings).toEqual(expected);
  });

  test('reads one list, and one tag for each route that the list lacks', async () => {
    expect((await warn({ 'journey:j': leadTo('/shop/') })).asked).toEqual(['listItems page published']);
    expect((await warn({ 'journey:j': leadTo('/gone/') })).asked).toEqual([
      'listItems page published',
      'readItem /tags/gone',
    ]);
  });

  test('reads nothing when it does not change', async () => {
    expect(await warn({ 'journey:other': { fallback_tag: '/gone/' } })).toEqual({ warnings: [], asked: [] });
  });

  test('to a missing tag is warned of when the list is incomplete; a missing page is then unknown', async () => {
    expect((await warn({ 'journey:j': leadTo('/draft/', { fallback_tag: '/gone/' }) }, cut)).warnings).toEqual([
      'DESTINATION_NOT_FOUND | journey:j leads to /gone/, but the tenant has no tag for it.',
      'INCOMPLETE_READ | Cannot tell whether journeys lead to published pages at /draft/: ' +
        'the list of published pages is incomplete (2 of 5 read).',
    ]);
  });

  test('gets a plan and a warning when the tenant refuses the reads', async () => {
    expect((await warn({ 'journey:j': leadTo('/shop/') }, refuse)).warnings).toEqual([
      'INCOMPLETE_READ | Cannot tell whether journeys lead to published pages at /shop/: The item was refused.',
    ]);
  });

  test('to a page that the plan publishes gets no warning', async () => {
    const offer = '/offers2/Monthly';
    const tenant = {
      ...TENANT,
      offers: { ...TENANT.offers, [offer]: { display_name__limio: 'Old' } },
      pages: { ...TENANT.pages, '/pages/draft': { tags: ['/tags/draft'], offers: [offer] } },
    };
    expect(
      (
        await warn(
          { 'journey:j': leadTo('/draft/'), [`offer:${offer}`]: { display_name__limio: 'New' } },
          undefined,
          tenant,
        )
      ).warnings,
    ).toEqual([]);
  });
});
