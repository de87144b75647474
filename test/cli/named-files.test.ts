import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { CliIo } from '../../src/cli/shared/io.js';
import { writeOutput } from '../../src/cli/shared/output.js';

function openFolder(): { root: string; io: CliIo } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'limio-named-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  // Only the folder matters here.
  return { root, io: { cwd: root } as CliIo };
}

test('a file that --out or --report names is written whole, keeps its permissions, and leaves no draft', () => {
  const { root, io } = openFolder();
  const file = join(root, 'plan.json');
  writeFileSync(file, 'an older and longer text');
  chmodSync(file, 0o600);
  const before = statSync(file).ino;
  writeOutput(io, 'plan.json', 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  // Another file took its name: nobody ever saw half of it.
  expect(statSync(file).ino).not.toBe(before);
  expect(readdirSync(root)).toEqual(['plan.json']);
});

test('a link of the checkout that leads out of it is not followed, neither as the file nor as its folder', () => {
  const { root, io } = openFolder();
  const outside = openFolder().root;
  const precious = join(outside, 'precious');
  writeFileSync(precious, 'precious');
  symlinkSync(precious, join(root, 'plan.json'));
  symlinkSync(outside, join(root, 'reports'));
  for (const file of ['plan.json', 'reports/plan.json', join(root, 'plan.json')])
    expect(() => writeOutput(io, file, 'new')).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining('a link leads out of the folder') }),
    );
  expect(readFileSync(precious, 'utf8')).toBe('precious');
  expect(readdirSync(outside)).toEqual(['precious']);
});

test('a link within the checkout stays a link, and a file elsewhere may be named', () => {
  const { root, io } = openFolder();
  const outside = openFolder().root;
  mkdirSync(join(root, 'build'));
  writeFileSync(join(root, 'build/plan.json'), 'old');
  symlinkSync(join(root, 'build/plan.json'), join(root, 'plan.json'));
  writeOutput(io, 'plan.json', 'new');
  expect(lstatSync(join(root, 'plan.json')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(root, 'build/plan.json'), 'utf8')).toBe('new');
  writeOutput(io, join(outside, 'plan.json'), 'new');
  expect(readFileSync(join(outside, 'plan.json'), 'utf8')).toBe('new');
});

test('a device is written and not replaced, also through a link', () => {
  const { root, io } = openFolder();
  writeOutput(io, '/dev/null', 'new');
  expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  symlinkSync('/dev/null', join(root, 'nothing'));
  writeOutput(io, 'nothing', 'new');
  expect(lstatSync(join(root, 'nothing')).isSymbolicLink()).toBe(true);
});

test('a folder that does not exist is an error, and is not created', () => {
  const { root, io } = openFolder();
  expect(() => writeOutput(io, 'reports/plan.json', 'new')).toThrow('Cannot write reports/plan.json (ENOENT).');
  expect(existsSync(join(root, 'reports'))).toBe(false);
});
