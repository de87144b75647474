import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { editFile } from '../../src/source/edit/edit.js';
import { readSourceFiles } from '../../src/source/read-files.js';
import { validateSources } from '../../src/source/source.js';
import { listTextFiles, readTextValue, writeTextValue } from '../../src/source/text-files.js';

/** Case text-from-a-file: long HTML lives in a file of its own. */
const offer = (text: string): string => `kind: offer\npath: /offers2/A\nattributes:\n  description__limio: ${text}\n`;

function readFolder(files: Record<string, string | Buffer>, link?: (root: string) => void) {
  const root = mkdtempSync(join(tmpdir(), 'limio-sync-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  link?.(root);
  return readSourceFiles(root);
}

function check(files: Record<string, string | Buffer>, link?: (root: string) => void) {
  const { files: sources, problems } = readFolder(files, link);
  const vars = { shop: 'shop.acme.example' };
  return validateSources(sources, { environments: [{ name: 'sandbox', vars }], readProblems: problems });
}

const list = (files: Record<string, string | Buffer>, link?: (root: string) => void): string[] =>
  check(files, link).problems.map(({ file, line, col, code, message }) => `${file}:${line}:${col} ${code} ${message}`);

describe('a text in a file of its own', () => {
  test('is the value of the tag: without the line break at its end, and with the values of variables', () => {
    const { resources, problems } = check({
      'catalog/a.yaml': offer('!file ../texts/terms.html'),
      'texts/terms.html': '\uFEFF<p>Terms of</p>\r\n<p>${vars.shop}</p>\r\n',
    });
    expect({ problems, body: resources[0]?.body }).toMatchObject({
      problems: [],
      body: { attributes: { description__limio: '<p>Terms of</p>\n<p>shop.acme.example</p>' } },
    });
  });

  test('may be used by several objects, by overlays relative to their folder, and behind an alias', () => {
    const { resources, problems } = check({
      'catalog/a.yaml': `${offer('&terms !file a.html')}  note: *terms\n`,
      'catalog/a.html': 'base',
      'overlays/sandbox/a.yaml': offer('!file texts/a.html'),
      'overlays/sandbox/texts/a.html': 'overlay',
    });
    expect({ problems, body: resources[0]?.body }).toMatchObject({
      problems: [],
      body: { attributes: { description__limio: 'overlay', note: 'base' } },
    });
  });

  test.each<[string, Record<string, string | Buffer>, string]>([
    ['../terms.html', {}, 'There is no file terms.html.'],
    ['../../secret.html', {}, '../secret.html is outside the folder of the configuration.'],
    ['/etc/passwd', {}, 'The path is absolute.'],
    ['../.env', { '.env': 'KEY=x' }, '.env is hidden or not part of the repository.'],
    ['../.git/config', { '.git/config': 'x' }, '.git/config is hidden or not part of the repository.'],
    ['b.yaml', {}, 'A YAML file cannot be a text.'],
    ['texts', { 'catalog/texts/a.html': 'x' }, 'catalog/texts is not a regular file.'],
    ['big.html', { 'catalog/big.html': 'x'.repeat(1024 * 1024 + 1) }, 'catalog/big.html has more than 1 MiB.'],
    [
      'latin.html',
      { 'catalog/latin.html': Buffer.from([0x66, 0xfc, 0x72]) },
      'catalog/latin.html:1:2 The file is not UTF-8 text: the byte FC is probably Latin-1 (Windows-1252).',
    ],
  ])('that cannot be used is an error at the tag: %s', (path, files, message) => {
    const found = list({ ...files, 'catalog/a.yaml': offer(`!file ${path}`) });
    expect(found).toEqual([`catalog/a.yaml:4:29 TEXT_FILE ${message}`]);
  });

  test('is not read through a link that leads out of the repository', () => {
    const found = list({ 'catalog/a.yaml': offer('!file link.html') }, (root) =>
      symlinkSync('/etc/hostname', join(root, 'catalog/link.html')),
    );
    expect(found).toEqual([
      'catalog/a.yaml:4:29 TEXT_FILE catalog/link.html is a link that leads out of the repository.',
    ]);
  });

  test('has its problems at their place in that file, with a note at the tag', () => {
    const { problems } = check({
      'catalog/a.yaml': offer('!file a.html'),
      'catalog/a.html': '<p>\n  Read ${vars.shopp}\n</p>\n',
    });
    expect(problems).toMatchObject([
      {
        file: 'catalog/a.html',
        line: 2,
        col: 8,
        code: 'VARIABLE_UNKNOWN',
        related: [{ file: 'catalog/a.yaml', line: 4, col: 29 }],
      },
    ]);
  });

  test('is named as the origin of the value', () => {
    const { findOrigin } = check({ 'catalog/a.yaml': offer('!file a.html'), 'catalog/a.html': 'x' });
    expect(findOrigin('offer:/offers2/A', '/attributes/description__limio')).toMatchObject({
      position: { file: 'catalog/a.html', line: 1, col: 1 },
      keyPosition: { file: 'catalog/a.yaml', line: 4, col: 3 },
      textFile: 'catalog/a.html',
      raw: 'x',
    });
  });

  test('is no key, and the hint of another tag names this one', () => {
    expect(list({ 'catalog/a.yaml': 'kind: offer\npath: /offers2/A\nattributes: { !file a: b }\n' })).toEqual([
      'catalog/a.yaml:3:21 YAML_KEY A key must be plain text.',
    ]);
    const [problem] = check({ 'catalog/a.yaml': offer('!include a.html') }).problems;
    expect(problem).toMatchObject({ code: 'YAML_TAG', hint: expect.stringContaining('!file terms.html') });
  });
});

function edit(value: string | null, html = '<p>Old</p>\n') {
  const sources = [
    { path: 'catalog/a.yaml', text: offer('!file a.html # long') },
    { path: 'catalog/a.html', text: html, role: 'text' as const },
  ];
  const document = { kind: 'offer', path: '/offers2/A', attributes: { description__limio: value } };
  const edited = editFile(
    'catalog/a.yaml',
    sources[0]?.text ?? '',
    [{ index: 0, value: document }],
    listTextFiles(sources),
  );
  return { yaml: edited.text, html: edited.textFiles?.get('catalog/a.html')?.text ?? html, refused: edited.refused };
}

describe('an edit', () => {
  test('writes the new text into that file, with its line ends, and leaves the YAML', () => {
    const yaml = offer('!file a.html # long');
    expect(edit('<p>New</p>')).toEqual({ yaml, html: '<p>New</p>\n', refused: [] });
    expect(edit('<p>New</p>\n<p>2</p>', 'old')).toEqual({ yaml, html: '<p>New</p>\n<p>2</p>', refused: [] });
    expect(edit('a\nb', 'old\r\n')).toEqual({ yaml, html: 'a\r\nb\r\n', refused: [] });
  });

  test('to another value than text replaces the tag', () => {
    expect(edit(null)).toEqual({ yaml: offer('null # long'), html: '<p>Old</p>\n', refused: [] });
  });

  test('of a text that no file can hold is refused', () => {
    expect(edit('a\r\nb')).toMatchObject({ refused: [0] });
  });

  test.each(['', 'a', 'a\n', 'a\n\n', '\n', 'a\nb'])('writes %j so that it reads back', (value) => {
    for (const before of ['x', 'x\n', 'x\r\n', '\uFEFFx\n']) {
      expect(readTextValue(writeTextValue(value, before))).toBe(value);
    }
  });
});
