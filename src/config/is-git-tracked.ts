import { spawnSync } from 'node:child_process';

/** Whether git tracks a file. False outside a repository and where there is no git. */
export function isGitTracked(root: string, file: string): boolean {
  // A repository's own settings must not make git run a program.
  const args = ['-c', 'core.fsmonitor=false', 'ls-files', '--error-unmatch', '--', file];
  const { status } = spawnSync('git', args, { cwd: root, stdio: 'ignore', timeout: 10_000 });
  return status === 0;
}
