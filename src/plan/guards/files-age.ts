import type { Change, Guard, PlanWarning } from '../../model/plan.js';
import type { FilesAge, PlanContext } from '../plan-context.js';
import { offerConsent } from './guard-input.js';

interface AgeInput {
  changes: readonly Change[];
  context: Pick<PlanContext, 'filesAge'>;
}

/**
 * Files that are older than what was applied last would undo what others applied since: a branch that is behind, an old
 * checkout, a job that was run again. Depends on the clone, so it is no part of the fingerprint; apply evaluates it.
 */
export function guardOlderFiles({ changes, context: { filesAge } }: AgeInput): Guard[] {
  if (changes.length === 0 || (filesAge?.relation !== 'older' && filesAge?.relation !== 'diverged')) return [];
  const [files, applied] = [shorten(filesAge.files), shorten(filesAge.applied)];
  const relation = { older: 'which is older than', diverged: 'whose history lacks' }[filesAge.relation];
  return [
    {
      code: 'FILES_OLDER',
      message:
        `The files are of the commit ${files}, ${relation} the last applied one: ` +
        `${applied}, applied at ${filesAge.at}.`,
      value: files,
      limit: applied,
      addresses: changes.map(({ address }) => address),
      ...offerConsent(
        '--allow-older',
        `${files}..${applied}`,
        `Check out a commit that contains ${applied}, for example with git pull, and plan again. ` +
          'If the older files are intended',
      ),
    },
  ];
}

const WHY: Record<NonNullable<FilesAge['why']>, { why: string; hint: string }> = {
  shallow: {
    why: 'this clone is shallow',
    hint: 'Fetch the whole history: git fetch --unshallow, or fetch-depth: 0 in a workflow.',
  },
  missing: {
    why: 'this clone does not have that commit',
    hint: 'Run git fetch, and check that your branch contains it. After a rebase or squash it may exist nowhere.',
  },
};

/** Where the commit is gone, refusing would stop every apply after a rebase. */
export function warnFilesAge({ changes, context: { filesAge } }: AgeInput): PlanWarning[] {
  if (changes.length === 0 || filesAge?.relation !== 'unknown') return [];
  const { why, hint } = WHY[filesAge.why ?? 'missing'];
  const message =
    `Cannot tell whether the files (commit ${shorten(filesAge.files)}) are older than the last applied ones ` +
    `(commit ${shorten(filesAge.applied)}): ${why}.`;
  return [{ code: 'FILES_AGE_UNKNOWN', message, hint }];
}

/** Also of a plan without changes: the snapshot may have held pages that still have to be published. */
export function warnSnapshot({ appliedProblem }: Pick<PlanContext, 'appliedProblem'>): PlanWarning[] {
  if (appliedProblem === undefined) return [];
  const { message, hint } = appliedProblem;
  const lost =
    'So this plan cannot say whether the files are older than what was applied last, or overwrite edits of the app.';
  // Not as a hint, which only HTML and JSON show beside a warning.
  const sentences = [message, lost, ...(hint === undefined ? [] : [hint])];
  return [{ code: 'SNAPSHOT_UNREADABLE', message: sentences.join(' ') }];
}

const COMMIT_LENGTH = 12;

function shorten(commit: string): string {
  return commit.slice(0, COMMIT_LENGTH);
}
