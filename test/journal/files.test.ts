import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  createFileSafely,
  describeUnwritable,
  makeLimioFolder,
  nameRunsFolder,
  writeFileSafely,
} from '../../src/journal/files.js';
import { openFolder } from './support.js';

test('a link that waits under the name of an old draft is not followed', (context) => {
  const root = openFolder(context);
  const outside = join(openFolder(context), 'precious');
  writeFileSync(outside, 'precious');
  symlinkSync(outside, join(root, 'a.yaml.draft'));
  writeFileSafely(root, join(root, 'a.yaml'), 'new');
  expect(readFileSync(join(root, 'a.yaml'), 'utf8')).toBe('new');
  expect(readFileSync(outside, 'utf8')).toBe('precious');
});

test('a folder that links out of the repository is refused before anything is created in it', (context) => {
  const root = openFolder(context);
  const outside = openFolder(context);
  symlinkSync(outside, join(root, 'catalog'));
  expect(() => writeFileSafely(root, join(root, 'catalog/deep/a.yaml'), 'new')).toThrow(/outside the repository/);
  expect(readdirSync(outside)).toEqual([]);
});

test('a file that links out of the repository is refused, and one that links inside it keeps its link', (context) => {
  const root = openFolder(context);
  const outside = join(openFolder(context), 'a.yaml');
  writeFileSync(outside, 'old');
  symlinkSync(outside, join(root, 'out.yaml'));
  expect(() => writeFileSafely(root, join(root, 'out.yaml'), 'new')).toThrow(/outside the repository/);
  expect(readFileSync(outside, 'utf8')).toBe('old');

  writeFileSync(join(root, 'b.yaml'), 'old', { mode: 0o640 });
  symlinkSync('b.yaml', join(root, 'in.yaml'));
  writeFileSafely(root, join(root, 'in.yaml'), 'new');
  expect(readFileSync(join(root, 'b.yaml'), 'utf8')).toBe('new');
  expect(statSync(join(root, 'b.yaml')).mode & 0o777).toBe(0o640);
});

test('a .limio that links out of the repository is refused', (context) => {
  const root = openFolder(context);
  const outside = openFolder(context);
  symlinkSync(outside, join(root, '.limio'));
  expect(() => makeLimioFolder(root, nameRunsFolder(root))).toThrow(/outside the repository/);
  expect(readdirSync(outside)).toEqual([]);
});

test('a failed write leaves no draft behind', (context) => {
  const root = openFolder(context);
  mkdirSync(join(root, 'a.yaml'));
  expect(() => writeFileSafely(root, join(root, 'a.yaml'), 'new')).toThrow(
    expect.objectContaining({ code: 'FILE_UNWRITABLE' }),
  );
  expect(readdirSync(root)).toEqual(['a.yaml']);
});

test.for([
  ['EACCES', /not writable/],
  ['EROFS', /not writable/],
  ['ENOSPC', /full/],
  ['ENOTDIR', /is a file/],
] as const)('the hint for %s says what to do', ([code, hint]) => {
  const failed = Object.assign(new Error(`${code}: something`), { code });
  expect(describeUnwritable('/r', '/r/a.yaml', failed)).toMatchObject({
    code: 'FILE_UNWRITABLE',
    hint: expect.stringMatching(hint),
  });
});

test('a new file takes the place of no file and of no link, and leaves no draft behind', (context) => {
  const root = openFolder(context);
  writeFileSync(join(root, 'a.yaml'), 'old');
  symlinkSync(join(root, 'nowhere'), join(root, 'b.yaml'));
  for (const name of ['a.yaml', 'b.yaml'])
    expect(() => createFileSafely(root, join(root, name), 'new')).toThrow(
      expect.objectContaining({ code: 'FILE_UNWRITABLE' }) as Error,
    );
  createFileSafely(root, join(root, 'deep/c.yaml'), 'new');
  expect([readFileSync(join(root, 'a.yaml'), 'utf8'), readFileSync(join(root, 'deep/c.yaml'), 'utf8')]).toEqual([
    'old',
    'new',
  ]);
  expect([...readdirSync(root), ...readdirSync(join(root, 'deep'))]).toEqual(['a.yaml', 'b.yaml', 'deep', 'c.yaml']);
});
