import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.js';
import { loadSeed } from '../../src/emulator/seed.js';
import { parseDocument } from '../support/run-program.js';
import { copyExample, openFolder, openTenant, openWorkspace, REPOSITORY } from './support/in-process.js';
import { CHANGED_FILES, SAME_FILES, SMALL_SEED, WHOLE_SCOPE } from './support/small-tenant.js';

/** Every request but the token call, by method. */
function listMethods(tenant: Emulator): string[] {
  const log = tenant.log().filter(({ method, path }) => !(method === 'POST' && path === '/oauth2/token'));
  return [...new Set(log.map(({ method }) => method))];
}

describe.concurrent('what is sent to the tenant', () => {
  test('a plan with creates, updates, deletes and publishes sends nothing but reads and the token call', async (context) => {
    const tenant = await openTenant(context, { seed: await loadSeed(`${REPOSITORY}/seed/acme-press`) });
    const { root, run } = openFolder(context);
    copyExample(root, tenant.url);
    const before = tenant.state();
    const planned = await run('plan --env demo --format json');
    expect(planned.exitCode).toBe(0);
    const { summary, publish } = parseDocument(planned) as {
      summary: Record<string, number>;
      publish: { pages: unknown[] };
    };
    for (const count of [summary['create'], summary['update'], summary['delete'], publish.pages.length])
      expect(count).toBeGreaterThan(0);

    expect(listMethods(tenant)).toEqual(['GET']);
    expect(tenant.log().filter(({ path }) => path === '/oauth2/token')).toHaveLength(1);
    expect(tenant.log().filter(({ status }) => status === 404 || status === 200)).toHaveLength(tenant.log().length);
    expect(tenant.state()).toEqual(before);
  });

  test('validate and explain send nothing at all', async (context) => {
    const { run, tenant } = await openWorkspace(context, { seed: SMALL_SEED, files: CHANGED_FILES });
    expect(await run('validate')).toMatchObject({ exitCode: 0 });
    expect(await run('explain offer')).toMatchObject({ exitCode: 0 });
    expect(tenant.log()).toEqual([]);
  });

  test('apply without consent writes nothing, whatever else is consented to', async (context) => {
    const { run, tenant, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: WHOLE_SCOPE,
    });
    const before = tenant.state();
    for (const args of ['apply', 'apply --allow-delete-unknown=2', 'apply --allow-protected=test --format json']) {
      expect(await run(args)).toMatchObject({ exitCode: 4 });
    }
    expect(writes()).toEqual([]);
    expect(tenant.state()).toEqual(before);
  });

  test('apply without changes needs no consent, writes nothing and ends with 0', async (context) => {
    const { run, writes } = await openWorkspace(context, { seed: SMALL_SEED, files: SAME_FILES });
    const applied = await run('apply --format json');
    expect(applied.exitCode).toBe(0);
    expect(parseDocument(applied)).toMatchObject({ kind: 'limio-sync/result', outcomes: [], publish: { pages: [] } });
    expect(writes()).toEqual([]);
  });

  test('apply writes only what differs: of two declared offers the one that is as declared is not sent', async (context) => {
    const files = { 'catalog/offers.yaml': CHANGED_FILES['catalog/offers.yaml'].replace('Annual, renamed', 'Annual') };
    const { run, writes } = await openWorkspace(context, { seed: SMALL_SEED, files });
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    const updates = writes().filter(({ path }) => path.endsWith('/bulk-update'));
    expect(updates.map(({ body }) => body)).toEqual([
      { diffs: [{ path: '/offers2/Monthly', diff: { display_name__limio: 'Monthly, renamed' } }] },
    ]);
  });
});
