import { execFileSync } from 'node:child_process';

/** The commit that is checked out in a folder, or undefined where there is no git or no repository. */
export function readCommit(folder: string): string | undefined {
  try {
    const out = execFileSync('git', ['rev-parse', '--verify', 'HEAD'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return out.trim();
  } catch {
    return undefined;
  }
}
