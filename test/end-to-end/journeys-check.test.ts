import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runInProcess } from '../cli/support/run-in-process.js';
import { parseDocument } from '../support/run-program.js';
import { REPOSITORY, copyExample, openFolder, openWorkspace } from './support/in-process.js';
import { SMALL_SEED, journeyFile } from './support/small-tenant.js';

const BRANCH = `  - conditions: [{ type: cookie, values: [lmo_uid] }]
    actions: [{ type: destination, destination: /home/, split: 100 }]
`;

test('the output of docs/journeys.md is what the program prints, once for all environments', async (context) => {
  const { root, write } = openFolder(context);
  copyExample(root);
  expect(await runInProcess('journeys check', { cwd: root })).toEqual({
    exitCode: 0,
    stdout: 'No problems in 5 journeys.\n',
    stderr: '',
  });
  const path = 'journeys/web-geo-landing.yaml';
  write(path, readFileSync(join(root, path), 'utf8') + BRANCH);
  const { stdout, exitCode } = await runInProcess('journeys check', { cwd: root });
  const page = readFileSync(join(REPOSITORY, 'docs/journeys.md'), 'utf8');
  expect(/\$ limio-sync journeys check\n([\s\S]*?)```/.exec(page)?.[1]).toBe(stdout);
  expect(exitCode).toBe(0);
});

test('an error of its own is a result, with exit code 3; any other is refused as everywhere', async (context) => {
  const config = 'limio.config.json';
  const split = journeyFile('web', 'US').replace('split: 100', 'split: 90');
  const { root, write } = openFolder(context, {
    [config]: '{ "environments": { "demo": { "url": "http://127.0.0.1:9" } } }',
    'journeys/web.yaml': split,
  });
  expect(parseDocument(await runInProcess('journeys check --format json', { cwd: root }))).toMatchObject({
    kind: 'limio-sync/journey-check',
    formatVersion: 1,
    summary: { journeys: 1, errors: 1, warnings: 0, notes: 0 },
    problems: [{ file: 'journeys/web.yaml', line: 8, code: 'JOURNEY_SPLIT', severity: 'error' }],
  });
  expect(await runInProcess('journeys check', { cwd: root })).toMatchObject({ exitCode: 3, stderr: '' });
  write('journeys/web.yaml', `${split}colour: red\n`);
  expect(await runInProcess('journeys check', { cwd: root })).toMatchObject({
    exitCode: 3,
    stdout: '',
    stderr: expect.stringMatching(/error UNKNOWN_KEY[\s\S]*FILES_INVALID/),
  });
});

test('with --live it is the journeys of the tenant, and the pages that they lead to; nothing is written', async (context) => {
  const items = [
    ...(SMALL_SEED.items ?? []).filter(({ path }) => path !== '/pages/travel'),
    { path: '/tags/us', data: { record_type: 'tag', attributes: {} } },
  ];
  const { run, writes } = await openWorkspace(context, {
    seed: { ...SMALL_SEED, items },
    files: {},
    environment: { dialect: { journeyCodec: 'assumed' } },
  });
  const { stdout, stderr, exitCode } = await run('journeys check --live');
  expect({ stderr, exitCode, writes: writes() }).toEqual({ stderr: '', exitCode: 0, writes: [] });
  await expect(stdout).toMatchFileSnapshot('../golden/journeys-check-live.txt');
});
