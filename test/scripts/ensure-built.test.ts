import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
