/** Sets a fresh clone up: dependencies when they are missing or older than the lock file, then the build. */
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export function ensureInstalled() {
  const mark = `${ROOT}node_modules/.package-lock.json`;
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(`${ROOT}package-lock.json`).mtimeMs) return;
  // npm ci empties the folder, and that of another checkout is not ours to empty.
  if (lstatSync(`${ROOT}node_modules`, { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error(
      'node_modules is a symbolic link and older than package-lock.json. Run npm ci where it leads, or delete the link and run this again.',
    );
    process.exit(1);
  }
  console.error('Installing dependencies (npm ci) ...');
  try {
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  } catch {
    console.error('npm ci failed; see above.');
    process.exit(1);
  }
}

export function build() {
  console.error('Building ...');
  run(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`, '-p', 'tsconfig.build.json']);
}

export function run(command, args, options = {}) {
  execFileSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], shell: process.platform === 'win32', ...options });
}
