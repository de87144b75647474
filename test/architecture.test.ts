import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES, PROBLEM_CODES, WARNING_CODES } from '../src/errors/codes.js';

/** Which folders and packages a folder of src/ may import. The design's table, as data. */
const ALLOWED: Record<string, readonly string[]> = {
  'bin.ts': ['cli', 'node:process'],
  'index.ts': [
    'lint',
    'api',
    'apply',
    'config',
    'drift',
    'emulator',
    'errors',
    'journal',
    'model',
    'plan',
    'prices',
    'publish',
    'pull',
    'render',
    'kinds',
    'routing',
    'source',
  ],
  cli: [
    'lint',
    'api',
    'apply',
    'charges',
    'ci',
    'config',
    'drift',
    'doctor',
    'emulator',
    'errors',
    'factor',
    'journal',
    'store',
    'model',
    'glob',
    'plan',
    'prices',
    'promote',
    'publish',
    'pull',
    'render',
    'kinds',
    'routing',
    'source',
    'commander',
    '@commander-js/extra-typings',
    'node:fs',
    'node:fs/promises',
    'node:path',
    'node:url',
    'node:readline/promises',
    'node:timers/promises',
    'node:child_process',
    'node:events',
    'node:stream',
    'node:stream/consumers',
  ],
  doctor: ['model', 'errors', 'kinds', 'plan'],
  apply: ['model', 'errors', 'publish'],
  publish: ['model', 'errors'],
  journal: ['model', 'errors', 'zod', 'node:fs', 'node:path', 'node:crypto', 'node:os'],
  store: [
    'journal',
    'http',
    'model',
    'errors',
    'zod',
    'undici',
    'aws4fetch',
    'node:fs',
    'node:path',
    'node:crypto',
    'node:os',
    'node:zlib',
    'node:child_process',
    'node:zlib',
  ],
  http: ['model', 'errors', 'undici', 'node:zlib'],
  api: ['http', 'model', 'errors', 'undici'],
  ci: ['http', 'model', 'errors', 'undici', 'node:fs'],
  source: [
    'charges',
    'prices',
    'kinds',
    'routing',
    'model',
    'glob',
    'errors',
    'yaml',
    'zod',
    'csv-parse',
    'node:fs',
    'node:fs/promises',
    'node:path',
  ],
  config: [
    'kinds',
    'errors',
    'model',
    'glob',
    'zod',
    'jiti',
    'node:fs',
    'node:fs/promises',
    'node:path',
    'node:url',
    'node:child_process',
    'node:os',
    'node:util',
  ],
  render: ['prices', 'routing', 'model', 'html', 'errors', 'diff', 'string-width', 'node:crypto', 'node:util'],
  plan: ['charges', 'routing', 'kinds', 'model', 'glob', 'errors', 'zod', 'node:crypto'],
  drift: ['plan', 'kinds', 'model', 'glob', 'errors', 'zod'],
  promote: ['kinds', 'model', 'glob', 'errors'],
  factor: ['source', 'kinds', 'model', 'yaml', 'node:path'],
  pull: ['plan', 'source', 'kinds', 'model', 'glob', 'errors', 'node:crypto'],
  lint: ['charges', 'kinds', 'model', 'html'],
  kinds: ['charges', 'model', 'glob', 'errors', 'zod', 'node:crypto'],
  routing: ['model', 'errors'],
  prices: ['charges', 'model', 'errors'],
  charges: ['model'],
  emulator: [
    'model',
    'glob',
    'errors',
    'hono',
    '@hono/node-server',
    'node:fs',
    'node:fs/promises',
    'node:path',
    'node:crypto',
    'node:http',
    'node:net',
    'node:timers/promises',
    'node:stream',
  ],
  glob: ['picomatch'],
  html: ['parse5'],
  errors: [],
  model: ['errors', 'fast-json-patch'],
};

/** Folders whose code touches nothing outside its arguments. */
const PURE = [
  'model',
  'glob',
  'html',
  'charges',
  'prices',
  'kinds',
  'routing',
  'lint',
  'plan',
  'drift',
  'promote',
  'pull',
  'factor',
  'render',
  'apply',
  'publish',
  'doctor',
];
const IMPURE =
  /\bprocess\.|\bconsole\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bsetTimeout\b|\bsetInterval\b|\bfetch\(/;

const SRC = join(import.meta.dirname, '../src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({
    file,
    folder: file.includes('/') ? (file.split('/')[0] ?? '') : file,
    text: readFileSync(join(SRC, file), 'utf8'),
  }));

/** Import and export statements (they begin a line) and dynamic imports; not words in a text. */
const IMPORT = /^(?:import|export)\b[^'"`;]*?from '([^']+)'|^import '([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

function listImports(file: string, text: string): string[] {
  const specifiers = [...text.matchAll(IMPORT)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '');
  return specifiers.map((specifier) => {
    if (!specifier.startsWith('.')) return specifier.startsWith('node:') ? specifier : packageOf(specifier);
    return relative(SRC, join(SRC, file, '..', specifier)).split('/')[0] ?? '';
  });
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function printTable(): string {
  return Object.entries(ALLOWED)
    .map(([folder, allowed]) => `  ${folder} -> ${allowed.join(' ') || 'nothing'}`)
    .join('\n');
}

describe('the structure of src/', () => {
  test('the scan sees the program', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap(({ file, text }) => listImports(file, text)).length).toBeGreaterThan(300);
  });

  test('every folder imports only what the table allows', () => {
    const offences = files.flatMap(({ file, folder, text }) =>
      listImports(file, text)
        .filter((target) => target !== folder && !(ALLOWED[folder] ?? []).includes(target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(offences, `Allowed imports:\n${printTable()}`).toEqual([]);
  });

  test('the emulator is written apart from the client, the planner and the executor', () => {
    const targets = new Set(
      files.filter(({ folder }) => folder === 'emulator').flatMap(({ file, text }) => listImports(file, text)),
    );
    for (const folder of ['api', 'plan', 'apply', 'kinds', 'publish']) expect(targets).not.toContain(folder);
  });

  test('pure folders touch no process, console, clock, timer or chance', () => {
    const offences = files
      .filter(({ folder, text }) => PURE.includes(folder) && IMPURE.test(text))
      .map(({ file }) => file);
    expect(offences).toEqual([]);
  });

  test('only cli/ and bin.ts print or exit', () => {
    const offences = files
      .filter(
        ({ folder, text }) =>
          folder !== 'cli' && folder !== 'bin.ts' && /console\.|process\.(exit|stdout|stderr)/.test(text),
      )
      .map(({ file }) => file);
    expect(offences).toEqual([]);
  });

  test('there are at most 490 files, none longer than 350 lines, no line wider than 120 columns', () => {
    const lines = files.map(({ file, text }) => ({ file, lines: text.split('\n').slice(0, -1) }));
    const long = lines.filter((one) => one.lines.length > 350).map((one) => `${one.file}: ${one.lines.length} lines`);
    const wide = lines.flatMap((one) =>
      one.lines.flatMap((line, index) =>
        line.length > 120 ? [`${one.file}:${index + 1}: ${line.length} columns`] : [],
      ),
    );
    expect([...long, ...wide]).toEqual([]);
    expect(files.length).toBeLessThanOrEqual(490);
  });

  test('what differs from kind to kind is a field of KindDefinition, not a table elsewhere', () => {
    // The client and the emulator know their own calls for each kind; model/address.ts names the kinds.
    const exempt = ['kinds', 'api', 'emulator'];
    const table = /Record<(?:Catalog)?Kind\b[^=;(]*>+ = \{|^ *(?:add_on|promo_code): /m;
    const offences = files
      .filter(({ file, folder, text }) => !exempt.includes(folder) && file !== 'model/address.ts' && table.test(text))
      .map(({ file }) => file);
    expect(offences).toEqual([]);
  });

  test('every folder begins with the file named like it, whose docstring is its table of contents', () => {
    const folders = [...new Set(files.filter(({ file }) => file.includes('/')).map(({ folder }) => folder))];
    const offences = folders.flatMap((folder) => {
      const entry = files.find(({ file }) => file === `${folder}/${folder}.ts`);
      if (!entry) return [`${folder}/${folder}.ts is missing`];
      return entry.text
        .split('\n')
        .slice(0, 50)
        .some((line) => line.startsWith('/*'))
        ? []
        : [`${entry.file} has no docstring`];
    });
    expect(offences).toEqual([]);
  });

  test('there are no barrels, utils files, enums or default exports', () => {
    const offences = files
      .filter(
        ({ file, text }) =>
          /(^|\/)utils?\.ts$/.test(file) ||
          (file !== 'index.ts' && /(^|\/)index\.ts$/.test(file)) ||
          /^export default|^(export )?enum /m.test(text),
      )
      .map(({ file }) => file);
    expect(offences).toEqual([]);
  });
});

const byText = (a = '', b = ''): number => a.localeCompare(b);

describe('the documents', () => {
  const errorsPage = readFileSync(join(SRC, '../docs/errors.md'), 'utf8');
  const documented = new Set([...errorsPage.matchAll(/^#{2,4} `([A-Z_0-9]+)`/gm)].map((match) => match[1]));

  test('docs/errors.md describes every code, and no other', () => {
    expect([...documented].sort(byText)).toEqual(
      [...new Set([ERROR_CODES, PROBLEM_CODES, WARNING_CODES].flatMap((table) => Object.keys(table)))].sort(byText),
    );
  });

  test('README names every command', async () => {
    const { createProgram } = await import('../src/cli/program.js');
    const readme = readFileSync(join(SRC, '../README.md'), 'utf8');
    const commands = createProgram({} as never, () => undefined).commands.map((command) => command.name());
    expect(commands.filter((name) => !readme.includes(`limio-sync ${name}`))).toEqual([]);
  });
});
