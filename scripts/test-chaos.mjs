/**
 * The full chaos suites: random faults, a colleague who edits at the same time, a process that is killed
 * around every write, and rollbacks. Prints the findings of each suite; the last line is
 * `N passed, N failed`. `npm test` runs a short selection.
 *
 *   CHAOS_SEED=123 npm run test:chaos    repeats one schedule
 *   CHAOS_RUNS=5000 npm run test:chaos   runs more schedules
 *   CHAOS_FROM=8001 npm run test:chaos   runs other schedules
 */
import { readFileSync, rmSync } from 'node:fs';
import { ROOT, ensureBuilt, ensureInstalled, run } from './ensure-built.mjs';

ensureInstalled();
ensureBuilt();

const REPORT = `${ROOT}.test-report-chaos.json`;
rmSync(REPORT, { force: true });
let isGood = true;
try {
  run(
    process.execPath,
    [
      `${ROOT}node_modules/vitest/vitest.mjs`,
      'run',
      'test/chaos',
      '--maxWorkers=2',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${REPORT}`,
      ...process.argv.slice(2),
    ],
    { env: { ...process.env, CHAOS: 'full' } },
  );
} catch {
  // The report lists the failed tests; readReport counts a missing report as a failure.
  isGood = false;
}
const { passed, failed: failedTests } = readReport();
// An error outside all tests fails none of them.
const failed = failedTests || (isGood ? 0 : 1);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function readReport() {
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(REPORT, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests || numFailedTestSuites };
  } catch {
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(REPORT, { force: true });
  }
}
