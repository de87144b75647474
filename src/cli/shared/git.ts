import { spawnSync } from 'node:child_process';
import type { LastApply } from '../../model/drift.js';
import type { FilesAge } from '../../plan/plan-context.js';

/* What git says of the files: which commit they are of, and how that relates to the one that was applied last. */

/** Of a question about one repository. The longest reads the history between two commits. */
const MAX_MS = 15_000;

/** The commit that is checked out, or undefined without git or a repository. */
export function readCommit(folder: string): string | undefined {
  const { status, stdout } = askGit(folder, 'rev-parse', '--verify', 'HEAD');
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * The files of a commit beside those of the last apply. Undefined where there is nothing to compare: no repository, no
 * last apply of a known commit, or checked-out files that differ from their commit.
 */
export function describeFilesAge(
  folder: string,
  files: string | undefined,
  last: Pick<LastApply, 'commit' | 'at'> | undefined,
  { checkedOut = false }: { checkedOut?: boolean } = {},
): FilesAge | undefined {
  const { commit: applied, at } = last ?? {};
  if (files === undefined || applied === undefined || at === undefined) return undefined;
  if (checkedOut && files !== applied && isEdited(folder)) return undefined;
  return { files, applied, at, ...compareCommits(folder, files, applied) };
}

/** `why` is absent where the relation is known. */
export function compareCommits(folder: string, files: string, applied: string): Pick<FilesAge, 'relation' | 'why'> {
  if (files === applied) return { relation: 'current' };
  // A text of a file could be an option of git.
  if (![files, applied].every((commit) => /^[0-9a-f]{7,64}$/.test(commit)))
    return { relation: 'unknown', why: 'missing' };
  const contains = isAncestor(folder, applied, files);
  if (contains) return { relation: 'current' };
  if (contains !== undefined && isAncestor(folder, files, applied)) return { relation: 'older' };
  // A history that ends early can show that one commit contains another, never that it does not.
  const isShallow = askGit(folder, 'rev-parse', '--is-shallow-repository').stdout.trim() === 'true';
  if (isShallow) return { relation: 'unknown', why: 'shallow' };
  return contains === undefined ? { relation: 'unknown', why: 'missing' } : { relation: 'diverged' };
}

/** Undefined when git does not have one of the commits. */
function isAncestor(folder: string, older: string, newer: string): boolean | undefined {
  const { status } = askGit(folder, 'merge-base', '--is-ancestor', older, newer);
  return status === 0 ? true : status === 1 ? false : undefined;
}

/** Only what declares resources counts: a saved plan or a changed lock file beside it does not. */
function isEdited(folder: string): boolean {
  return askGit(folder, 'diff', '--quiet', '--no-ext-diff', 'HEAD', '--', '*.yaml', '*.yml').status === 1;
}

function askGit(folder: string, ...words: readonly string[]): { status: number | null; stdout: string } {
  // A repository's own settings must not make git run a program.
  const { status, stdout } = spawnSync('git', ['-c', 'core.fsmonitor=false', ...words], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: MAX_MS,
  });
  // Absent without git.
  return { status, stdout: stdout ?? '' };
}
