/**
 * What the store in git costs, on a remote of this machine: a plan, and an apply of 100 changed offers, with and
 * without it, in turn and side by side. Medians.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT, build, ensureInstalled } from '../scripts/ensure-built.mjs';

const BIN = `${ROOT}dist/bin.js`;
const OFFERS = 100;
const PLANS = 7;
const APPLIES = 5;
ensureInstalled();
build();

const plans = { none: [], git: [] };
const applies = { none: [], git: [] };
for (let round = 0; round < APPLIES; round += 1) {
  for (const store of ['none', 'git']) {
    const folder = mkdtempSync(join(tmpdir(), 'limio-bench-'));
    const tenant = await startTenant(folder);
    try {
      const clone = makeClone(folder, store, tenant.url);
      const env = { ...process.env, LIMIO_CLIENT_ID: tenant.clientId, LIMIO_CLIENT_SECRET: tenant.clientSecret };
      applies[store].push(time(['apply', '--yes', '--allow-mass-change', `${OFFERS}`], clone, env));
      for (let plan = 0; plan < PLANS; plan += 1) plans[store].push(time(['plan'], clone, env));
    } finally {
      tenant.process.kill();
      rmSync(folder, { recursive: true });
    }
  }
}
report('plan', plans);
report(`apply of ${OFFERS} changed offers`, applies);

function report(what, { none, git }) {
  const [without, within] = [median(none), median(git)];
  console.log(
    `${what}: ${without.toFixed(2)} s without a store, ${within.toFixed(2)} s with git: ` +
      `${(within - without).toFixed(2)} s more (medians of ${none.length})`,
  );
}

async function startTenant(folder) {
  mkdirSync(join(folder, 'seed'));
  const items = listOffers(({ path, name }) => ({
    path,
    name,
    type: 'item',
    data: { record_type: 'offer', attributes: { display_name__limio: name } },
  }));
  writeFileSync(join(folder, 'seed', 'items.json'), JSON.stringify(items));
  const emulator = spawn(
    process.execPath,
    [BIN, 'emulator', '--port', '0', '--seed', join(folder, 'seed'), '--format', 'json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { value } = await createInterface({ input: emulator.stdout })[Symbol.asyncIterator]().next();
  return { ...JSON.parse(value), process: emulator };
}

function makeClone(folder, store, url) {
  const remote = join(folder, 'remote.git');
  const clone = join(folder, 'clone');
  const git = (...args) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init', '--bare', '-q', remote);
  git('clone', '-q', `file://${remote}`, clone);
  mkdirSync(join(clone, 'catalog'));
  const state = store === 'none' ? {} : { state: { backend: store } };
  writeFileSync(join(clone, 'limio.config.json'), JSON.stringify({ ...state, environments: { bench: { url } } }));
  for (const { path, name } of listOffers((offer) => offer))
    writeFileSync(
      join(clone, 'catalog', `${name}.yaml`),
      JSON.stringify({ kind: 'offer', path, attributes: { display_name__limio: `${name}, renamed` } }),
    );
  return clone;
}

function listOffers(map) {
  return Array.from({ length: OFFERS }, (_, i) => map({ path: `/offers2/Offer ${i}`, name: `Offer ${i}` }));
}

/** Seconds. */
function time(args, cwd, env) {
  const start = performance.now();
  const result = spawnSync(process.execPath, [BIN, ...args], { cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.status !== 0) throw new Error(`${args.join(' ')} ended with ${result.status}: ${result.stderr}`);
  return (performance.now() - start) / 1000;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
