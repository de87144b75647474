import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DriftReport } from '../../src/model/drift.js';
import type { ApplyResult } from '../../src/model/outcome.js';
import type { Plan } from '../../src/model/plan.js';
import { parseDocument } from '../support/run-program.js';
import { QUICK_PUBLISH, openWorkspace } from './support/in-process.js';
import { CHANGED_FILES, offerFile, ONE_CHANGE, SAME_FILES, SMALL_SEED, WHOLE_SCOPE } from './support/small-tenant.js';

const OWNED = { ...WHOLE_SCOPE, dialect: { ...QUICK_PUBLISH, journeyCodec: 'assumed' } };
const SHOUTED = { attributes: { display_name__limio: 'MONTHLY, RENAMED' } };
const APPLY = 'apply --yes --allow-delete-unknown=2 --format json';

describe.concurrent('a tenant that is slow to show what was written', () => {
  test('whose index lags a minute behind: the plan right after an apply is empty', async (context) => {
    const { run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
      indexLagMs: 60_000,
    });
    expect(await run(APPLY)).toMatchObject({ exitCode: 0 });
    // The list still shows the old name.
    expect(tenant.state().indexed.find(({ path }) => path === '/offers2/Monthly')?.data.attributes).toMatchObject({
      display_name__limio: 'Monthly',
    });
    const plan = await run('plan --detailed-exitcode --format json');
    expect(plan.exitCode).toBe(0);
    expect(parseDocument(plan)).toMatchObject({ changes: [], publish: { pages: [] } });
  });

  test('whose index does not show a new item yet: it is found at head', async (context) => {
    const { run, tenant } = await openWorkspace(context, {
      seed: { ...SMALL_SEED, items: (SMALL_SEED.items ?? []).filter(({ path }) => path !== '/offers2/Annual') },
      files: { 'catalog/offers.yaml': CHANGED_FILES['catalog/offers.yaml'] },
      indexLagMs: 60_000,
    });
    expect(parseDocument(await run('plan --format json'))).toMatchObject({
      byHand: [{ address: 'offer:/offers2/Annual' }],
    });
    tenant.edit.addItem({
      path: '/offers2/Annual',
      data: { record_type: 'offer', products: [], attributes: { display_name__limio: 'Annual, renamed' } },
    });
    const plan = await run('plan --format json');
    expect((parseDocument(plan) as { changes: { address: string }[] }).changes.map(({ address }) => address)).toEqual([
      'offer:/offers2/Monthly',
    ]);
  });
});

describe.concurrent('a list that still shows what the files declare', () => {
  test('does not hide what an apply left unverified: the next plan reads it at head', async (context) => {
    const { run, write, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      indexLagMs: 3_600_000,
      faults: [{ fault: 'rewritten-value', rewrite: 'upper-case', times: 1 }],
    });
    expect(await run('apply --yes')).toMatchObject({ exitCode: 6 });
    write('catalog/offers.yaml', SAME_FILES['catalog/offers.yaml']);
    const plan = parseDocument(await run('plan --format json')) as Plan;
    expect(plan.changes).toMatchObject([{ address: 'offer:/offers2/Monthly', before: SHOUTED }]);
    const drift = parseDocument(await run('drift --format json')) as DriftReport;
    expect(drift.objects.map(({ address }) => address)).toEqual(['offer:/offers2/Monthly']);
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    expect(tenant.state().items.find(({ path }) => path === '/offers2/Monthly')?.data).toMatchObject({
      attributes: { display_name__limio: 'Monthly' },
    });
  });

  test('does not hide that a change was taken back in the files minutes after it was applied', async (context) => {
    const { run, write } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE, indexLagMs: 3_600_000 });
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    write('catalog/offers.yaml', SAME_FILES['catalog/offers.yaml']);
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 2 });
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('hides the edit of a colleague from a plan, not from plan --refresh; both say what they rest on', async (context) => {
    const { run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: SAME_FILES,
      indexLagMs: 3_600_000,
    });
    tenant.edit.item('/offers2/Monthly', { display_name__limio: 'Edited by hand' });
    const plan = await run('plan --detailed-exitcode');
    expect(plan).toMatchObject({ exitCode: 0 });
    expect(plan.stdout).toMatch(/^From the list as of [0-9a-f]{12}, 0 read at head$/m);
    const refreshed = await run('plan --refresh --detailed-exitcode');
    expect(refreshed).toMatchObject({ exitCode: 2 });
    expect(refreshed.stdout).toMatch(/^From the list as of [0-9a-f]{12}, 3 read at head$/m);
    expect(await run('drift')).toMatchObject({ exitCode: 0 });
    expect(await run('drift --refresh')).toMatchObject({ exitCode: 2 });
    expect(await run('plan --out plan.json --refresh')).toMatchObject({ exitCode: 0 });
    expect(await run('apply plan.json --refresh --yes')).toMatchObject({ exitCode: 3 });
    expect(await run('apply --refresh --yes')).toMatchObject({ exitCode: 0 });
  });
});

describe.concurrent('a published index that does not move', () => {
  const blocked = { seed: SMALL_SEED, files: ONE_CHANGE, faults: [{ fault: 'blocked-index' as const }] };

  test('does not make the next plan non-empty, nor the next deploy publish again', async (context) => {
    const { run, writes, tenant } = await openWorkspace(context, blocked);
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    const shown = tenant.state().published.find(({ path }) => path === '/offers2/Monthly');
    expect(shown?.data.attributes).toMatchObject({ display_name__limio: 'Monthly' });
    const sent = writes().length;
    const plan = await run('plan --detailed-exitcode --format json');
    expect(plan).toMatchObject({ exitCode: 0 });
    expect(parseDocument(plan)).toMatchObject({
      changes: [],
      publish: { pages: [] },
      warnings: [{ code: 'INDEX_STALE' }],
    });
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    const published = await run('publish --yes');
    expect(published).toMatchObject({ exitCode: 0 });
    expect(published.stdout).toContain('INDEX_STALE');
    expect(writes()).toHaveLength(sent);
  });

  test('does not hide that an item moved since: it is published as before', async (context) => {
    const { run, tenant, write } = await openWorkspace(context, blocked);
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    tenant.edit.item('/offers2/Monthly', { display_name__limio: 'Edited by hand' });
    write('catalog/offers.yaml', offerFile('/offers2/Monthly', 'Edited by hand'));
    expect(parseDocument(await run('plan --format json'))).toMatchObject({
      changes: [],
      publish: { pages: [{ path: '/pages/shop', reason: 'not-live' }] },
      warnings: [{ code: 'CANNOT_UNDO' }],
    });
    // Published without a write of ours: that is proof, too.
    expect(await run('publish --yes')).toMatchObject({ exitCode: 0 });
    const plan = await run('plan --detailed-exitcode');
    expect(plan).toMatchObject({ exitCode: 0 });
    expect(plan.stdout).toContain('INDEX_STALE');
  });

  test('is not believed to be stale by a checkout without the journal', async (context) => {
    const { run, root } = await openWorkspace(context, blocked);
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    rmSync(join(root, '.limio'), { recursive: true });
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 2 });
  });
});

describe.concurrent('tokens that end', () => {
  test('a second after they were given are renewed during the run, and nothing fails', async (context) => {
    const { run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
      tokenLifetimeS: 1,
      latencyMs: 60,
    });
    const applied = await run(APPLY);
    expect(applied.exitCode).toBe(0);
    expect((parseDocument(applied) as ApplyResult).outcomes.every(({ status }) => status === 'done')).toBe(true);
    // One for the plan, one for the apply, and at least one renewed.
    expect(tenant.log().filter(({ path }) => path === '/oauth2/token').length).toBeGreaterThan(2);
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('in the middle of a write, unannounced, are replaced after the 401 and every write happens once', async (context) => {
    const { run, tenant, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
      hooks: ({ edit }) => {
        const seen = new Set<string>();
        return {
          // Each write of those that go out one by one meets a dead token the first time that it is sent.
          before: ({ method, path, body }) => {
            const write = `${method} ${path} ${body}`;
            if (!seen.has(write) && /^(PUT|DELETE) .*(bulk-update|journey)/.test(write)) edit.expireTokens();
            seen.add(write);
            return undefined;
          },
        };
      },
    });
    const applied = await run(APPLY);
    expect(applied.exitCode).toBe(0);
    expect((parseDocument(applied) as ApplyResult).summary).toMatchObject({ done: 8, failed: 0 });
    expect(tenant.log().filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(5);
    expect(writes().filter(({ path }) => path.endsWith('/v2/journey/web-geo'))).toHaveLength(2);
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });
});
