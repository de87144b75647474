import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.js';
import type { EmulatorOptions } from '../../src/emulator/options.js';
import { offerFile, promoCodeFile, SMALL_SEED } from '../end-to-end/support/small-tenant.js';
import { runInProcess } from './support/run-in-process.js';

const CREDENTIALS = { LIMIO_CLIENT_ID: 'emulator', LIMIO_CLIENT_SECRET: 'emulator-secret' };
const QUICK = { publish: { attempts: 100, intervalMs: 20 } };

/** Files that are as the tenant is; by `scope`, what they do not declare is to be deleted. */
async function openCheckout(environment: object, dialect: EmulatorOptions['dialect'] = {}) {
  const tenant = await startEmulator({ port: 0, buildMs: 10, seed: SMALL_SEED, dialect });
  const root = mkdtempSync(join(tmpdir(), 'limio-unread-'));
  onTestFinished(async () => {
    rmSync(root, { recursive: true, force: true });
    await tenant.close();
  });
  mkdirSync(join(root, 'catalog'));
  writeFileSync(join(root, 'catalog/offers.yaml'), offerFile('/offers2/Monthly', 'Monthly'));
  writeFileSync(join(root, 'catalog/codes.yaml'), promoCodeFile('WELCOME10', 10));
  const settings = { url: tenant.url, dialect: QUICK, ...environment };
  writeFileSync(join(root, 'limio.config.json'), JSON.stringify({ environments: { test: settings } }));
  return {
    tenant,
    run: (args: string) => runInProcess(args, { cwd: root, env: CREDENTIALS }),
    read: (file: string) => readFileSync(join(root, file), 'utf8'),
  };
}

describe.each([
  ['list-promos', 'promo_codes', 'promo codes', { fault: 'status', status: 400 }],
  ['list-promos', 'promo_codes', 'promo codes', { fault: 'wrong-body', body: 'html' }],
  ['list-journeys', 'journeys', 'journeys', { fault: 'status', status: 400 }],
] as const)('a tenant that answers %s of the scope "%s" oddly', (operation, scope, noun, fault) => {
  test('hides deletions: the plan and its summary say so, and an apply does not end with 0', async () => {
    const { tenant, run } = await openCheckout({ scope: { [scope]: ['*'] } });
    tenant.faults.replace([{ operation, ...fault }]);
    const plan = await run('plan');
    expect(plan.stdout).toContain(`warning DELETIONS_UNREAD: The list of ${noun} could not be read in full`);
    expect(plan.stdout.split('\n')[0]).toMatch(/nothing to change, 2 unchanged, 1 list not read in full$/);
    expect(plan.exitCode).toBe(0);
    expect((await run('plan --detailed-exitcode')).exitCode).toBe(2);
    const applied = await run('apply --yes');
    expect(applied.exitCode).toBe(6);
    expect(applied.stdout).toContain('0 done, 1 list not read in full');
    tenant.faults.replace([]);
    expect((await run('plan')).stdout).toMatch(/\d to delete/);
  });

  test('hides none that this repository owns where nothing of the kind is in scope', async () => {
    const { tenant, run } = await openCheckout({});
    tenant.faults.replace([{ operation, ...fault }]);
    expect((await run('apply --yes')).exitCode).toBe(0);
  });
});

test('a plan names the number of objects that could not be read in its summary, in every rendering', async () => {
  const { tenant, run, read } = await openCheckout({});
  tenant.edit.item('/offers2/Monthly', { display_name__limio: 'Edited' });
  tenant.faults.replace([{ operation: 'head-item', fault: 'status', status: 400 }]);
  const { stdout, exitCode } = await run('plan --report plan.md plan.html');
  expect(stdout).toContain('warning OBJECT_UNREADABLE');
  // The offer, and the product of the promo code.
  expect(stdout.split('\n')[0]).toMatch(/nothing to change, 1 unchanged, 2 objects unread$/);
  for (const file of ['plan.md', 'plan.html']) expect(read(file)).toContain('2 objects unread');
  expect(exitCode).toBe(0);
});

test('journeys that the tenant lists as one object, as documented, are no fault of this run', async () => {
  const { run } = await openCheckout({ scope: { journeys: ['*'] } }, { journeyList: 'object' });
  const { stdout, exitCode } = await run('apply --yes');
  expect(stdout).toContain('warning INCOMPLETE_READ');
  expect(exitCode).toBe(0);
});
