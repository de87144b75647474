import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { ROOT, listRows, readPage } from './support/read-page.js';

const PAGES = ['ARCHITECTURE.md', 'CONTRIBUTING.md'];

/** Files and folders that a page names: `src/plan/plan.ts`, `docs/errors.md`, `test/golden/`. */
const namedPaths = PAGES.flatMap((page) =>
  [...readPage(page).matchAll(/`((?:src|test|docs|schema|seed|scripts)\/[\w./-]*)`/g)].map(
    ([, path = '']): [string, string] => [page, path],
  ),
);

/** A name and the file that must declare it: the rows of the tables, and "`NAME` in `src/...`". */
const namedFunctions = PAGES.flatMap((page) =>
  [...readPage(page).matchAll(/`(\w+)`(?: \| | in )`(src\/[\w./-]+\.ts)`/g)].map(
    ([, name = '', file = '']): [string, string, string] => [page, name, file],
  ),
);

describe('the pages for maintainers', () => {
  test.each(namedPaths)('%s names %s, which exists', (_, path) => {
    expect(existsSync(join(ROOT, path))).toBe(true);
  });

  test.each(namedFunctions)('%s names %s of %s, which declares it', (_, name, file) => {
    const declaration = new RegExp(`\\b(?:function|const|class|interface|type) ${name}\\b|^ *${name}\\??: `, 'm');
    expect(readFileSync(join(ROOT, file), 'utf8')).toMatch(declaration);
  });

  test('the scripts and benchmarks import only modules of src that exist', () => {
    const imports = ['bench', 'scripts'].flatMap((folder) =>
      readdirSync(join(ROOT, folder))
        .filter((name) => name.endsWith('.mjs'))
        .flatMap((name) => [...readPage(`${folder}/${name}`).matchAll(/'src\/([\w./-]+)\.ts'/g)])
        .map(([, module = '']) => `src/${module}.ts`),
    );
    expect(imports.length).toBeGreaterThan(5);
    expect(imports.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test('CONTRIBUTING has the table of allowed imports, without the modules of Node', () => {
    const rows = listRows(readPage('CONTRIBUTING.md')).filter(({ section }) => section === 'Allowed imports');
    const documented = new Map(
      rows.map(({ cells: [folder = '', , imports = ''] }) => [folder.replaceAll('`', ''), imports.replaceAll('`', '')]),
    );
    const expected = Object.entries(readAllowed()).map(([folder, allowed]): [string, string] => [
      folder,
      allowed.filter((name) => !name.startsWith('node:')).join(', ') || 'nothing',
    ]);
    expect([...documented.keys()].sort()).toEqual(expected.map(([folder]) => folder).sort());
    for (const [folder, imports] of expected)
      if (!documented.get(folder)?.startsWith('everything')) expect(documented.get(folder), folder).toBe(imports);
  });

  test('follow the price through at least twenty functions', () => {
    const [, section = ''] = /^## One price$([\s\S]*?)^## /m.exec(readPage('ARCHITECTURE.md')) ?? [];
    expect(section.match(/^\| .* \| `\w+` \| `src\//gm)?.length).toBeGreaterThanOrEqual(20);
  });

  test('the glossary explains each word in about ten', () => {
    const [, section = ''] = /^## Glossary$([\s\S]*?)^## /m.exec(readPage('ARCHITECTURE.md')) ?? [];
    const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| word'));
    expect(rows.length).toBeGreaterThanOrEqual(17);
    for (const row of rows) expect(row.split('|')[2]?.trim().split(' ').length, row).toBeLessThanOrEqual(14);
  });
});

/** The table of `test/architecture.test.ts`, which enforces it. */
function readAllowed(): Record<string, string[]> {
  const text = readFileSync(join(ROOT, 'test/architecture.test.ts'), 'utf8');
  const [, table = ''] = /^const ALLOWED[^=]*= (\{[\s\S]*?^\});/m.exec(text) ?? [];
  return runInThisContext(`(${table})`) as Record<string, string[]>;
}

test('the mutations of the mutation run match the code', async () => {
  const { MUTATIONS } = (await import(join(ROOT, 'scripts/mutations.mjs'))) as {
    MUTATIONS: { name: string; file: string; find: string; tests: string[] }[];
  };
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(40);
  const wrong = MUTATIONS.filter(
    ({ file, find, tests }) =>
      !existsSync(join(ROOT, file)) ||
      readPage(file).split(find).length !== 2 ||
      tests.some((path) => !existsSync(join(ROOT, path))),
  );
  expect(wrong.map(({ name, file }) => `${file}: ${name}`)).toEqual([]);
});
