import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseHtml } from '../support/parse-rendering.js';
import { parseDocument, runProgram } from '../support/run-program.js';
import { REPOSITORY, openWorkspace } from './support/in-process.js';
import { SMALL_SEED, journeyFile } from './support/small-tenant.js';

const graph = (...args: string[]) => runProgram(['journeys', 'graph', '--env', 'demo', ...args], { cwd: REPOSITORY });

test('the picture of docs/journeys.md is what the program draws', async () => {
  const { stdout, stderr, exitCode } = await graph('web-trial-test');
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  const page = readFileSync(join(REPOSITORY, 'docs/journeys.md'), 'utf8');
  expect(/\$ limio-sync journeys graph web-trial-test --env demo\n([\s\S]*?)```/.exec(page)?.[1]).toBe(stdout);
});

test('all journeys of the example company, in every format', async () => {
  const [svg, dot, json] = [
    await graph('--format', 'svg'),
    await graph('--format', 'dot'),
    await graph('--format', 'json'),
  ];
  expect(parseHtml(svg.stdout).elements.filter(({ attributes }) => attributes['class'] === 'name')).toHaveLength(5);
  expect(dot.stdout.match(/^ {2}subgraph cluster_\d+ \{$/gm)).toHaveLength(5);
  expect(parseDocument(json)).toMatchObject({
    kind: 'limio-sync/journey-graph',
    formatVersion: 1,
    journeys: [{ name: 'web-campus', start: '/campus/', fallback: { tag: '/subscribe/' } }, {}, {}, {}, {}],
  });
});

test('a journey that there is not is not drawn', async () => {
  expect(await graph('web-trial-tst')).toMatchObject({
    stdout: '',
    stderr: 'error USAGE: There is no journey "web-trial-tst".\nDid you mean web-trial-test?\n',
    exitCode: 3,
  });
});

test('with --live the journeys of the tenant are drawn, and nothing is written', async (context) => {
  const { run, writes } = await openWorkspace(context, {
    seed: SMALL_SEED,
    files: { 'journeys/web.yaml': journeyFile('web-geo', 'GB') },
    environment: { dialect: { journeyCodec: 'assumed' } },
  });
  expect((await run('journeys graph')).stdout).toContain('{{"1: country GB"}}');
  const live = await run('journeys graph --live');
  expect(live.stdout).toContain('{{"1: country US"}}');
  expect({ stderr: live.stderr, exitCode: live.exitCode, writes: writes() }).toEqual({
    stderr: '',
    exitCode: 0,
    writes: [],
  });
});
