/**
 * Two whole-process figures, medians of several runs, measured side by side in one go:
 * start-up (`limio-sync --version` against `node -e 0`) and a plan of 1,000 declared offers.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT, build, ensureInstalled } from '../scripts/ensure-built.mjs';

const BIN = `${ROOT}dist/bin.js`;
const OFFERS = 1000;
ensureInstalled();
build();
compareStart(21);
await timePlan(7);

function compareStart(runs) {
  const version = [];
  const node = [];
  for (let i = 0; i < runs + 2; i += 1) {
    // In turn, so that a slower moment of the machine meets both; the first two warm up.
    const a = time([BIN, '--version']);
    const b = time(['-e', '0']);
    if (i >= 2) {
      version.push(a);
      node.push(b);
    }
  }
  console.log(
    `limio-sync --version: ${median(version).toFixed(1)} ms; node -e 0: ${median(node).toFixed(1)} ms; ratio ${(median(version) / median(node)).toFixed(2)} (medians of ${runs})`,
  );
}

async function timePlan(runs) {
  const folder = mkdtempSync(join(tmpdir(), 'limio-bench-'));
  writeRepository(folder);
  const tenant = spawn(
    process.execPath,
    [BIN, 'emulator', '--port', '0', '--seed', join(folder, 'seed'), '--format', 'json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const { value } = await createInterface({ input: tenant.stdout })[Symbol.asyncIterator]().next();
    const { url, clientId, clientSecret } = JSON.parse(value);
    writeFileSync(join(folder, 'limio.config.json'), JSON.stringify({ environments: { bench: { url } } }));
    const env = { ...process.env, LIMIO_CLIENT_ID: clientId, LIMIO_CLIENT_SECRET: clientSecret };
    const times = Array.from({ length: runs }, () =>
      time([BIN, 'plan', '--format', 'json'], { cwd: folder, env }, checkPlan),
    );
    console.log(
      `plan of ${OFFERS} declared offers, 100 of them changed: ${(median(times) / 1000).toFixed(2)} s (median of ${runs}; ${times.map((ms) => (ms / 1000).toFixed(2)).join(' ')})`,
    );
  } finally {
    tenant.kill();
    rmSync(folder, { recursive: true });
  }
}

function checkPlan(stdout) {
  const { summary } = JSON.parse(stdout);
  if (summary.update !== OFFERS / 10 || summary.unchanged !== OFFERS - OFFERS / 10)
    throw new Error(`unexpected plan: ${JSON.stringify(summary)}`);
}

function writeRepository(folder) {
  mkdirSync(join(folder, 'seed'));
  mkdirSync(join(folder, 'catalog'));
  const items = Array.from({ length: OFFERS }, (_, i) => {
    const attributes = {
      display_name__limio: `Offer ${i}`,
      offer_features__limio: `<ul><li>Feature ${i}</li><li>Everything else, described at some length</li></ul>`,
      label__limio: [`group${i % 20}`],
      allowed_countries__limio: ['GB', 'IE', 'US', 'CA', 'DE', 'FR'],
      price__limio: [
        {
          name: 'charge_1',
          label: 'Charge 1',
          value: `${(i % 50) + 5}.99`,
          currencyCode: 'GBP',
          type: 'recurring',
          trigger: 'order_date',
          repeat_interval: 1,
          repeat_interval_type: 'months',
        },
      ],
    };
    return {
      path: `/offers2/Offer ${i}`,
      name: `Offer ${i}`,
      type: 'item',
      data: { record_type: 'offer', attributes },
    };
  });
  const page = {
    path: '/pages/shop',
    name: 'shop',
    type: 'item',
    data: { record_type: 'page', attributes: {}, referencedLabel: 'group1', tags: ['/tags/shop'] },
  };
  writeFileSync(join(folder, 'seed', 'items.json'), JSON.stringify([...items, page]));
  items.forEach(({ path, data: { attributes } }, i) => {
    const declared = i % 10 === 0 ? { ...attributes, display_name__limio: `Offer ${i}, renamed` } : attributes;
    // JSON is YAML.
    writeFileSync(
      join(folder, 'catalog', `offer-${i}.yaml`),
      JSON.stringify({ kind: 'offer', path, attributes: declared }, null, 2),
    );
  });
}

function time(args, options = {}, check = () => undefined) {
  const start = performance.now();
  const result = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  const ms = performance.now() - start;
  if (result.status !== 0) throw new Error(`${args.join(' ')} ended with ${result.status}: ${result.stderr}`);
  check(result.stdout);
  return ms;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
