import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import type { AppliedState, DriftReport } from '../../src/model/drift.js';
import type { Plan } from '../../src/model/plan.js';
import { parseDocument } from '../support/run-program.js';
import { openFolder, openTenant, openWorkspace, QUICK_PUBLISH } from './support/in-process.js';
import { offerFile, promoCodeFile, SMALL_SEED } from './support/small-tenant.js';

/** Annual is as in the tenant; Monthly differs, and OLD5 is only in the tenant. */
const FILES = {
  'catalog/annual.yaml': offerFile('/offers2/Annual', 'Annual'),
  'catalog/monthly.yaml': offerFile('/offers2/Monthly', 'Monthly in git'),
  'catalog/codes.yaml': promoCodeFile('WELCOME10', 10),
};
const ENVIRONMENT = { dialect: QUICK_PUBLISH, scope: { promo_codes: ['*'] } };
const DIFFERING = ['offer:/offers2/Monthly', 'promo_code:OLD5'];

const open = (context: TestContext, environment: Record<string, unknown> = {}) =>
  openWorkspace(context, { seed: SMALL_SEED, files: FILES, environment: { ...ENVIRONMENT, ...environment } });

const causesOf = ({ objects }: DriftReport): Record<string, string> =>
  Object.fromEntries(objects.map(({ address, cause }) => [address, cause]));

describe.concurrent('drift --baseline', { timeout: 60_000 }, () => {
  test('records what files and tenant agree on, names what differs, and writes nothing to the tenant', async (context) => {
    const { run, root, writes } = await open(context);
    const first = await run('drift');
    expect(first.stdout).toContain('limio-sync pull --env test');
    expect(first.stdout).toContain('limio-sync drift --baseline --env test');
    expect(first.stdout).not.toContain('limio-sync apply');
    const baseline = await run('drift --baseline');
    expect(baseline).toMatchObject({ exitCode: 2 });
    expect(baseline.stdout).toMatch(/^Recorded 2 objects of test as they are now\. 2 objects differ/);
    const state = JSON.parse(readFileSync(join(root, '.limio/state/test.json'), 'utf8')) as AppliedState;
    expect(Object.keys(state.objects)).toEqual(['offer:/offers2/Annual', 'promo_code:WELCOME10']);
    expect(state.differed).toEqual(DIFFERING);
    expect(state.last).toMatchObject({ command: 'baseline', complete: false, verified: false });
    expect(writes()).toEqual([]);
  });

  test('is the base from then on: an edit of the app is known, what differed before stays unknown', async (context) => {
    const { run, tenant } = await open(context, { protected: true });
    await run('drift --baseline');
    tenant.edit.item('/offers2/Annual', { display_name__limio: 'Hot fix' });
    const report = parseDocument(await run('drift --format json')) as DriftReport;
    expect(causesOf(report)).toEqual({
      'offer:/offers2/Annual': 'app',
      'offer:/offers2/Monthly': 'unknown',
      'promo_code:OLD5': 'unknown',
    });
    const { stdout } = await run('drift');
    expect(stdout).toContain('1 object changed in the app, 2 objects differ, cause unknown');
    expect(stdout).toMatch(/Since the baseline of \S+, when some objects differed/);
    const plan = parseDocument(await run('plan --format json')) as Plan;
    expect(plan.guards.find(({ code }) => code === 'OVERWRITES')?.addresses).toEqual(['offer:/offers2/Annual']);
  });

  test('is replaced by the next apply, which settles what differed', async (context) => {
    const { run, root, tenant } = await open(context);
    await run('drift --baseline');
    expect(await run('apply --yes --allow-delete=1 --allow-delete-unknown=1')).toMatchObject({ exitCode: 0 });
    const state = JSON.parse(readFileSync(join(root, '.limio/state/test.json'), 'utf8')) as AppliedState;
    expect(state.last.command).toBe('apply');
    expect(state).not.toHaveProperty('differed');
    tenant.edit.item('/offers2/Monthly', { display_name__limio: 'Hot fix' });
    expect(causesOf(parseDocument(await run('drift --format json')) as DriftReport)).toEqual({
      'offer:/offers2/Monthly': 'app',
    });
  });

  test('does not replace a snapshot, and refuses options that it does not use', async (context) => {
    const { run, root } = await open(context);
    await run('drift --baseline');
    const file = join(root, '.limio/state/test.json');
    const text = readFileSync(file, 'utf8');
    const again = await run('drift --baseline');
    expect(again).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('There is a snapshot already') });
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(await run('drift --baseline --pull')).toMatchObject({ exitCode: 3 });
    expect(await run(['drift', '--baseline', 'offer:*'])).toMatchObject({ exitCode: 3 });
    writeFileSync(file, '<<<<<<<');
    expect(await run('drift')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('drift --baseline') });
    rmSync(file);
    expect(await run('drift --baseline')).toMatchObject({ exitCode: 2 });
  });

  test('reaches every clone that shares the store', async (context) => {
    const tenant = await openTenant(context, { seed: SMALL_SEED });
    const store = mkdtempSync(join(tmpdir(), 'limio-baseline-'));
    context.onTestFinished(() => rmSync(store, { recursive: true, force: true }));
    const config = JSON.stringify({
      state: { backend: 'folder', path: store },
      environments: { test: { url: tenant.url, ...ENVIRONMENT } },
    });
    const clone = () => openFolder(context, { ...FILES, 'limio.config.json': config });
    expect(await clone().run('drift --baseline')).toMatchObject({ exitCode: 2 });
    const second = clone();
    expect((await second.run('drift')).stdout).toContain('Since the baseline of');
    expect(existsSync(join(second.root, '.limio/state/test.json'))).toBe(true);
    expect(await second.run('drift --baseline')).toMatchObject({ exitCode: 3 });
  });
});
