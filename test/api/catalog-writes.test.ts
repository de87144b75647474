import { describe, expect, test } from 'vitest';
import { createLimioClient } from '../../src/api/api.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import type { Json } from '../../src/model/json.js';
import type { ItemEdit } from '../../src/model/live-api.js';
import { createFakeTenant, type Step } from './support/fake-tenant.js';

const BULK = '/limio/catalogs/1/bulk-update';

function lastBody(sent: { body: string }[]): Json {
  return JSON.parse(sent.at(-1)?.body ?? 'null') as Json;
}

describe('bulk-update', () => {
  test('sends what differs of each item in one call, and items without a difference not at all', async () => {
    const tenant = createFakeTenant();
    tenant.on('PUT', BULK, { json: { success: 'ok', failed: [] } });
    const answer = await createLimioClient(tenant.options).updateItems([
      { path: '/offers2/A', before: { x: 1, gone: 1 }, after: { x: 2 } },
      { path: '/offers2/B', before: { x: 1 }, after: { x: 1 } },
    ]);
    expect(answer).toEqual({ failed: [] });
    expect(lastBody(tenant.sent)).toEqual({ diffs: [{ path: '/offers2/A', diff: { x: 2, gone: null } }] });
  });
  test('sends nothing when nothing differs', async () => {
    const tenant = createFakeTenant();
    const client = createLimioClient(tenant.options);
    expect(await client.updateItems([{ path: '/a', before: { x: 1 }, after: { x: 1 } }])).toEqual({ failed: [] });
    expect(tenant.sent).toEqual([]);
  });
  test('sends nothing at all when one edit cannot be expressed', async () => {
    const tenant = createFakeTenant({
      dialect: { ...DEFAULT_DIALECT, bulkUpdate: { ...DEFAULT_DIALECT.bulkUpdate, removal: 'unsupported' } },
    });
    const edits: ItemEdit[] = [
      { path: '/a', before: {}, after: { x: 1 } },
      { path: '/b', before: { x: 1 }, after: {} },
    ];
    await expect(createLimioClient(tenant.options).updateItems(edits)).rejects.toMatchObject({
      code: 'REMOVAL_UNSUPPORTED',
    });
    expect(tenant.sent).toEqual([]);
  });
  test('refuses more edits than a call may carry', async () => {
    const tenant = createFakeTenant({
      dialect: { ...DEFAULT_DIALECT, bulkUpdate: { ...DEFAULT_DIALECT.bulkUpdate, maxDiffs: 1 } },
    });
    const edit = { path: '/a', before: {}, after: { x: 1 } };
    await expect(createLimioClient(tenant.options).updateItems([edit, edit])).rejects.toMatchObject({
      code: 'INTERNAL',
    });
  });
  test.each<[string, Step, Json[]]>([
    ['texts', { json: { success: 'partly', failed: ['/a'] } }, ['/a']],
    ['objects', { json: { failed: [{ path: '/a', why: 1 }] } }, [{ path: '/a', why: 1 }]],
    ['a single object', { json: { failed: { '/a': 'no' } } }, [{ '/a': 'no' }]],
    ['nothing', { json: { success: 'ok' } }, []],
    ['an empty answer', { status: 204 }, []],
    ['an array instead of an object', { json: [] }, []],
  ])('passes on what failed, given as %s', async (_, step, failed) => {
    const tenant = createFakeTenant();
    tenant.on('PUT', BULK, step);
    expect(await createLimioClient(tenant.options).updateItems([{ path: '/a', before: {}, after: { x: 1 } }])).toEqual({
      failed,
    });
  });
});

describe('jobs', () => {
  test.each(['offers2', '/offers2/', '/offers2'])('a creation names its parent %s in the tree', async (parent) => {
    const tenant = createFakeTenant();
    tenant.on('POST', '/limio/jobs', { status: 202, json: { jobId: 17 } });
    expect(await createLimioClient(tenant.options).createItem({ parent, itemData: { name: 'X' } })).toEqual({
      jobId: '17',
    });
    expect(lastBody(tenant.sent)).toEqual({
      jobType: 'creation',
      updatePath: '/limio/catalogs/1/tree/offers2',
      itemData: { name: 'X' },
    });
  });
  test('a job without an id has an unknown outcome', async () => {
    const tenant = createFakeTenant();
    tenant.on('POST', '/limio/jobs', { status: 201, json: {} });
    await expect(createLimioClient(tenant.options).createItem({ parent: 'x', itemData: {} })).rejects.toMatchObject({
      code: 'HTTP_BAD_BODY',
      details: { ambiguous: true },
    });
  });
  test('are polled until they end', async () => {
    const tenant = createFakeTenant();
    tenant.on('POST', '/limio/jobs', { json: { id: 'j/1' } });
    tenant.on(
      'GET',
      '/limio/jobs/j%2F1',
      { json: { state: 'active' } },
      { json: { state: 'failed', failedReason: 'no parent' } },
      { json: {} },
    );
    const client = createLimioClient(tenant.options);
    const { jobId } = await client.createItem({ parent: 'offers2', itemData: { name: 'X' } });
    expect(await client.readJob(jobId)).toEqual({ state: 'active' });
    expect(await client.readJob(jobId)).toEqual({ state: 'failed', failedReason: 'no parent' });
    await expect(client.readJob(jobId)).rejects.toMatchObject({ code: 'HTTP_BAD_BODY' });
  });
});
