/** Prepares a fresh clone: installs dependencies if they are missing or older than the lock file, then builds. */
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export function ensureInstalled() {
  const mark = `${ROOT}node_modules/.package-lock.json`;
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(`${ROOT}package-lock.json`).mtimeMs) return;
  // npm ci empties the folder, which belongs to another checkout.
  if (lstatSync(`${ROOT}node_modules`, { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error(
      'node_modules is a symbolic link and older than package-lock.json. Run npm ci in its target, or delete the link and try again.',
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
  run(process.execPath, [`${ROOT}scripts/build.mjs`]);
}

/** Builds unless what is built is younger than everything that it is made of, folders included: a file may be gone. */
export function ensureBuilt() {
  const built = timeOf('dist/bin.js');
  const sources = readdirSync(`${ROOT}src`, { recursive: true }).map((path) => `src/${path}`);
  const parts = [...sources, 'src', 'scripts/build.mjs', 'tsconfig.build.json', 'tsconfig.json', 'package-lock.json'];
  // The types are written last.
  if (timeOf('dist/index.d.ts') > 0 && parts.every((path) => timeOf(path) < built)) return;
  build();
}

function timeOf(path) {
  return statSync(ROOT + path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Modules of src, bundled so that they run as in the program. */
export async function importSource(...files) {
  ensureInstalled();
  // Loads a dependency, which may be missing until here.
  const { importSource: bundleAndImport } = await import('./build.mjs');
  return bundleAndImport(...files);
}

export function run(command, args, options = {}) {
  execFileSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], shell: process.platform === 'win32', ...options });
}
