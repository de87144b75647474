import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('dependencies are not installed through a symbolic link: npm would empty the folder of another checkout', ({
  onTestFinished,
}) => {
  const root = mkdtempSync(join(tmpdir(), 'limio-ensure-built-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const [other, checkout] = [join(root, 'other'), join(root, 'checkout')];
  mkdirSync(join(other, 'package'), { recursive: true });
  mkdirSync(join(checkout, 'scripts'), { recursive: true });
  cpSync(join(import.meta.dirname, '../../scripts/ensure-built.mjs'), join(checkout, 'scripts/ensure-built.mjs'));
  writeFileSync(join(checkout, 'package-lock.json'), '{}');
  symlinkSync(other, join(checkout, 'node_modules'));
  const run = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      "import('./scripts/ensure-built.mjs').then(({ ensureInstalled }) => ensureInstalled())",
    ],
    { cwd: checkout, encoding: 'utf8' },
  );
  expect(run).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('node_modules is a symbolic link') as string,
  });
  expect(existsSync(join(other, 'package'))).toBe(true);
});

test('what is built is built again when a source is younger or gone, and only then', ({ onTestFinished }) => {
  const root = mkdtempSync(join(tmpdir(), 'limio-ensure-built-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ['scripts', 'src/cli']) mkdirSync(join(root, folder), { recursive: true });
  cpSync(join(import.meta.dirname, '../../scripts/ensure-built.mjs'), join(root, 'scripts/ensure-built.mjs'));
  writeFileSync(
    join(root, 'scripts/build.mjs'),
    "import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';\nappendFileSync('builds', 'x');\nmkdirSync('dist', { recursive: true });\nfor (const file of ['bin.js', 'index.d.ts']) writeFileSync(`dist/${file}`, '');\n",
  );
  for (const file of ['bin.ts', 'cli/cli.ts', 'cli/old.ts']) writeFileSync(join(root, 'src', file), '');
  // Older than the build by more than the clock of any disk is coarse.
  const age = (...paths: string[]): void => {
    for (const path of paths) utimesSync(join(root, path), 1, 1);
  };
  age('scripts/build.mjs', 'src/bin.ts', 'src/cli/cli.ts', 'src/cli/old.ts', 'src/cli', 'src');
  const countBuilds = (): number => {
    const script = "import('./scripts/ensure-built.mjs').then(({ ensureBuilt }) => ensureBuilt())";
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    return readFileSync(join(root, 'builds'), 'utf8').length;
  };
  expect([countBuilds(), countBuilds()]).toEqual([1, 1]);
  const future = Date.now() / 1000 + 60;
  utimesSync(join(root, 'src/cli/cli.ts'), future, future);
  expect(countBuilds()).toBe(2);
  age('src/cli/cli.ts');
  rmSync(join(root, 'src/cli/old.ts'));
  utimesSync(join(root, 'src/cli'), future, future);
  expect(countBuilds()).toBe(3);
});
