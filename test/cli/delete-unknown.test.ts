import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.js';
import { promoCodeFile, SMALL_SEED } from '../end-to-end/support/small-tenant.js';
import { runInProcess } from './support/run-in-process.js';

const CREDENTIALS = { LIMIO_CLIENT_ID: 'emulator', LIMIO_CLIENT_SECRET: 'emulator-secret' };
const AUTHOR = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];

/** Two repositories that declare promo codes of one tenant. */
async function openTenant() {
  const tenant = await startEmulator({ port: 0, seed: { items: SMALL_SEED.items ?? [] } });
  onTestFinished(() => tenant.close());
  return {
    openRepository: (files: Record<string, string>, scope = ['*']) => {
      const root = mkdtempSync(join(tmpdir(), 'limio-unknown-'));
      onTestFinished(() => rmSync(root, { recursive: true, force: true }));
      const write = (path: string, text: string): void => {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      };
      const remove = (path: string): void => rmSync(join(root, path));
      const environment = { url: tenant.url, scope: { promo_codes: scope } };
      write('limio.config.json', JSON.stringify({ environments: { test: environment } }));
      for (const [path, text] of Object.entries(files)) write(path, text);
      const commit = (): void => {
        execFileSync('git', ['init', '-q'], { cwd: root });
        execFileSync('git', ['add', '-A', 'catalog'], { cwd: root });
        execFileSync('git', [...AUTHOR, 'commit', '-qm', 'files'], { cwd: root });
      };
      return { run: (args: string) => runInProcess(args, { cwd: root, env: CREDENTIALS }), write, remove, commit };
    },
    codes: () => tenant.state().promoCodes.map(({ name }) => name),
  };
}

const OURS = { 'catalog/ours.yaml': promoCodeFile('OURS10', 10), 'catalog/old.yaml': promoCodeFile('OLD10', 10) };
const THEIRS = { 'catalog/theirs.yaml': promoCodeFile('THEIRS10', 10) };

test('what another repository declares is not "no longer declared", and --allow-delete does not cover it', async () => {
  const { openRepository, codes } = await openTenant();
  await openRepository(THEIRS, []).run('apply --yes');
  const { run } = openRepository(OURS);
  const plan = await run('plan');
  expect(plan.stdout).toContain('never declared it as far as this checkout knows');
  expect(plan.stdout).toContain('withheld DELETE_UNKNOWN');
  expect(plan.stdout).not.toContain('no longer declared');
  expect(await run('apply --yes --allow-delete=1')).toMatchObject({ exitCode: 4 });
  expect(codes().sort()).toEqual(['OLD10', 'OURS10', 'THEIRS10']);
  // The snapshot of that apply must not remember the withheld object as one of ours.
  expect((await run('plan')).stdout).toContain('withheld DELETE_UNKNOWN');
  expect(await run('apply --yes --allow-delete-unknown=1')).toMatchObject({ exitCode: 0 });
  expect(codes().sort()).toEqual(['OLD10', 'OURS10']);
});

test('the snapshot of the last apply shows until when the files declared an object', async () => {
  const { openRepository, codes } = await openTenant();
  const { run, remove } = openRepository(OURS);
  await run('apply --yes');
  remove('catalog/old.yaml');
  const plan = await run('plan');
  expect(plan.stdout).toMatch(/no longer declared \(declared until the run\s+\d{8}T/);
  expect(plan.stdout).toContain('withheld DELETE_CONSENT');
  // A deletion that waits is still known by the next snapshot.
  expect(await run('apply --yes')).toMatchObject({ exitCode: 4 });
  expect((await run('plan')).stdout).toContain('(declared until an earlier run)');
  expect(await run('apply --yes --allow-delete=1')).toMatchObject({ exitCode: 0 });
  expect(codes()).toEqual(['OURS10']);
});

test('without a snapshot, the history of git shows it', async () => {
  const { openRepository, codes } = await openTenant();
  await openRepository(OURS, []).run('apply --yes');
  const { run, remove, commit } = openRepository(OURS);
  commit();
  remove('catalog/old.yaml');
  commit();
  expect((await run('plan')).stdout).toMatch(/no longer declared \(see the\s+commit [0-9a-f]{7,}\)/);
  expect(await run('apply --yes --allow-delete=1')).toMatchObject({ exitCode: 0 });
  expect(codes()).toEqual(['OURS10']);
});

test('how a checkout knows it is not part of the fingerprint: a squashed commit is the same plan', async () => {
  const { openRepository } = await openTenant();
  await openRepository(OURS, []).run('apply --yes');
  const { run, remove, commit } = openRepository(OURS);
  commit();
  remove('catalog/old.yaml');
  expect(await run('plan --out plan.json')).toMatchObject({ exitCode: 0 });
  commit();
  expect(await run('apply plan.json --check-files --yes --allow-delete=1')).toMatchObject({ exitCode: 0 });
});

test('a name that git knows only inside another object does not count as declared', async () => {
  const { openRepository } = await openTenant();
  await openRepository(THEIRS, []).run('apply --yes');
  const { run, commit } = openRepository({
    'catalog/ours.yaml': `${promoCodeFile('OURS10', 10)}\n# promoCode: THEIRS10\n`,
  });
  commit();
  expect((await run('plan')).stdout).toContain('withheld DELETE_UNKNOWN');
});
