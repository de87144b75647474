/**
 * The mutation run: breaks one line of a safety check at a time and expects the named tests to fail.
 * A mutation that no test notices is a survivor: it gets a test, or a reason in docs/decisions/.
 *
 *   npm run test:mutation                  runs every mutation of scripts/mutations.mjs
 *   npm run test:mutation -- recheck lock  runs those whose file or name contains one of the words
 *
 * Works on copies in a temporary folder and never touches the checkout. The last line is
 * `N killed, N failed`; exits with 1 if a mutation survives, cannot be applied or breaks the module.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT, ensureInstalled } from './ensure-built.mjs';
import { MUTATIONS } from './mutations.mjs';

/** A mutation can turn a loop into an endless one; that counts as noticed. Far above what the tests take. */
const LONGEST_MS = 300_000;
const BASELINE_MS = 1_800_000;
const SKIPPED = new Set(['node_modules', '.git', 'dist', 'coverage', '.limio']);

ensureInstalled();
const words = process.argv.slice(2);
const chosen = MUTATIONS.filter(
  ({ file, name }) => words.length === 0 || words.some((word) => file.includes(word) || name.includes(word)),
);
const invalid = chosen.flatMap((mutation) => findMistakes(mutation).map((mistake) => `${mutation.name}: ${mistake}`));
if (invalid.length > 0) fail('These mutations do not match the code:', invalid);

const folder = mkdtempSync(join(tmpdir(), 'limio-mutate-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const copies = Array.from({ length: Math.min(availableParallelism(), chosen.length) }, (_, i) => copyProject(i));
const broken = await runTests(copies[0], [...new Set(chosen.flatMap(({ tests }) => tests))], BASELINE_MS);
if (broken !== 'passed') fail(`The tests do not pass without a mutation (${broken}).`, []);

const survivors = [];
const queue = [...chosen];
await Promise.all(copies.map((copy) => work(copy)));
console.log(`${chosen.length - survivors.length} killed, ${survivors.length} failed`);
process.exitCode = survivors.length === 0 && chosen.length > 0 ? 0 : 1;

async function work(copy) {
  for (let mutation = queue.shift(); mutation; mutation = queue.shift()) {
    const path = join(copy, mutation.file);
    const original = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      original.replace(mutation.find, () => mutation.replace),
    );
    const outcome = await runTests(copy, mutation.tests);
    writeFileSync(path, original);
    const isKilled = outcome === 'failed' || outcome === 'timed out';
    if (!isKilled) survivors.push(mutation);
    const label = isKilled ? 'killed  ' : outcome === 'passed' ? 'SURVIVED' : 'BROKEN  ';
    console.log(`${label} ${mutation.name} (${mutation.file})`);
  }
}

function findMistakes({ file, find, replace, tests }) {
  if (!existsSync(join(ROOT, file))) return [`${file} does not exist`];
  const count = readFileSync(join(ROOT, file), 'utf8').split(find).length - 1;
  return [
    ...(count === 1 ? [] : [`${file} contains the text ${count} times, not once: ${find}`]),
    ...(find === replace ? ['it changes nothing'] : []),
    ...tests.filter((test) => !existsSync(join(ROOT, test))).map((test) => `${test} does not exist`),
  ];
}

function copyProject(number) {
  const copy = join(folder, `copy-${number}`);
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !SKIPPED.has(basename(path)) });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** `passed`, `failed`, `timed out`, or `not loaded` if a test file did not even start. */
function runTests(copy, tests, timeout = LONGEST_MS) {
  const report = join(copy, '.mutation-report.json');
  rmSync(report, { force: true });
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [
        join(copy, 'node_modules/vitest/vitest.mjs'),
        'run',
        ...tests,
        '--bail=1',
        '--maxWorkers=1',
        '--reporter=json',
        `--outputFile=${report}`,
      ],
      { cwd: copy, timeout, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 },
      (error) => {
        if (!error) resolve('passed');
        else if (error.killed) resolve('timed out');
        else resolve(readOutcome(report));
      },
    );
  });
}

function readOutcome(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8')).numFailedTests > 0 ? 'failed' : 'not loaded';
  } catch {
    return 'not loaded';
  }
}

function fail(message, lines) {
  console.error([message, ...lines].join('\n  '));
  process.exit(1);
}
