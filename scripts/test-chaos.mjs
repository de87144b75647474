/**
 * The chaos suites in full: random faults, a colleague who edits at the same time, a process that is
 * killed around every write, and back again. Prints what each found out, then `N passed, N failed`
 * alone on its last line. `npm test` runs a short selection of the same.
 *
 *   CHAOS_SEED=123 npm run test:chaos    runs one schedule again
 *   CHAOS_RUNS=5000 npm run test:chaos   runs more of them
 *   CHAOS_FROM=8001 npm run test:chaos   runs others
 */
import { readFileSync, rmSync } from 'node:fs';
import { ROOT, build, ensureInstalled, run } from './ensure-built.mjs';

ensureInstalled();
build();

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
  // The report tells which tests failed; a missing one is a failure of its own below.
  isGood = false;
}
const { passed, failed: failedTests } = readReport();
// An error outside of every test fails no test of the report.
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
