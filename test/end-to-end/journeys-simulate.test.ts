import { expect, test } from 'vitest';
import { runProgram, parseDocument } from '../support/run-program.js';
import { REPOSITORY } from './support/open-workspace.js';

const simulate = (...args: string[]) => runProgram(['journeys', 'simulate', '--env', 'demo', ...args], { cwd: REPOSITORY });

test('one visitor of the example company, step by step', async () => {
  const { stdout, stderr, exitCode } = await simulate('--visit', '/trial/', '--country', 'GB');
  expect(stdout).toBe(
    [
      'Visit /trial/, country GB; unknown: region, city, billing country, subscription',
      '    status, device',
      '',
      'Journey web-trial-test, from /trial/',
      '  1. may match -> /trial/one-pound/',
      '     country GB: yes, the visitor has GB',
      '     device mobile: perhaps, of the visitor it is not known',
      '  2. matches -> /trial/one-pound/ 50 %, /trial/gift/ 50 %',
      '     country GB: yes, the visitor has GB',
      '  fallback /trial/one-pound/: not reached',
      '',
      'Result: not certain. Possible are:',
      '  /trial/one-pound/ (journey web-trial-test, branch 1)',
      '  /trial/one-pound/ 50 %, /trial/gift/ 50 % (journey web-trial-test, branch 2)',
      '',
    ].join('\n'),
  );
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
});

test('a number decides between two destinations, in JSON too', async () => {
  const run = await simulate('--journey', 'web-trial-test', '--country', 'GB', '--device', 'desktop', '--split', '0.5', '--format', 'json');
  expect(parseDocument(run)).toMatchObject({ kind: 'limio-sync/journey-simulation', formatVersion: 1, certain: true, landings: [{ branch: 1, shares: [{ tag: '/trial/gift/', percent: 100 }] }] });
});

test('everything wrong with the visitor is said at once, before anything is read', async () => {
  const { stdout, stderr, exitCode } = await simulate('--visit', '/landing', '--country', 'UK', '--cookie', 'uid', '--split', '1');
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 3 });
  expect(stderr).toBe(
    [
      'error USAGE: The visitor cannot be:',
      '  There is no country "UK" in ISO 3166-1. Did you mean GB?',
      '  The cookie "uid" is not seen by journeys. Only names that begin with lmo_ or limio- are.',
      '  The number 1 is not in [0, 1). Write a number from 0 up to, not including, 1.',
      'limio-sync journeys simulate --help',
      '',
    ].join('\n'),
  );
});
