import { describe, expect, test } from 'vitest';
import type { ApplyResult } from '../../src/model/outcome.js';
import { parseDocument } from '../support/run-program.js';
import { QUICK_PUBLISH, openWorkspace } from './support/open-workspace.js';
import { CHANGED_FILES, SMALL_SEED, WHOLE_SCOPE } from './support/small-tenant.js';

const OWNED = { ...WHOLE_SCOPE, dialect: { ...QUICK_PUBLISH, journeyCodec: 'assumed' } };
const APPLY = 'apply --yes --allow-delete=2 --format json';

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
