import { describe, expect, test } from 'vitest';
import type { ApplyResult } from '../../src/model/outcome.js';
import { parseDocument } from '../support/run-program.js';
import { QUICK_PUBLISH, openWorkspace } from './support/in-process.js';
import { CHANGED_FILES, ONE_CHANGE, SMALL_SEED, journeyFile } from './support/small-tenant.js';

describe.concurrent('what was written and could not be verified ends with 6', () => {
  test('a tenant that understands bulk-update differently gets exactly one item, and the hint names the setting', async (context) => {
    const { run, tenant, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: { 'catalog/offers.yaml': CHANGED_FILES['catalog/offers.yaml'] },
      dialect: { bulkUpdate: { wrapper: 'attributes' } },
    });
    const before = new Map(tenant.state().items.map(({ path, version }) => [path, version]));
    const applied = await run('apply --yes --format json');
    expect(applied.exitCode).toBe(6);
    const result = parseDocument(applied) as ApplyResult;
    expect(result.outcomes.map(({ status }) => status).toSorted()).toEqual(['blocked', 'unverified']);
    const canary = result.outcomes.find(({ status }) => status === 'unverified');
    expect(canary?.error).toMatchObject({
      code: 'BULK_UPDATE_DIALECT',
      hint: expect.stringContaining('dialect.bulkUpdate.wrapper') as string,
    });

    expect(writes()).toHaveLength(1);
    expect(writes()[0]?.body).toMatchObject({ diffs: [{ path: canary?.address.replace('offer:', '') }] });
    const touched = tenant.state().items.filter(({ path, version }) => before.get(path) !== version);
    expect(touched.map(({ path }) => `offer:${path}`)).toEqual([canary?.address]);
  });

  test('the same tenant with the setting that the hint names is applied whole', async (context) => {
    const { run } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: { 'catalog/offers.yaml': CHANGED_FILES['catalog/offers.yaml'] },
      dialect: { bulkUpdate: { wrapper: 'attributes' } },
      environment: { dialect: { ...QUICK_PUBLISH, bulkUpdate: { wrapper: 'attributes' } } },
    });
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('a route that was never published is omitted, and the hint sends to the Page Builder with that route', async (context) => {
    const seed = {
      ...SMALL_SEED,
      items: [
        ...(SMALL_SEED.items ?? []),
        {
          path: '/pages/new',
          neverPublished: true,
          data: { record_type: 'page', attributes: {}, tags: ['/tags/new'], offers: ['/offers2/Monthly'] },
        },
      ],
    };
    const { run, tenant } = await openWorkspace(context, {
      seed,
      files: ONE_CHANGE,
      environment: { dialect: { publish: { attempts: 20, intervalMs: 20 } } },
    });
    const applied = await run('apply --yes --allow-also-publish=1 --format json');
    expect(applied.exitCode).toBe(6);
    const result = parseDocument(applied) as ApplyResult;
    expect(result.outcomes).toMatchObject([{ status: 'done' }]);
    expect(result.publish.pages.map(({ route, status }) => ({ route, status }))).toEqual([
      { route: '/new/', status: 'omitted' },
      { route: '/shop/', status: 'live' },
    ]);
    const omitted = result.publish.pages.find(({ route }) => route === '/new/');
    expect(`${omitted?.reason} ${omitted?.hint}`).toMatch(/Page Builder/);
    expect(`${omitted?.reason} ${omitted?.hint}`).toContain('/new/');

    // After that one publish by a person, the next apply makes it live.
    tenant.edit.registerRoute('/new/');
    expect(await run('apply --yes --allow-also-publish=1')).toMatchObject({ exitCode: 0 });
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('a tenant that keeps the countries of a journey in another order has kept them', async (context) => {
    const files = { 'journeys/web.yaml': journeyFile('web-geo', 'US, GB') };
    const { run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files,
      faults: [{ operation: 'put-journey', fault: 'rewritten-value', rewrite: 'reorder', key: 'journeys' }],
    });
    const applied = await run('apply --yes');
    expect(applied).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining('unverified') as string });
    expect(JSON.stringify(tenant.state().journeys.find(({ name }) => name === 'web-geo')?.data)).toContain(
      '["GB","US"]',
    );
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('the text says that it was not verified, on stdout, and is no error report', async (context) => {
    const { run } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      dialect: { bulkUpdate: { wrapper: 'data.attributes' } },
    });
    const applied = await run('apply --yes');
    expect(applied.exitCode).toBe(6);
    expect(applied.stdout).toMatch(/unverified[^]*BULK_UPDATE_DIALECT[^]*dialect\.bulkUpdate\.wrapper/);
    expect(applied.stderr).not.toContain('error ');
  });
});
