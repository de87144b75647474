/**
 * The one check command: installs, builds, type-checks, lints, runs every test, and prints
 * `N passed, N failed` alone on its last line. Exits with 1 when anything failed.
 */
import { readFileSync, rmSync } from 'node:fs';
import { ROOT, build, ensureInstalled, run } from './ensure-built.mjs';
import { ensureChromium } from './ensure-chromium.mjs';

ensureInstalled();
ensureChromium();
const steps = {
  build,
  types: () => run(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`, '--noEmit']),
  lint: () => run(process.execPath, [`${ROOT}node_modules/oxlint/bin/oxlint`]),
};
let failedSteps = 0;
for (const [name, step] of Object.entries(steps)) {
  console.error(`Checking: ${name} ...`);
  try {
    step();
  } catch {
    console.error(`The step "${name}" failed.`);
    failedSteps += 1;
  }
}

const REPORT = `${ROOT}.test-report.json`;
rmSync(REPORT, { force: true });
let isGood = true;
try {
  run(process.execPath, [
    `${ROOT}node_modules/vitest/vitest.mjs`,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${REPORT}`,
    ...process.argv.slice(2),
  ]);
} catch {
  // The report tells which tests failed; a missing one is a failure of its own below.
  isGood = false;
}
const { passed, failed, skipped } = readReport();
for (const name of skipped) console.error(`skipped: ${name}`);
// An error outside of every test, a promise that nobody awaited for one, fails no test of the report.
const failures = (failed || (isGood ? 0 : 1)) + failedSteps;
console.log(`${passed} passed, ${failures} failed`);
process.exitCode = failures === 0 && passed > 0 ? 0 : 1;

function readReport() {
  try {
    const report = JSON.parse(readFileSync(REPORT, 'utf8'));
    const tests = report.testResults.flatMap((file) => file.assertionResults);
    const brokenFiles = report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.every((one) => one.status !== 'failed'),
    );
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + brokenFiles.length,
      skipped: tests.filter((one) => one.status === 'pending' || one.status === 'skipped').map((one) => one.fullName),
    };
  } catch {
    return { passed: 0, failed: 1, skipped: [] };
  }
}
