import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import type { AppliedState } from '../../src/model/drift.js';
import { openWorkspace, QUICK_PUBLISH } from './support/in-process.js';
import { offerFile, SMALL_SEED } from './support/small-tenant.js';

const AUTHOR = ['-c', 'user.name=a', '-c', 'user.email=a@acme.example', '-c', 'commit.gpgsign=false'];

/** A repository with two commits, of which the second was applied: of each, its short name. */
async function openApplied(context: TestContext) {
  const workspace = await openWorkspace(context, {
    seed: SMALL_SEED,
    files: { '.gitignore': '.limio/\n' },
    environment: { dialect: QUICK_PUBLISH },
  });
  const { root, run, write } = workspace;
  const git = (...words: string[]): string =>
    execFileSync('git', [...AUTHOR, ...words], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const commit = (name: string): string => {
    write('catalog/annual.yaml', offerFile('/offers2/Annual', name));
    git('add', '-A');
    git('commit', '-qm', name);
    return git('rev-parse', 'HEAD').trim().slice(0, 12);
  };
  git('init', '-q', '-b', 'main');
  const first = commit('One');
  const second = commit('Two');
  expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
  const readState = (): AppliedState =>
    JSON.parse(readFileSync(join(root, '.limio/state/test.json'), 'utf8')) as AppliedState;
  return { ...workspace, git, commit, first, second, readState };
}

describe.concurrent('files older than what was applied last', { timeout: 60_000 }, () => {
  test('are refused with both commits until somebody consents to these two', async (context) => {
    const { run, git, first, second, writes, readState } = await openApplied(context);
    git('checkout', '-q', first);
    const planned = await run('plan --out plan.json');
    expect(planned.stdout).toContain(
      `withheld FILES_OLDER: The files are of the commit ${first}, which is older than the last applied one: ${second}, `,
    );
    const before = writes().length;
    const refused = await run('apply --yes');
    expect(refused).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('Withheld: FILES_OLDER (1 change)') });
    expect(refused.stderr).toContain(`limio-sync apply --env test --yes --allow-older=${first}..${second}`);
    expect(await run(`apply --yes --allow-older=${second}..${first}`)).toMatchObject({ exitCode: 4 });
    expect(await run('apply plan.json --yes')).toMatchObject({ exitCode: 4 });
    expect(writes()).toHaveLength(before);
    expect(await run(`apply plan.json --yes --allow-older=${first}..${second}`)).toMatchObject({ exitCode: 0 });
    expect(readState().last.commit?.slice(0, 12)).toBe(first);
  });

  test('include those of a branch that lacks the applied commit, until it is merged', async (context) => {
    const { run, git, commit, first } = await openApplied(context);
    git('checkout', '-q', '-b', 'feature', first);
    commit('Feature');
    expect(await run('apply --yes')).toMatchObject({ exitCode: 4, stdout: expect.stringContaining('history lacks') });
    git('merge', '-q', '-X', 'ours', 'main', '-m', 'merge');
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
  });

  test('do not include a revert, which is newer, nor files that were edited since their commit', async (context) => {
    const { run, git, first, write } = await openApplied(context);
    git('revert', '--no-edit', 'HEAD');
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    git('checkout', '-q', first);
    write('catalog/annual.yaml', offerFile('/offers2/Annual', 'Edited'));
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
  });

  test('are only suspected where the applied commit is gone after a rebase', async (context) => {
    const { run, git, commit, first } = await openApplied(context);
    git('reset', '-q', '--hard', first);
    git('reflog', 'expire', '--expire=now', '--all');
    git('gc', '-q', '--prune=now');
    commit('Rebased');
    const applied = await run('apply --yes');
    expect(applied).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('warning FILES_AGE_UNKNOWN: ') });
    expect(applied.stdout).toContain('this clone does not have that commit');
  });

  test('do not stop a rollback, whose plan is older on purpose', async (context) => {
    const { run, git, first } = await openApplied(context);
    git('checkout', '-q', first);
    expect(await run('rollback last --yes')).toMatchObject({ exitCode: 0 });
  });
});
