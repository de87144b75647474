/**
 * The demo: starts a local tenant on a free port, seeded with the example company, then runs
 * validate, plan, apply, and plan again, which must be empty.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT, build, ensureInstalled } from './ensure-built.mjs';

const BIN = `${ROOT}dist/bin.js`;
ensureInstalled();
build();

// A copy: the run folder of a tenant that ends with the demo must not stay in the example.
const folder = mkdtempSync(join(tmpdir(), 'limio-demo-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const name of ['catalog', 'journeys', 'overlays', 'limio.config.ts'])
  cpSync(join(ROOT, name), join(folder, name), { recursive: true });

const tenant = spawn(
  process.execPath,
  [BIN, 'emulator', '--port', '0', '--seed', 'seed/acme-press', '--format', 'json'],
  {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
process.on('exit', () => tenant.kill());
const [line] = await Promise.race([
  createInterface({ input: tenant.stdout })
    [Symbol.asyncIterator]()
    .next()
    .then(({ value }) => [value]),
  new Promise((_, reject) => tenant.once('exit', (code) => reject(new Error(`the emulator exited with ${code}`)))),
]);
const { url, clientId, clientSecret } = JSON.parse(line);
const env = { ...process.env, LIMIO_DEMO_URL: url, LIMIO_CLIENT_ID: clientId, LIMIO_CLIENT_SECRET: clientSecret };
delete env.LIMIO_ENV;
console.log(`A local Limio tenant runs at ${url}, seeded from seed/acme-press.`);

step(['validate']);
step(['plan', '--env', 'demo']);
const { summary } = JSON.parse(limio(['plan', '--env', 'demo', '--format', 'json'], 'pipe').stdout);
// The number must be the one in the plan: that is what makes it an approval.
step(['apply', '--env', 'demo', '--yes', `--allow-delete-unknown=${summary.delete}`]);
const secondPlan = step(['plan', '--env', 'demo', '--detailed-exitcode'], [0, 2]);
if (secondPlan.status !== 0) fail('The second plan is not empty.');

console.log(`
The second plan is empty: the tenant matches the files.

catalog/offers/world.yaml declares two plans in six countries by a table.
Now one cell of catalog/offers/world-prices.csv changes: 19.99 becomes 21.99.`);
const table = join(folder, 'catalog/offers/world-prices.csv');
const changed = readFileSync(table, 'utf8').replace('monthly,AU,AUD,19.99', 'monthly,AU,AUD,21.99');
writeFileSync(table, changed);
step(['plan', '--env', 'demo']);
const { summary: cell } = JSON.parse(limio(['plan', '--env', 'demo', '--format', 'json'], 'pipe').stdout);
if (cell.update !== 1) fail(`One cell changes ${cell.update} offers.`);

console.log(`
Next steps
  1. In one terminal:  npx limio-sync emulator --seed seed/acme-press
  2. In another:       export LIMIO_CLIENT_ID=emulator LIMIO_CLIENT_SECRET=emulator-secret
                       change a price in catalog/offers/, then
                       npx limio-sync plan --env demo
                       npx limio-sync apply --env demo
  3. Your own tenant:  README.md, "Your first tenant in five steps"`);
process.exit(0);

function step(args, expected = [0]) {
  console.log(`\n$ limio-sync ${args.join(' ')}`);
  const result = limio(args, 'inherit');
  if (!expected.includes(result.status)) fail(`limio-sync ${args[0]} exited with ${result.status}.`);
  return result;
}

function limio(args, out) {
  return spawnSync(process.execPath, [BIN, ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', out, 'inherit'],
    encoding: 'utf8',
  });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
