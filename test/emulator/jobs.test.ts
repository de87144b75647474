import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { ACME } from './acme-seed.js';
import { connect, type Connection, readText } from './connect.js';

function creation(parent: string, name: string, record_type: string, rest: JsonObject = {}): JsonObject {
  return {
    jobType: 'creation',
    updatePath: `/limio/catalogs/1/tree/${parent}`,
    itemData: {
      name,
      record_type,
      path: `/${parent}/${name}`,
      baseTemplate: '/config/templates/default',
      attributes: { a: 1 },
      ...rest,
    },
  };
}

async function run({ call, advance }: Connection, job: JsonObject): Promise<JsonObject> {
  const { status, json } = await call('POST', '/limio/jobs', job);
  expect(status).toBe(202);
  advance(20);
  return (await call('GET', `/limio/jobs/${readText(json, 'id')}`)).json;
}

describe('a creation job', () => {
  it('creates the item when its time is over, not before', async () => {
    const { call, advance } = await connect({ seed: ACME, jobMs: 20 });
    const { json } = await call('POST', '/limio/jobs', creation('offers2', 'New', 'offer'));
    const url = `/limio/jobs/${readText(json, 'id')}`;
    advance(19);
    expect((await call('GET', url)).json).toEqual({ state: 'active' });
    expect((await call('GET', '/limio/catalogs/1/items/offers2/New')).status).toBe(404);
    advance(1);
    expect((await call('GET', url)).json).toEqual({ state: 'completed' });
    expect((await call('GET', '/limio/catalogs/1/items/offers2/New')).json).toMatchObject({
      item: {
        path: '/offers2/New',
        version: expect.stringMatching(/^[0-9a-f]{40}$/),
        data: { record_type: 'offer', attributes: { a: 1 } },
      },
    });
  });

  it('gives its id under the other key where the tenant does', async () => {
    const { call } = await connect({ jobIdKey: 'jobId' });
    expect((await call('POST', '/limio/jobs', creation('offers2', 'New', 'offer'))).json).toEqual({
      jobId: expect.any(String),
    });
  });

  it.each([
    ['offers2', 'Digital Monthly', 'offer', {}, '/offers2/Digital Monthly already exists'],
    ['tags/customers', 'acme', 'tag', {}, 'The parent /tags/customers does not exist'],
    ['nowhere', 'x', 'offer', {}, 'The parent /nowhere does not exist'],
    ['pages/shop', 'deep', 'page', {}, 'Page paths must be flat'],
    ['offers2', 'x', 'page', {}, 'itemData.record_type is not allowed below /offers2'],
    ['offers2', 'x', 'offer', { path: '/offers/x' }, 'itemData.path must be below /offers2'],
    ['offers2', 'x', 'offer', { path: '/offers2/x/y' }, 'itemData.path must be below /offers2'],
    ['offers2', 'x', 'offer', { record_type: null }, 'itemData.record_type is missing'],
    ['pages', 'x', 'page', { tags: ['/tags/nobody'] }, 'The tag /tags/nobody does not exist'],
  ])('below %s named %s fails and says why', async (parent, name, type, rest, failedReason) => {
    const connection = await connect({ seed: ACME });
    expect(await run(connection, creation(parent, name, type, rest))).toEqual({ state: 'failed', failedReason });
    expect(connection.emulator.state().items.length).toBe(ACME.items?.length);
  });

  it('posted to the tree pages makes pages below /pages2/ too, as scripts do', async () => {
    const connection = await connect();
    const job = creation('pages', 'Spring Landing', 'page', { path: '/pages2/Spring Landing' });
    expect(await run(connection, job)).toEqual({ state: 'completed' });
    expect(connection.emulator.state().items.map(({ path }) => path)).toEqual(['/pages2/Spring Landing']);
  });

  it('makes tags below tags, parents first', async () => {
    const connection = await connect();
    expect(await run(connection, creation('tags', 'customers', 'tag'))).toEqual({ state: 'completed' });
    expect(await run(connection, creation('tags/customers', 'acme', 'tag'))).toEqual({ state: 'completed' });
  });
});

describe('other jobs', () => {
  it('re-index what is published', async () => {
    const connection = await connect();
    expect(await run(connection, { jobType: 'indexer', indexerType: 'published_items' })).toEqual({
      state: 'completed',
    });
  });

  it('are refused when unknown, and not found by a wrong id', async () => {
    const { call } = await connect();
    expect((await call('POST', '/limio/jobs', { jobType: 'sync' })).status).toBe(400);
    expect((await call('POST', '/limio/jobs', { jobType: 'indexer', indexerType: 'all' })).status).toBe(400);
    const none = await call('GET', '/limio/jobs/none');
    expect([none.status, none.json]).toEqual([404, { error: { message: 'Not found', code: 'NOTFOUND' } }]);
  });
});
