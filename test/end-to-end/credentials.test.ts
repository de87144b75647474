import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLIENT_SECRET, openWorkspace } from './support/in-process.js';
import { ONE_CHANGE, SMALL_SEED } from './support/small-tenant.js';

/** Prints the credentials of the emulator, and writes into `runs` how often it ran. */
const HELPER = `
  require('node:fs').appendFileSync('runs', 'x');
  console.error('signing in');
  console.log(JSON.stringify({ clientId: 'emulator', clientSecret: 'emulator-' + 'secret' }));
`;

test('a command of the configuration gives the credentials, once for each command line and in no output', async (context) => {
  const { run, root } = await openWorkspace(context, {
    seed: SMALL_SEED,
    files: ONE_CHANGE,
    environment: { credentials: { command: [process.execPath, '-e', HELPER] } },
  });
  const count = (): number => (existsSync(join(root, 'runs')) ? readFileSync(join(root, 'runs'), 'utf8').length : 0);
  for (const offline of ['validate', 'lint', 'envs', 'explain offer']) await run(offline, { env: {} });
  expect(count()).toBe(0);
  const doctor = await run('doctor', { env: {} });
  expect(doctor.stdout).toContain(`Credentials from the command ${process.execPath}\n`);
  expect(doctor.stderr).not.toContain('signing in');
  expect(count()).toBe(1);
  const apply = await run('apply --yes', { env: {} });
  expect(apply).toMatchObject({ exitCode: 0 });
  expect(count()).toBe(2);
  expect(`${doctor.stdout}${apply.stdout}${apply.stderr}`).not.toContain(CLIENT_SECRET);
});

test('an env file gives them when the configuration names it, and nothing prints them', async (context) => {
  const { run, root } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
  writeFileSync(join(root, '.env'), `LIMIO_TEST_CLIENT_ID=emulator\nLIMIO_TEST_CLIENT_SECRET=${CLIENT_SECRET}\n`);
  const file = join(root, 'limio.config.json');
  expect((await run('plan', { env: {} })).stderr).toContain('error AUTH_MISSING');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), envFile: '.env' }));
  const doctor = await run('doctor --format json', { env: {} });
  expect(JSON.parse(doctor.stdout)).toMatchObject({
    credentials: 'LIMIO_TEST_CLIENT_ID, LIMIO_TEST_CLIENT_SECRET in .env',
  });
  expect((await run('plan', { env: {} })).exitCode).toBe(0);
  rmSync(join(root, '.env'));
});
