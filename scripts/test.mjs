/**
 * The one check command: installs, builds, checks types, format and lint, finds unused code, and runs every test.
 * The last line is `N passed, N failed`; a failed step counts as one failure. Exits with 1 if anything failed.
 */
import { readFileSync, rmSync } from 'node:fs';
import { ROOT, build, ensureInstalled, run } from './ensure-built.mjs';
import { ensureChromium } from './ensure-chromium.mjs';

ensureInstalled();
ensureChromium();
const steps = {
  build,
  types: () => runTool('typescript/bin/tsc', '--noEmit'),
  format: () => runTool('oxfmt/bin/oxfmt', '--check', 'src', 'test', 'scripts', 'bench'),
  lint: () => runTool('oxlint/bin/oxlint'),
  unused: () => runTool('knip/bin/knip.js'),
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
  // The report lists the failed tests; readReport counts a missing report as a failure.
  isGood = false;
}
const { passed, failed, skipped } = readReport();
for (const name of skipped) console.error(`skipped: ${name}`);
// An error outside all tests, such as a promise that nobody awaited, fails none of them.
const failures = (failed || (isGood ? 0 : 1)) + failedSteps;
console.log(`${passed} passed, ${failures} failed`);
process.exitCode = failures === 0 && passed > 0 ? 0 : 1;

function runTool(script, ...args) {
  run(process.execPath, [`${ROOT}node_modules/${script}`, ...args]);
}

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
