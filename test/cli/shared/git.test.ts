import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { compareCommits, describeFilesAge, readCommit } from '../../../src/cli/shared/git.js';

const AUTHOR = ['-c', 'user.name=a', '-c', 'user.email=a@acme.example', '-c', 'commit.gpgsign=false'];

interface Repository {
  root: string;
  git: (...words: string[]) => string;
  /** Commits this text as the only file. */
  commit: (text: string) => string;
}

function makeFolder({ onTestFinished }: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'limio-git-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

function useRepository(root: string): Repository {
  const git: Repository['git'] = (...words) =>
    execFileSync('git', [...AUTHOR, ...words], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return {
    root,
    git,
    commit: (text) => {
      writeFileSync(join(root, 'a.yaml'), text);
      git('add', '.');
      git('commit', '-qm', text);
      return git('rev-parse', 'HEAD').trim();
    },
  };
}

function makeRepository(context: TestContext): Repository {
  const repository = useRepository(makeFolder(context));
  repository.git('init', '-q');
  return repository;
}

describe('the age of files beside the last apply', () => {
  test('a commit that contains the applied one is current, a revert of it too', (context) => {
    const { root, git, commit } = makeRepository(context);
    commit('one');
    const applied = commit('two');
    expect(compareCommits(root, applied, applied)).toEqual({ relation: 'current' });
    expect(compareCommits(root, commit('three'), applied)).toEqual({ relation: 'current' });
    git('revert', '--no-edit', applied.slice(0, 12), '-X', 'theirs');
    expect(compareCommits(root, readCommit(root) ?? '', applied)).toEqual({ relation: 'current' });
  });

  test('an ancestor of the applied commit is older; a branch without it is behind', (context) => {
    const { root, git, commit } = makeRepository(context);
    const first = commit('one');
    const applied = commit('two');
    expect(compareCommits(root, first, applied)).toEqual({ relation: 'older' });
    git('checkout', '-q', '-b', 'other', first);
    expect(compareCommits(root, commit('other'), applied)).toEqual({ relation: 'diverged' });
  });

  test('is unknown for a commit that this clone does not have, or too little of to decide', (context) => {
    const origin = makeRepository(context);
    const { root, git, commit } = origin;
    const first = commit('one');
    git('checkout', '-q', '-b', 'other');
    const other = commit('other');
    expect(compareCommits(root, other, 'f'.repeat(40))).toEqual({ relation: 'unknown', why: 'missing' });
    expect(compareCommits(root, other, '--output=x')).toEqual({ relation: 'unknown', why: 'missing' });
    const shallow = makeFolder(context);
    execFileSync('git', ['clone', '-q', '--depth=1', '--branch=other', `file://${root}`, shallow], { stdio: 'ignore' });
    expect(compareCommits(shallow, other, first)).toEqual({ relation: 'unknown', why: 'shallow' });
    expect(compareCommits(shallow, other, other)).toEqual({ relation: 'current' });
  });

  test('is not asked without git, without a commit of the last apply, and for edited files', (context) => {
    const { root, commit } = makeRepository(context);
    const files = commit('one');
    const last = { commit: commit('two'), at: '2026-11-22T12:00:00.000Z' };
    expect(describeFilesAge(root, files, last)).toEqual({
      files,
      applied: last.commit,
      at: last.at,
      relation: 'older',
    });
    expect(describeFilesAge(root, undefined, last)).toBeUndefined();
    expect(describeFilesAge(root, files, undefined)).toBeUndefined();
    expect(describeFilesAge(root, files, { at: last.at })).toBeUndefined();
    expect(describeFilesAge(makeFolder(context), files, last)).toMatchObject({ relation: 'unknown' });
    writeFileSync(join(root, 'notes.txt'), 'x');
    expect(describeFilesAge(root, files, last, { checkedOut: true })).toMatchObject({ relation: 'older' });
    writeFileSync(join(root, 'a.yaml'), 'edited');
    expect(describeFilesAge(root, files, last, { checkedOut: true })).toBeUndefined();
    expect(readCommit(makeFolder(context))).toBeUndefined();
  });
});
