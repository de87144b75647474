import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.js';
import { offerFile, SMALL_SEED } from '../end-to-end/support/small-tenant.js';
import { runInProcess } from './support/run-in-process.js';

/** Three environments: `same` is as the files say, `other` differs, and `down` does not answer. */
async function openCheckout() {
  const [same, other] = await Promise.all([0, 1].map(() => startEmulator({ port: 0, seed: SMALL_SEED })));
  const root = mkdtempSync(join(tmpdir(), 'limio-sections-'));
  onTestFinished(async () => {
    rmSync(root, { recursive: true, force: true });
    await Promise.all([same?.close(), other?.close()]);
  });
  other?.edit.item('/offers2/Monthly', { display_name__limio: 'Another name' });
  mkdirSync(join(root, 'catalog'));
  writeFileSync(join(root, 'catalog/offers.yaml'), offerFile('/offers2/Monthly', 'Monthly'));
  const environments = { same: { url: same?.url }, other: { url: other?.url }, down: { url: 'http://127.0.0.1:1' } };
  writeFileSync(join(root, 'limio.config.json'), JSON.stringify({ environments }));
  const env = Object.fromEntries(
    Object.keys(environments).flatMap((name) => [
      [`LIMIO_${name.toUpperCase()}_CLIENT_ID`, 'emulator'],
      [`LIMIO_${name.toUpperCase()}_CLIENT_SECRET`, 'emulator-secret'],
    ]),
  );
  return (args: string) => runInProcess(args, { cwd: root, env });
}

test('plan shows several environments in one section each, in their order, and ends with the worst exit code', async () => {
  const run = await openCheckout();
  const { exitCode, stdout } = await run('plan --env other --env same --detailed-exitcode');
  expect(stdout).toMatch(/^=== other ===\n\n[^]*1 to update[^]*\n=== same ===\n\n[^]*nothing to change/);
  expect(exitCode).toBe(2);
  expect((await run('plan --env same --env other')).exitCode).toBe(0);
});

test('with --format json the sections hold the document that the command prints for one environment', async () => {
  const run = await openCheckout();
  const several = JSON.parse((await run('plan --env other --env same --format json')).stdout);
  expect(several).toMatchObject({ kind: 'limio-sync/sections', formatVersion: 1, command: 'plan', exitCode: 0 });
  expect(several.sections.map(({ environment }: { environment: string }) => environment)).toEqual(['other', 'same']);
  const one = JSON.parse((await run('plan --env other --format json')).stdout);
  expect(several.sections[0]).toEqual({
    environment: 'other',
    exitCode: 0,
    result: { ...one, basis: expect.anything() },
  });
});

test('an environment that fails hides no other one, and decides the exit code', async () => {
  const run = await openCheckout();
  const { exitCode, stdout, stderr } = await run('drift --all-envs --timeout 1');
  expect(stdout).toMatch(/=== same ===[^]*=== other ===[^]*\/offers2\/Monthly[^]*=== down ===/);
  expect(stderr).toMatch(/^down: error (NETWORK|TIMEOUT): /m);
  expect(exitCode).toBe(1);
  const json = JSON.parse((await run('drift --all-envs --timeout 1 --format json')).stdout);
  expect(json.exitCode).toBe(1);
  expect(json.sections).toMatchObject([
    { environment: 'same', exitCode: 0, result: { kind: 'limio-sync/drift' } },
    { environment: 'other', exitCode: 2 },
    { environment: 'down', exitCode: 1, error: { code: expect.stringMatching(/NETWORK|TIMEOUT/) } },
  ]);
}, 60_000);

test.each([
  ['plan --env same --env other --out plan.json', '--out writes one plan'],
  ['plan --all-envs --report plan.md', '--report writes one plan'],
  ['drift --all-envs --pull', '--pull writes files from one tenant'],
  ['plan --all-envs --env same', '--env and --all-envs cannot be used together'],
  ['plan --env same --env othr', 'There is no environment "othr"'],
  [
    'apply --env same --env other',
    'Run it once for each: limio-sync apply --env same, then limio-sync apply --env other',
  ],
  ['apply --all-envs', "unknown option '--all-envs'"],
])('%s is refused: %s', async (line, message) => {
  const { exitCode, stdout, stderr } = await (await openCheckout())(line);
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(exitCode).toBe(3);
});
