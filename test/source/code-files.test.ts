import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadCode, rememberCode } from '../../src/config/load-code.js';
import { type FileGlobs, readSourceFiles } from '../../src/source/read-files.js';
import { type ValidatedSources, validateSources } from '../../src/source/source.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'limio-sync-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
};

const IMPORT = `import { defineOffer, definePage, defineResources } from 'limio-sync';\n`;

const FILE = 'catalog/plans.catalog.mjs';

async function check(globs?: FileGlobs): Promise<ValidatedSources> {
  const { files, problems } = readSourceFiles(root, globs);
  const loaded = await loadCode(root, files, { env: { MARKET: 'IE' } });
  const environments = [
    { name: 'sandbox', vars: { symbol: '£' } },
    { name: 'prod', vars: { symbol: '€' } },
  ];
  return validateSources(loaded, { environments, readProblems: problems });
}

async function checkText(text: string, name = FILE): Promise<ValidatedSources> {
  write(name, text);
  return check();
}

const listPaths = ({ resources }: ValidatedSources): string[] => resources.map(({ name }) => name);

const listProblems = ({ problems }: ValidatedSources): string[] =>
  problems.map(({ file, line, col, code, message }) => `${file}:${line}:${col} ${code} ${message}`);

describe('a program', () => {
  test.each([
    ['a resource', `export default defineOffer({ path: '/offers2/a', attributes: {} });`, ['/offers2/a']],
    ['a named one', `export const monthly = defineOffer({ path: '/offers2/a', attributes: {} });`, ['/offers2/a']],
    ['a plain object', `export default { kind: 'offer', path: '/offers2/a', attributes: {} };`, ['/offers2/a']],
    [
      'a list',
      `export default ['a', 'b'].map((name) => defineOffer({ path: '/offers2/' + name, attributes: {} }));`,
      ['/offers2/a', '/offers2/b'],
    ],
    ['a promise', `export default Promise.resolve([definePage({ path: '/pages/a' })]);`, ['/pages/a']],
    ['a list of promises', `export default [Promise.resolve(definePage({ path: '/pages/a' }))];`, ['/pages/a']],
    ['a function', `export const pages = () => [definePage({ path: '/pages/a' })];`, ['/pages/a']],
    [
      'a function that waits',
      `export default defineResources(async ({ env }) => definePage({ path: '/pages/' + env.MARKET }));`,
      ['/pages/IE'],
    ],
    [
      'one under two names, which counts once',
      `export const a = definePage({ path: '/pages/a' });\nexport default [a];`,
      ['/pages/a'],
    ],
    ['an empty list', `export const none = [];\nexport default definePage({ path: '/pages/a' });`, ['/pages/a']],
  ])('exports %s', async (_what, text, paths) => {
    const checked = await checkText(`${IMPORT}${text}`);
    expect(listProblems(checked)).toEqual([]);
    expect(listPaths(checked)).toEqual(paths);
  });

  test('can be TypeScript that imports helpers', async () => {
    write('catalog/helpers.ts', `export const tidy = (name: string): string => name.trim();`);
    const checked = await checkText(
      `import { definePage } from 'limio-sync';\nimport { tidy } from './helpers.js';\n` +
        `interface Row { name: string }\nconst rows: Row[] = [{ name: ' a ' }];\n` +
        `export default rows.map((row: Row) => definePage({ path: \`/pages/\${tidy(row.name)}\` }));`,
      'catalog/plans.catalog.ts',
    );
    expect(listProblems(checked)).toEqual([]);
    expect(listPaths(checked)).toEqual(['/pages/a']);
  });

  test('uses variables, environments and former names like a YAML document, and overlays change what it makes', async () => {
    write('overlays/sandbox/a.yaml', `kind: offer\npath: /offers2/a\nattributes:\n  cta__limio: Try\n`);
    const checked = await checkText(
      `${IMPORT}export default [
  defineOffer({ path: '/offers2/a', attributes: { cta__limio: 'Buy', badge_text__limio: 'For \${vars.symbol}1' } }),
  definePage({ path: '/pages/only', only: 'prod' }),
  definePage({ path: '/pages/except', except: ['prod'] }),
  { kind: 'promo_code', promoCode: 'new', moved_from: 'old' },
];`,
    );
    expect(listProblems(checked)).toEqual([]);
    expect(checked.resources.map(({ address, movedFrom }) => [address, movedFrom])).toEqual([
      ['offer:/offers2/a', undefined],
      ['page:/pages/except', undefined],
      ['promo_code:NEW', 'promo_code:OLD'],
    ]);
    expect(checked.resources[0]?.body).toEqual({ attributes: { cta__limio: 'Try', badge_text__limio: 'For £1' } });
    expect(checked.findOrigin('offer:/offers2/a', '/attributes/badge_text__limio')).toMatchObject({ layer: 'code' });
    expect(checked.findOrigin('offer:/offers2/a', '/attributes/cta__limio')).toMatchObject({ layer: 'overlay' });
  });

  test('leaves out keys that are undefined', async () => {
    const checked = await checkText(
      `${IMPORT}export default defineOffer({ path: '/offers2/a', only: undefined, attributes: { cta__limio: undefined, own: null } });`,
    );
    expect(checked.resources[0]?.body).toEqual({ attributes: { own: null } });
  });

  test('runs once, however often its files are read', async () => {
    write(FILE, `${IMPORT}globalThis.limioRuns = (globalThis.limioRuns ?? 0) + 1;\nexport default [];`);
    const load = rememberCode();
    const { files } = readSourceFiles(root);
    const [[first], [second]] = await Promise.all([load(root, files), load(root, files)]);
    expect(second?.exported).toBe(first?.exported);
    expect(Reflect.get(globalThis, 'limioRuns')).toBe(1);
    Reflect.deleteProperty(globalThis, 'limioRuns');
  });

  test('that was not run is an error', () => {
    write(FILE, `export default [];`);
    const { problems } = validateSources(readSourceFiles(root).files, { environments: [] });
    expect(problems).toMatchObject([{ code: 'CODE_FILE', message: 'This program was not run.' }]);
  });
});

describe('the place of a problem in a program', () => {
  const offer = `defineOffer({ path: '/offers2/a', attributes: { label__limio: 1 } })`;
  const problem = 'WRONG_TYPE attributes.label__limio of offer:/offers2/a: ';

  test.each([
    ['the call', `export default [\n  ${offer},\n];`, '3:3'],
    ['the call in a loop', `export default [1].map(() =>\n    ${offer});`, '3:5'],
    ['the call after a wait', `export default async () => {\n  await null;\n  return ${offer};\n};`, '4:10'],
    ['the export of a plain object', `const a = { ...${offer} };\nexport default a;`, '3:1'],
    ['the export of a plain object with a name', `export const a$b = { ...${offer} };`, '2:1'],
    ['the first line for one that is exported far away', `const a = { ...${offer} };\nexport {\n  a\n};`, '1:1'],
  ])('is %s', async (_what, text, place) => {
    const name = 'catalog/plans.catalog.ts';
    const checked = await checkText(`${IMPORT}${text}`, name);
    expect(listProblems(checked)).toEqual([expect.stringContaining(`${name}:${place} ${problem}`)]);
  });

  test('names the resource, since all that a loop makes have one place', async () => {
    const checked = await checkText(
      `${IMPORT}export default ['/offer/a', '/offer/b'].map((path) => defineOffer({ path, attributes: {} }));`,
    );
    expect(checked.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('path of offer:/offer/a: '),
      expect.stringContaining('path of offer:/offer/b: '),
    ]);
  });

  test('is the call of a helper that makes the resource in another file', async () => {
    write('catalog/helpers.mjs', `${IMPORT}export const make = () => ${offer};`);
    const checked = await checkText(`import { make } from './helpers.mjs';\n\nexport default [make()];`);
    expect(listProblems(checked)).toEqual([expect.stringContaining(`${FILE}:3:`)]);
  });

  test('is found through a link', async () => {
    write('elsewhere/a.mjs', `${IMPORT}\n  export default ${offer};`);
    mkdirSync(join(root, 'catalog'));
    symlinkSync('../elsewhere/a.mjs', join(root, FILE));
    expect(listProblems(await check())).toEqual([expect.stringContaining(`${FILE}:3:18`)]);
  });
});

describe('a program that fails', () => {
  test.each([
    ['throws', `\nthrow new Error('no luck');`, 2, 'The program failed: no luck'],
    ['is no JavaScript', `\nconst a b = 1;`, 2, 'The program failed: '],
    [
      'imports what does not exist',
      `\nimport './nothing.mjs';`,
      2,
      "The program failed: Cannot find module './nothing.mjs'",
    ],
    ['exports nothing', `const a = 1;`, 1, 'The program exports nothing.'],
    ['exports a constant', `\nexport const RATE = 1.2;`, 2, 'The export "RATE" is a number, not a resource.'],
    ['exports a class', `\nexport default class Offer {}`, 2, 'The default export is a class.'],
    ['returns nothing', `\nexport function offers() {}`, 2, 'The export "offers" is undefined, not a resource.'],
    [
      'throws in a function',
      `export default () => {\n  throw new Error('no luck');\n};`,
      2,
      'The default export failed: no luck',
    ],
    ['rejects', `export default Promise.reject(new Error('no\\n luck'));`, 1, 'The default export failed: no luck'],
    [
      'throws what has no text',
      `export default () => { throw { toString: null }; };`,
      1,
      'The default export failed: it threw',
    ],
    [
      'has a hole in a list',
      `export default [, ];`,
      1,
      'Element 0 of the default export is undefined, not a resource.',
    ],
  ])('because it %s', async (_what, text, line, message) => {
    const problems = listProblems(await checkText(text));
    expect(problems).toEqual([expect.stringContaining(`${FILE}:${line}:`)]);
    expect(problems).toEqual([expect.stringContaining(`CODE_FILE ${message}`)]);
    expect(problems.join()).not.toContain('    at ');
  });

  test('reports every export and every element that fails, also those that reject before their turn', async () => {
    const checked = await checkText(
      `const wait = () => new Promise((done) => setTimeout(done, 50));
export const a = wait().then(() => 1);
export const b = Promise.reject(new Error('no b'));
export const c = () => [wait(), Promise.reject(new Error('no c')), Promise.reject(new Error('no d'))];`,
    );
    expect(checked.problems.map(({ message }) => message)).toEqual([
      'The export "a" is a number, not a resource.',
      'The export "b" failed: no b',
      'Element 0 of the export "c" is undefined, not a resource.',
      'Element 1 of the export "c" failed: no c',
      'Element 2 of the export "c" failed: no d',
    ]);
  });

  test.each([
    ['for_each', '{ rows: [] }'],
    ['extends', '[]'],
  ])('because it uses %s, which only YAML has', async (key, value) => {
    const checked = await checkText(
      `${IMPORT}export default { ...definePage({ path: '/pages/a' }), ${key}: ${value} };`,
    );
    expect(listProblems(checked)).toEqual([
      `${FILE}:2:1 CODE_FILE page:/pages/a is made by a program, which cannot use "${key}".`,
    ]);
  });
});

const checkValue = (code: string): Promise<ValidatedSources> =>
  checkText(
    `const make = (value) => ({ kind: 'offer', path: '/offers2/a', attributes: { own: [{ value }] } });\nexport default ${code};`,
  );

describe('what a program exports reaches the tenant only as JSON', () => {
  test.each([
    ['new Date(0)', 'is a Date.', 'Write a text: date.toISOString()'],
    ['new Map()', 'is a Map.', 'Write a plain object: Object.fromEntries(map)'],
    ['new (class Money {})()', 'is an instance of Money.', 'Write a plain object: { ...value }'],
    ['() => 1', 'is a function.', 'Call it, and use its result.'],
    ['Symbol()', 'is a symbol.', 'Write a text.'],
    ['1n', 'is a bigint.', 'Write a number or a text.'],
    ['NaN', 'is NaN.', 'Check the calculation.'],
    ['-Infinity', 'is -Infinity.', 'Check the calculation.'],
    ['2 ** 53', 'is the number 9007199254740992, which cannot be represented exactly.', 'Write a text.'],
    ["'\\ud800'", 'ends in half of a character.', 'Check where the text is cut.'],
    ['Promise.resolve()', 'is a Promise.', 'Await it.'],
    ["{ get a() { throw new Error('no luck'); } }", '.a cannot be read: no luck.', undefined],
    ["new Proxy({}, { ownKeys() { throw new Error('no luck'); } })", 'cannot be read: no luck.', undefined],
    ["{ ['__proto__']: 1 }", '.__proto__ is not allowed', undefined],
    ["{ [Symbol('a')]: 1 }", 'has a symbol as a key.', 'Write a text.'],
    ["{ '\\udc00': 1 }", 'is a key that ends in half of a character.', undefined],
    ['[, 1]', '[0] is a hole in a list.', 'Leave the element out.'],
    ['[undefined]', '[0] is undefined.', 'Leave the element out, or write null.'],
    ['(() => { const a = {}; a.a = a; return a; })()', '.a contains itself.', undefined],
    [
      '(() => { let a = []; for (let i = 0; i < 200; i++) a = [a]; return a; })()',
      'is nested deeper than 100 levels.',
      undefined,
    ],
  ])('%s is refused', async (value, message, hint) => {
    const { problems, resources } = await checkValue(`make(${value})`);
    expect(problems).toMatchObject([{ code: 'CODE_FILE', ...(hint === undefined ? {} : { hint }) }]);
    const [before = '', after = ''] = problems[0]?.message.split(' of offer:/offers2/a ') ?? [];
    expect(`${before} ${after}`).toMatch(/^attributes\.own\[0\]\.value/);
    expect(`${before} ${after}`).toContain(message);
    expect(resources).toEqual([]);
  });

  test('objects that share parts without end are refused before they fill the memory', async () => {
    const bomb = '(() => { let a = [1]; for (let i = 0; i < 40; i++) a = [a, a]; return a; })()';
    const { problems } = await checkValue(`make(${bomb})`);
    expect(problems.map(({ message }) => message)).toEqual(['offer:/offers2/a has more than 100000 values.']);
  });

  test('every problem of every resource is reported at once', async () => {
    const { problems } = await checkValue(`[make(1n), { ...make(NaN), path: '/offers2/b', only: Symbol() }]`);
    expect(problems.map(({ message }) => message)).toEqual([
      'attributes.own[0].value of offer:/offers2/a is a bigint.',
      'attributes.own[0].value of offer:/offers2/b is NaN.',
      'only of offer:/offers2/b is a symbol.',
    ]);
  });

  test('what two places share is copied, and -0 is 0', async () => {
    const { resources } = await checkValue(`(() => { const a = { n: -0 }; return make([a, a]); })()`);
    expect(resources[0]?.body).toEqual({ attributes: { own: [{ value: [{ n: 0 }, { n: 0 }] }] } });
  });
});

describe('programs are found', () => {
  const PAGE = `${IMPORT}export default (() => definePage({ path: '/pages/a' }))();`;

  test.each([
    ['journeys/deep/a.catalog.ts', undefined],
    ['catalog/a.catalog.mts', undefined],
    ['shop/a.catalog.mjs', { catalog: ['shop/*.yaml'] }],
    ['shop/deep/a.catalog.js', { catalog: ['shop/**/*.js'] }],
  ])('%s', (name, globs) => {
    write(name, PAGE);
    expect(readSourceFiles(root, globs).files).toEqual([{ path: name, text: PAGE, role: 'code' }]);
  });

  test.each([
    ['catalog/a.ts', undefined],
    ['catalog/a.catalog.js', undefined],
    ['other/a.catalog.ts', undefined],
    ['catalog/old/a.catalog.ts', { catalog: ['catalog/**/*.yaml', '!catalog/old/**'] }],
  ])('but not %s', (name, globs) => {
    write(name, PAGE);
    expect(readSourceFiles(root, globs).files).toEqual([]);
  });
});
