import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSourceFiles } from '../../src/source/read-files.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'limio-sync-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, content: string | Buffer = `# ${path}\n`): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const listPaths = (...globs: Parameters<typeof readSourceFiles>[1][]): string[] =>
  readSourceFiles(root, ...globs).files.map(({ path }) => path);
const listOverlays = (...globs: Parameters<typeof readSourceFiles>[1][]) =>
  readSourceFiles(root, ...globs).files.map(({ path, overlay }) => [path, overlay]);

describe('the files of a repository', () => {
  test('are the YAML files of catalog/ and journeys/, sorted, without tests', () => {
    for (const path of [
      'catalog/b.yaml',
      'catalog/a/deep/x.yml',
      'journeys/j.yaml',
      'journeys/j.test.yaml',
      'catalog/read.me',
      'other/x.yaml',
      'catalog/node_modules/x.yaml',
    ])
      write(path);
    expect(listPaths()).toEqual(['catalog/a/deep/x.yml', 'catalog/b.yaml', 'journeys/j.yaml']);
  });

  test('are found by other patterns, each once', () => {
    for (const path of ['limio/x.yaml', 'limio/sub/y.yaml', 'z.yaml']) write(path);
    expect(listPaths({ catalog: ['**/*.yaml', './limio/*.yaml'], journeys: ['z.yaml'] })).toEqual([
      'limio/sub/y.yaml',
      'limio/x.yaml',
      'z.yaml',
    ]);
  });

  test('below overlays/ are overlays of the environment that their folder names, whatever else matches them', () => {
    for (const path of [
      'catalog/a.yaml',
      'overlays/prod/a/b.yaml',
      'overlays/stray.yml',
      'overlays/prod/x.test.yaml',
      'environments/qa/c.yaml',
    ])
      write(path);
    expect(listOverlays()).toEqual([
      ['catalog/a.yaml', undefined],
      ['overlays/prod/a/b.yaml', 'prod'],
      ['overlays/stray.yml', ''],
    ]);
    expect(listOverlays({ catalog: ['**/*.yaml'], overlays: './environments/' })).toEqual([
      ['catalog/a.yaml', undefined],
      ['environments/qa/c.yaml', 'qa'],
      ['overlays/prod/a/b.yaml', undefined],
    ]);
  });

  test('that do not exist are no problem here', () => {
    expect(readSourceFiles(root)).toEqual({
      files: [],
      problems: [],
      lookedIn: ['catalog/**/*.{yaml,yml}', 'journeys/**/*.{yaml,yml}'],
    });
  });

  test('keep their byte order mark and line ends for the parser', () => {
    write('catalog/a.yaml', '\uFEFFa: 1\r\n');
    expect(readSourceFiles(root).files[0]?.text).toBe('\uFEFFa: 1\r\n');
  });

  test('that are not UTF-8 are problems; the others are read', () => {
    write('catalog/a.yaml', Buffer.from([0x61, 0x3a, 0x20, 0xe9, 0x0a]));
    write('catalog/b.yaml', Buffer.from('\uFEFFa: 1', 'utf16le'));
    write('catalog/c.yaml');
    const { files, problems } = readSourceFiles(root);
    expect(files.map(({ path }) => path)).toEqual(['catalog/c.yaml']);
    expect(problems.map(({ file, code }) => [file, code])).toEqual([
      ['catalog/a.yaml', 'FILE_NOT_UTF8'],
      ['catalog/b.yaml', 'FILE_NOT_UTF8'],
    ]);
  });
});

describe('symbolic links', () => {
  test('inside the repository are followed, a folder once however many lead to it', () => {
    write('shared/x.yaml');
    mkdirSync(join(root, 'catalog'));
    symlinkSync(join(root, 'shared'), join(root, 'catalog/one'));
    symlinkSync(join(root, 'shared'), join(root, 'catalog/two'));
    expect(listPaths()).toEqual(['catalog/one/x.yaml']);
  });

  test('back to a folder above are problems', () => {
    write('catalog/a/x.yaml');
    symlinkSync(join(root, 'catalog'), join(root, 'catalog/a/loop'));
    symlinkSync('self.yaml', join(root, 'catalog/self.yaml'));
    const { files, problems } = readSourceFiles(root);
    expect(files.map(({ path }) => path)).toEqual(['catalog/a/x.yaml']);
    expect(problems.map(({ file, code }) => [file, code])).toEqual([
      ['catalog/a/loop', 'FILE_LINK_LOOP'],
      ['catalog/self.yaml', 'FILE_LINK_LOOP'],
    ]);
  });

  test('out of the repository are refused, and what they lead to is not read', () => {
    const outside = mkdtempSync(join(tmpdir(), 'limio-sync-outside-'));
    try {
      writeFileSync(join(outside, 'secret.yaml'), 'secret: 1\n');
      mkdirSync(join(root, 'catalog'));
      symlinkSync(join(outside, 'secret.yaml'), join(root, 'catalog/a.yaml'));
      symlinkSync(outside, join(root, 'catalog/b'));
      symlinkSync(outside, join(root, 'journeys'));
      const { files, problems } = readSourceFiles(root);
      expect(files).toEqual([]);
      expect(problems.map(({ file, code }) => [file, code])).toEqual([
        ['catalog/a.yaml', 'FILE_LINK_OUTSIDE'],
        ['catalog/b', 'FILE_LINK_OUTSIDE'],
        ['journeys', 'FILE_LINK_OUTSIDE'],
      ]);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  test('that lead nowhere, and folders named like files, are problems', () => {
    mkdirSync(join(root, 'catalog/folder.yaml'), { recursive: true });
    symlinkSync(join(root, 'nowhere'), join(root, 'catalog/a.yaml'));
    expect(readSourceFiles(root).problems).toMatchObject([{ file: 'catalog/a.yaml', code: 'FILE_UNREADABLE' }]);
  });
});
