/**
 * `validate` of offers that one template makes from a table, beside the same offers as files of their own, in turn
 * and side by side; and twice as many rows. Medians of time and of peak memory.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, build, ensureInstalled } from '../scripts/ensure-built.mjs';

const BIN = `${ROOT}dist/bin.js`;
const RUNS = 5;
const OFFERS = 10_000;
/** The attributes of one offer as files hold them: about 1.2 KB. */
const FEATURES = Array.from({ length: 12 }, (_, i) => `<li>Feature ${i}, described at some length for everybody</li>`);
ensureInstalled();
build();

const folder = mkdtempSync(join(tmpdir(), 'limio-bench-'));
try {
  const measure = join(folder, 'measure.mjs');
  writeFileSync(measure, "process.on('exit', () => console.error(`peak ${process.resourceUsage().maxRSS}`));\n");
  const kinds = {
    files: makeFiles('files', OFFERS),
    rows: makeTemplate('rows', OFFERS),
    'twice the rows': makeTemplate('twice', 2 * OFFERS),
  };
  const results = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  for (let round = 0; round < RUNS; round += 1)
    for (const [kind, cwd] of Object.entries(kinds)) results[kind].push(validate(cwd, measure));
  for (const [kind, runs] of Object.entries(results))
    console.log(`${kind}: ${of(runs, 'seconds').toFixed(2)} s, ${of(runs, 'mebibytes').toFixed(0)} MiB`);
  const ratio = (a, b, what) => (of(results[a], what) / of(results[b], what)).toFixed(2);
  console.log(`rows / files: ${ratio('rows', 'files', 'seconds')} of the time (goal: 0.33)`);
  console.log(
    `twice the rows / rows: ${ratio('twice the rows', 'rows', 'seconds')} of the time, ` +
      `${ratio('twice the rows', 'rows', 'mebibytes')} of the memory (medians of ${RUNS})`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

function validate(cwd, measure) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', pathToFileURL(measure).href, BIN, 'validate'],
    { cwd, encoding: 'utf8' },
  );
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return { seconds, mebibytes: Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024 };
}

function of(runs, what) {
  const sorted = runs.map((run) => run[what]).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function writeText(name, price) {
  return `attributes:
  display_name__limio: Offer ${name}
  display_price__limio: £${price} per month
  offer_features__limio: "<ul>${FEATURES.join('')}</ul>"
  label__limio: [digital]
  allowed_countries__limio: [GB, IE, US, CA, DE, FR]
  term__limio: { length: 1, type: months }
  price__limio:
    - name: charge_1
      label: Charge 1
      value: "${price}"
      currencyCode: GBP
      type: recurring
      trigger: subscription_start
      repeat_interval: 1
      repeat_interval_type: months
`;
}

function makeRepository(name) {
  const root = join(folder, name);
  mkdirSync(join(root, 'catalog'), { recursive: true });
  writeFileSync(
    join(root, 'limio.config.json'),
    JSON.stringify({ environments: { bench: { url: 'http://127.0.0.1:1' } } }),
  );
  return root;
}

function makeFiles(name, count) {
  const root = makeRepository(name);
  for (let i = 0; i < count; i += 1) {
    const text = `kind: offer\npath: /offers2/Offer ${i}\n${writeText(i, `${(i % 50) + 5}.99`)}`;
    writeFileSync(join(root, 'catalog', `offer-${i}.yaml`), text);
  }
  return root;
}

function makeTemplate(name, count) {
  const root = makeRepository(name);
  const template = `kind: offer\nfor_each: { table: offers.csv }\npath: /offers2/Offer \${each.name}\n`;
  writeFileSync(join(root, 'catalog', 'offers.yaml'), template + writeText('${each.name}', '${each.price}'));
  const rows = Array.from({ length: count }, (_, i) => `${i},${(i % 50) + 5}.99\n`);
  writeFileSync(join(root, 'catalog', 'offers.csv'), `name,price\n${rows.join('')}`);
  return root;
}
