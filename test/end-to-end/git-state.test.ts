import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { findLeaks } from '../support/find-leaks.js';
import { CREDENTIALS, type Folder, openFolder, openTenant, QUICK_PUBLISH } from './support/open-workspace.js';
import { ONE_CHANGE, SMALL_SEED } from './support/small-tenant.js';

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 1e8 }).trim();

/** Clones of one repository whose remote keeps the state; each is a new machine with an empty `.limio`. */
async function openTeam(context: TestContext) {
  const tenant = await openTenant(context, { seed: SMALL_SEED });
  const folder = mkdtempSync(join(tmpdir(), 'limio-remote-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const remote = join(folder, 'remote.git');
  const temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  git(folder, 'init', '-q', '--bare', remote);
  const environments = { test: { url: tenant.url, dialect: QUICK_PUBLISH } };
  const config = JSON.stringify({ state: { backend: 'git' }, environments });
  const clone = (): Folder => {
    const here = openFolder(context, { ...ONE_CHANGE, 'limio.config.json': config, '.gitignore': '.limio/\n' });
    git(here.root, 'init', '-q');
    git(here.root, 'remote', 'add', 'origin', `file://${remote}`);
    git(here.root, 'add', '-A');
    git(here.root, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '-q', '-m', 'files');
    const env = { ...CREDENTIALS, TMPDIR: temporary };
    return { ...here, run: (args, options = {}) => here.run(args, { env, ...options }) };
  };
  return { tenant, remote, temporary, clone };
}

describe('clones whose remote keeps the state', () => {
  test('know the runs of each other, undo them, and stay as they were', async (context) => {
    const { tenant, remote, temporary, clone } = await openTeam(context);
    const listItems = () => tenant.state().items.map((item) => item.data['attributes']);
    const describeClone = ({ root }: Folder): string[] =>
      [['status', '--porcelain'], ['for-each-ref'], ['count-objects', '-v']].map((args) => git(root, ...args));
    const before = listItems();
    const first = clone();
    const untouched = describeClone(first);
    expect(await first.run('apply --yes')).toMatchObject({ exitCode: 0 });
    expect(describeClone(first)).toEqual(untouched);

    const second = clone();
    expect(JSON.parse((await second.run('runs --format json')).stdout)).toMatchObject({
      runs: [{ command: 'apply', state: 'complete' }],
    });
    expect(await second.run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
    expect(await second.run('rollback last --yes')).toMatchObject({ exitCode: 0 });
    expect(listItems()).toEqual(before);
    expect(JSON.parse((await first.run('runs --format json')).stdout)).toMatchObject({
      runs: [{ command: 'apply' }, { command: 'rollback' }],
    });

    const [lock, records] = git(remote, 'for-each-ref', '--format=%(refname)').split('\n');
    expect(lock).toMatch(/^refs\/limio-sync\/.*\/_tenant$/);
    const log = git(remote, 'log', '--format=%B', records ?? '');
    // One commit a run, with who and what came of it: the snapshot and what was pruned belong to it.
    expect(log.match(/^(apply|rollback) of test.*: 1 done, 1 page live$/gm)).toHaveLength(2);
    expect(log.match(/^Commit: [0-9a-f]{40}$/gm)).toHaveLength(2);
    expect(git(remote, 'rev-list', '--count', records ?? '')).toBe('2');
    expect(git(remote, 'ls-tree', lock ?? '')).toBe('');
    expect(readdirSync(temporary).filter((name) => name.startsWith('limio-git-'))).toEqual([]);
    expect(findLeaks(git(remote, 'cat-file', '--batch-all-objects', '--batch'), CREDENTIALS)).toEqual([]);
  });
});
