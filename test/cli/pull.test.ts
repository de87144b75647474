import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writePull } from '../../src/cli/pull/pull.js';

function openFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'limio-write-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, 'a.yaml'), 'a\n');
  writeFileSync(join(root, 'b.yaml'), 'b\n');
  return root;
}

test('no file is written when one of them changed since it was read', () => {
  const root = openFolder();
  const first = { path: 'a.yaml', before: 'a\n', after: 'A\n', changes: [] };
  for (const stale of [
    { path: 'b.yaml', before: 'old\n', after: 'B\n', changes: [] },
    { path: 'b.yaml', after: 'B\n', changes: [] },
    { path: 'gone.yaml', before: 'x\n', after: 'B\n', changes: [] },
  ]) {
    expect(() => writePull(root, [first, stale])).toThrow(
      expect.objectContaining({ code: 'PULL_FILE_CHANGED' }) as Error,
    );
    expect(readFileSync(join(root, 'a.yaml'), 'utf8')).toBe('a\n');
    expect(readFileSync(join(root, 'b.yaml'), 'utf8')).toBe('b\n');
  }
});

test('a file keeps its permissions, a link stays a link, and missing folders are created', () => {
  const root = openFolder();
  chmodSync(join(root, 'a.yaml'), 0o600);
  symlinkSync('b.yaml', join(root, 'link.yaml'));
  writePull(root, [
    { path: 'a.yaml', before: 'a\n', after: 'A\n', changes: [] },
    { path: 'link.yaml', before: 'b\n', after: 'B\n', changes: [] },
    { path: 'catalog/offers/new.yaml', after: 'n\n', changes: [] },
  ]);
  expect(statSync(join(root, 'a.yaml')).mode & 0o777).toBe(0o600);
  expect(lstatSync(join(root, 'link.yaml')).isSymbolicLink()).toBe(true);
  expect(['a.yaml', 'b.yaml', 'catalog/offers/new.yaml'].map((path) => readFileSync(join(root, path), 'utf8'))).toEqual(
    ['A\n', 'B\n', 'n\n'],
  );
});

test('a folder that links outside the repository is refused', () => {
  const root = openFolder();
  const outside = openFolder();
  mkdirSync(join(root, 'catalog'));
  symlinkSync(outside, join(root, 'catalog/offers'));
  expect(() => writePull(root, [{ path: 'catalog/offers/new.yaml', after: 'n\n', changes: [] }])).toThrow(
    'outside the repository',
  );
  expect(existsSync(join(outside, 'new.yaml'))).toBe(false);
});
