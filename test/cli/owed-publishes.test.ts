import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.js';
import type { Seed } from '../../src/emulator/seed-format.js';
import type { AppliedState } from '../../src/model/drift.js';
import { offerFile, SMALL_SEED } from '../end-to-end/support/small-tenant.js';
import { runInProcess } from './support/run-in-process.js';

const DIALECT = { publish: { attempts: 3, intervalMs: 1 } };
const OFFER = offerFile('/offers2/Monthly', 'Monthly, renamed');
const ADD_ON = 'kind: add_on\npath: /add_ons/Archive\nattributes:\n  display_name__limio: Old issues\n';
/** The renamed offer is on two pages, and the published index has one copy of it. */
const SEED: Seed = {
  ...SMALL_SEED,
  items: [
    ...(SMALL_SEED.items ?? []),
    {
      path: '/pages/other',
      data: { record_type: 'page', attributes: {}, tags: ['/tags/other'], offers: ['/offers2/Monthly'] },
    },
  ],
};
const OMIT = { operation: 'publish', fault: 'omitted-route', message: 'a label is missing' } as const;

interface Checkout {
  tenant: Emulator;
  run: (args: string) => ReturnType<typeof runInProcess>;
  write: (path: string, text: string) => void;
  readSnapshot: () => AppliedState;
  /** As on a machine that keeps only the folder of the snapshots. */
  forgetRuns: () => void;
  /** Pages that were built since the last call. */
  takeBuilds: () => unknown[];
}

async function openCheckout({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): Promise<Checkout> {
  const root = mkdtempSync(join(tmpdir(), 'limio-owed-'));
  const tenant = await startEmulator({ port: 0, buildMs: 0, seed: SEED });
  onTestFinished(async () => {
    await tenant.close();
    rmSync(root, { recursive: true, force: true });
  });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const environments = { test: { url: tenant.url, dialect: DIALECT } };
  write('limio.config.json', JSON.stringify({ state: { folder: 'state' }, environments }));
  const env = { LIMIO_CLIENT_ID: 'emulator', LIMIO_CLIENT_SECRET: 'emulator-secret' };
  return {
    tenant,
    run: (args) => runInProcess(args, { cwd: root, env }),
    write,
    readSnapshot: () => JSON.parse(readFileSync(join(root, 'state/test.json'), 'utf8')) as AppliedState,
    forgetRuns: () => rmSync(join(root, '.limio'), { recursive: true }),
    takeBuilds: () => {
      const builds = tenant.log().filter(({ path }) => path.endsWith('/shop/builds'));
      tenant.edit.clearLog();
      return builds.flatMap(({ body }) => (body as { items: unknown[] }).items);
    },
  };
}

describe('a page that a run changed and did not get live', () => {
  test('is not forgotten by a success: the snapshot is verified only once an apply with nothing to change published it', async (context) => {
    const { tenant, run, write, readSnapshot, takeBuilds } = await openCheckout(context);
    write('catalog/add-on.yaml', ADD_ON);
    expect(await run('plan --out add-on.json')).toMatchObject({ exitCode: 0 });
    write('catalog/offer.yaml', OFFER);
    tenant.faults.replace([{ ...OMIT, route: '/shop/' }]);
    expect(await run('apply --yes --format json')).toMatchObject({ exitCode: 6 });
    tenant.faults.clear();
    expect(readSnapshot()).toMatchObject({ last: { verified: false }, pending: [{ path: '/pages/shop' }] });

    // This plan names no page, and everything in it succeeds.
    expect(await run('apply add-on.json --yes')).toMatchObject({ exitCode: 0 });
    expect(readSnapshot()).toMatchObject({
      last: { complete: true, verified: false },
      pending: [{ path: '/pages/shop' }],
    });

    takeBuilds();
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    expect(takeBuilds()).toEqual(['/pages/shop']);
    expect(readSnapshot().last.verified).toBe(true);
    expect(readSnapshot().pending).toBeUndefined();
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test.for(['apply', 'publish'])(
    'is published by %s where only the folder of the snapshots was kept, and its items are live on another page',
    async (command, context) => {
      const { tenant, run, write, readSnapshot, forgetRuns, takeBuilds } = await openCheckout(context);
      write('catalog/offer.yaml', OFFER);
      tenant.faults.replace([{ ...OMIT, route: '/shop/' }]);
      expect(await run('apply --yes')).toMatchObject({ exitCode: 6 });
      tenant.faults.clear();
      forgetRuns();
      takeBuilds();
      expect(await run(`${command} --yes`)).toMatchObject({ exitCode: 0 });
      expect(takeBuilds()).toEqual(['/pages/shop']);
      expect(readSnapshot().pending).toBeUndefined();
      forgetRuns();
      expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
    },
  );

  test('is published with the exact command that its hint repeats, plan file and consents included', async (context) => {
    const { tenant, run, write } = await openCheckout(context);
    write('catalog/offer.yaml', OFFER);
    expect(await run('plan --out plan.json')).toMatchObject({ exitCode: 0 });
    tenant.faults.replace([OMIT]);
    const failed = await run('apply plan.json --yes --check-files');
    expect(failed.exitCode).toBe(6);
    expect(failed.stdout).toContain('Fix the page, then run: limio-sync apply plan.json\n');
    tenant.faults.replace([{ operation: 'build', fault: 'status', status: 500 }]);
    const refused = await run('apply plan.json --yes');
    expect(refused.stdout).toContain('limio-sync apply plan.json\n');
    tenant.faults.clear();
    expect(await run('apply plan.json --yes')).toMatchObject({ exitCode: 0 });
  });
});
