import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.js';
import { ACME, makeOffer, makePage, MONTHLY } from './acme-seed.js';
import { connect, type Connection, readText } from './connect.js';

async function build({ call }: Connection, items: string[]): Promise<string> {
  const reply = await call('POST', '/api/shop/builds', { items });
  expect([reply.status, reply.json]).toMatchObject([200, { success: true, buildPaths: items }]);
  return readText(reply.json, 'id');
}

async function publish(
  { call }: Connection,
  buildId: string,
  tags = ['/tags/shop'],
  name = 'shop',
): Promise<JsonObject> {
  const reply = await call('POST', '/api/publish', { tags, buildId, name });
  expect(reply.status).toBe(200);
  return reply.json;
}

async function setName({ call }: Connection, name: string, path = MONTHLY): Promise<void> {
  await call('PUT', '/limio/catalogs/1/bulk-update', { diffs: [{ path, diff: { display_name__limio: name } }] });
}

function publishedName({ emulator }: Connection, path = MONTHLY): Json | undefined {
  const item = emulator.state().published.find((one) => one.path === path);
  return (item?.data['attributes'] as JsonObject | undefined)?.['display_name__limio'];
}

describe('a build', () => {
  it('is accepted at once under an id, and nothing tells that it is done', async () => {
    const connection = await connect({ seed: ACME, tenant: 'acme' });
    expect(await build(connection, ['/pages/shop'])).toMatch(/^build-acme-shop:[0-9a-f]+$/);
    const components = (await connection.call('GET', '/api/component/builds')).json as Json as JsonObject[];
    expect(components).toMatchObject([
      { buildStatus: 'SUCCEEDED', buildComplete: true, logErrors: [expect.any(String)] },
    ]);
    expect(await connection.call('GET', '/api/component/builds?commitHash=0')).toMatchObject({
      status: 404,
      json: { message: 'Builds not found' },
    });
    expect((await connection.call('GET', '/api/shop/builds')).status).toBe(404);
  });

  it('is refused without items and for what does not exist', async () => {
    const { call } = await connect({ seed: ACME });
    expect((await call('POST', '/api/shop/builds', { items: [] })).status).toBe(400);
    expect((await call('POST', '/api/shop/builds', { items: ['/pages/none'] })).status).toBe(400);
  });
});

describe('a publish', () => {
  it('before the build is done says success and omits the route with a message; afterwards it is live', async () => {
    const connection = await connect({ seed: ACME, buildMs: 1000 });
    await setName(connection, 'New');
    const id = await build(connection, ['/pages/shop']);
    connection.advance(999);
    expect(await publish(connection, id)).toEqual({
      success: true,
      publishedData: { pages: {} },
      ommitedWithError: {
        pages: {
          '/shop/': [
            {
              path: '/pages/shop',
              isDefault: true,
              pathPrefix: expect.stringMatching(/./),
              message: expect.stringContaining('not complete'),
            },
          ],
        },
      },
    });
    expect(publishedName(connection)).toBe('Digital Monthly');
    connection.advance(1);
    expect(await publish(connection, id)).toEqual({
      success: true,
      publishedData: {
        pages: {
          '/shop/': [
            { path: '/pages/shop', isDefault: true, pathPrefix: expect.stringMatching(/^\/__v\/[0-9a-f]{40}_\d+$/) },
          ],
        },
      },
      ommitedWithError: { pages: {} },
    });
    expect(publishedName(connection)).toBe('New');
  });

  it('makes live what stood there when the build started', async () => {
    const connection = await connect({ seed: ACME, buildMs: 0 });
    await setName(connection, 'Before');
    const id = await build(connection, ['/pages/shop']);
    await setName(connection, 'After');
    await publish(connection, id);
    expect(publishedName(connection)).toBe('Before');
  });

  it('touches the items of its own page only', async () => {
    const seed = {
      items: [
        makeOffer('A'),
        makeOffer('B'),
        makePage('a', { offers: ['/offers2/A'] }),
        makePage('b', { offers: ['/offers2/B'] }),
      ],
    };
    const connection = await connect({ seed, buildMs: 0 });
    await setName(connection, 'New A', '/offers2/A');
    await setName(connection, 'New B', '/offers2/B');
    const id = await build(connection, ['/pages/a', '/pages/b']);
    await publish(connection, id, ['/tags/a'], 'a');
    expect(publishedName(connection, '/offers2/A')).toBe('New A');
    expect(publishedName(connection, '/offers2/B')).toBe('B');
  });

  it('reaches each route by itself, when a page has several', async () => {
    const seed = { items: [makeOffer('A'), makePage('a', { offers: ['/offers2/A'], tags: ['/tags/a', '/tags/z'] })] };
    const connection = await connect({ seed, buildMs: 0 });
    await setName(connection, 'New', '/offers2/A');
    await publish(connection, await build(connection, ['/pages/a']), ['/tags/a'], 'a');
    const names = connection.emulator
      .state()
      .liveRoutes.map(({ route, items }) => [
        route,
        (items[0]?.data['attributes'] as JsonObject | undefined)?.['display_name__limio'],
      ]);
    expect(names).toEqual([
      ['/a/', 'New'],
      ['/z/', 'A'],
    ]);
  });

  it('of a route never published before is omitted with an empty prefix and no message, until a person registers it', async () => {
    const connection = await connect({ seed: ACME, buildMs: 0 });
    const id = await build(connection, ['/pages/new']);
    const omitted = {
      success: true,
      publishedData: { pages: {} },
      ommitedWithError: { pages: { '/new/': [{ path: '/pages/new', isDefault: true, pathPrefix: '' }] } },
    };
    expect(await publish(connection, id, ['/tags/new'], 'new')).toEqual(omitted);
    connection.advance(600_000);
    expect(await publish(connection, id, ['/tags/new'], 'new')).toEqual(omitted);
    connection.emulator.edit.registerRoute('/new/');
    expect(await publish(connection, id, ['/tags/new'], 'new')).toMatchObject({
      publishedData: { pages: { '/new/': [{ path: '/pages/new' }] } },
    });
  });

  it('fails for the whole batch when one page has a label that no offer carries', async () => {
    const connection = await connect({
      seed: { items: [...(ACME.items ?? []), makePage('typo', { referencedLabel: 'digitl' })] },
      buildMs: 0,
    });
    const id = await build(connection, ['/pages/shop', '/pages/typo']);
    const answer = await publish(connection, id, ['/tags/shop', '/tags/typo']);
    expect(answer).toMatchObject({ success: true, publishedData: { pages: {} } });
    const pages = (answer['ommitedWithError'] as JsonObject)['pages'] as Record<string, JsonObject[]>;
    expect(Object.keys(pages)).toEqual(['/shop/', '/typo/']);
    expect(pages['/shop/']?.[0]?.['message']).toContain('no offer has the label "digitl"');
    expect(await publish(connection, await build(connection, ['/pages/shop']))).toMatchObject({
      publishedData: { pages: { '/shop/': [{}] } },
    });
  });

  it('fails for a page with an offer that is gone', async () => {
    const connection = await connect({
      seed: { items: [makeOffer('A'), makePage('a', { offers: ['/offers2/A'] })] },
      buildMs: 0,
    });
    connection.emulator.edit.deleteItem('/offers2/A');
    const answer = await publish(connection, await build(connection, ['/pages/a']), ['/tags/a'], 'a');
    expect(answer).toMatchObject({
      ommitedWithError: { pages: { '/a/': [{ message: expect.stringContaining('/offers2/A does not exist') }] } },
    });
  });

  it('shows campaign items only when their campaign was built', async () => {
    const offer = { path: '/offers/Spring/Monthly', data: { attributes: { display_name__limio: 'Old' } } };
    const connection = await connect({ seed: { items: [offer, makePage('a', { offers: [offer.path] })] }, buildMs: 0 });
    await setName(connection, 'New', offer.path);
    await publish(connection, await build(connection, ['/pages/a']), ['/tags/a'], 'a');
    expect(publishedName(connection, offer.path)).toBe('Old');
    await publish(connection, await build(connection, ['/pages/a', '/offers/Spring']), ['/tags/a'], 'a');
    expect(publishedName(connection, offer.path)).toBe('New');
  });

  it('builds and publishes a campaign by its own tags, with the offers below it', async () => {
    const campaign = { path: '/offers/Spring', data: { record_type: 'campaign', tags: ['/tags/spring'] } };
    const offer = { path: '/offers/Spring/Monthly', data: { attributes: { display_name__limio: 'Old' } } };
    const connection = await connect({ seed: { items: [campaign, offer] }, buildMs: 0 });
    const buildId = await build(connection, ['/offers/Spring']);
    expect(await publish(connection, buildId, ['/tags/spring'], 'Spring')).toMatchObject({
      ommitedWithError: { pages: { '/spring/': [{ pathPrefix: '' }] } },
    });
    connection.emulator.edit.registerRoute('/spring/');
    expect(await publish(connection, buildId, ['/tags/spring'], 'Spring')).toMatchObject({
      publishedData: { pages: { '/spring/': [{ path: '/offers/Spring' }] } },
    });
    expect(publishedName(connection, offer.path)).toBe('Old');
  });

  it('finds what is on a page in its attributes where the outer fields are empty left-overs', async () => {
    const page = {
      path: '/pages/a',
      data: { offers: [], tags: [], attributes: { offers: [{ path: '/offers2/A' }], tags: ['/tags/a'] } },
    };
    const connection = await connect({ seed: { items: [makeOffer('A'), page] }, buildMs: 0 });
    await setName(connection, 'New', '/offers2/A');
    await publish(connection, await build(connection, ['/pages/a']), ['/tags/a'], 'a');
    expect(publishedName(connection, '/offers2/A')).toBe('New');
  });

  it('drops from what is published the items that left the page', async () => {
    const connection = await connect({ seed: ACME, buildMs: 0 });
    connection.emulator.edit.item(MONTHLY, { label__limio: ['other'] });
    expect(publishedName(connection)).toBe('Digital Monthly');
    await publish(connection, await build(connection, ['/pages/shop']));
    expect(publishedName(connection)).toBeUndefined();
  });

  it('is refused without the name of a published item, an unknown build and bad tags', async () => {
    const connection = await connect({ seed: ACME });
    const buildId = await build(connection, ['/pages/shop', MONTHLY]);
    const status = async (body: JsonObject): Promise<number> =>
      (await connection.call('POST', '/api/publish', body)).status;
    const good = { tags: ['/tags/shop'], buildId, name: 'shop' };
    expect(await status(good)).toBe(200);
    expect(await status({ ...good, name: 'Digital Monthly' })).toBe(200);
    expect(await status({ ...good, name: 'new' })).toBe(400);
    expect(await status({ tags: ['/tags/shop'], buildId })).toBe(400);
    expect(await status({ ...good, tags: [] })).toBe(400);
    expect(await status({ ...good, tags: ['/shop/'] })).toBe(400);
    expect(await status({ ...good, buildId: 'build-x' })).toBe(404);
  });

  it('is not for editors', async () => {
    const connection = await connect({ seed: ACME, role: 'editor' });
    const buildId = await build(connection, ['/pages/shop']);
    const reply = await connection.call('POST', '/api/publish', { tags: ['/tags/shop'], buildId, name: 'shop' });
    expect([reply.status, typeof reply.json['message']]).toEqual([403, 'string']);
  });
});
