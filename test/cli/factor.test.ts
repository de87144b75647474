import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { replaceFiles } from '../../src/cli/factor/replace-files.js';
import { runInProcess } from './support/run-in-process.js';

const MARKETS = [
  ['GB', '£', '9.99', 'GBP'],
  ['IE', '€', '10.99', 'EUR'],
  ['US', '$', '12.99', 'USD'],
] as const;

type Market = readonly [country: string, symbol: string, price: string, currency: string];

const writeOffer = ([country, symbol, price, currency]: Market, more = ''): string => `kind: offer
path: /offers2/Digital ${country}
attributes:
  # Shown beside the button.
  display_price__limio: ${symbol}${price} per month
  cta_text__limio: Read \${vars.shop}
  allowed_countries__limio: [${country}]
  price__limio: [{ name: charge_1, value: "${price}", currencyCode: ${currency} }]
${more}`;

const writeHead = (name: string, more: string): string => `kind: offer\n${more}path: /offers2/Digital ${name}\n`;

const CONFIG = JSON.stringify({
  environments: {
    sandbox: { url: 'http://127.0.0.1:9', vars: { shop: 'sandbox' } },
    prod: { url: 'http://127.0.0.1:9', vars: { shop: 'everything' } },
  },
});

const OFFERS = Object.fromEntries(
  MARKETS.map((market) => [`catalog/offers/${market[0].toLowerCase()}.yaml`, writeOffer(market)]),
);

const TEMPLATE = `kind: offer
for_each: { table: prices.csv }
path: /offers2/Digital \${each.country}
attributes:
  # Shown beside the button.
  display_price__limio: \${each.symbol}\${each.price} per month
  cta_text__limio: Read \${vars.shop}
  allowed_countries__limio: ["\${each.country}"]
  price__limio: [{ name: charge_1, value: "\${each.price}", currencyCode: "\${each.currency}" }]
`;

const TABLE = `country,symbol,price,currency
GB,£,9.99,GBP
IE,€,10.99,EUR
US,$,12.99,USD
`;

function openFolder(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'limio-factor-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries({ 'limio.config.json': CONFIG, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return {
    root,
    /** Every file, by its path. */
    list: (): Record<string, string> =>
      Object.fromEntries(
        readdirSync(root, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && entry.name !== 'limio.config.json')
          .map(({ parentPath, name }) => join(parentPath, name))
          .map((path) => [path.slice(root.length + 1), readFileSync(path, 'utf8')]),
      ),
    run: (...args: string[]) => runInProcess(['factor', ...args], { cwd: root }),
    validate: () => runInProcess('validate', { cwd: root }),
  };
}

const DIGITAL = ['offer:/offers2/Digital*', '--into', 'catalog/digital.yaml', '--table', 'catalog/prices.csv'];

describe('factor', () => {
  test('writes a template and a table, and removes the files that they replace', async () => {
    const { run, list, validate } = openFolder(OFFERS);
    const { exitCode, stdout, stderr } = await run(...DIGITAL);
    expect(stderr).toBe('');
    expect(list()).toEqual({ 'catalog/digital.yaml': TEMPLATE, 'catalog/prices.csv': TABLE });
    expect(stdout).toBe(`- catalog/offers/gb.yaml
- catalog/offers/ie.yaml
- catalog/offers/us.yaml

Columns:
  country   3 values
  symbol    3 values
  price     3 values
  currency  3 values

Factored 3 resources: 3 files, 24 lines -> catalog/digital.yaml (9 lines) and catalog/prices.csv (4 lines)
The declared resources are exactly the same in every environment.
Next: limio-sync validate, then git diff
`);
    expect(exitCode).toBe(0);
    expect((await validate()).exitCode).toBe(0);
  });

  test('shows both files and changes nothing with --dry-run', async () => {
    const { run, list } = openFolder(OFFERS);
    const { exitCode, stdout } = await run(...DIGITAL, '--dry-run');
    expect(list()).toEqual(OFFERS);
    expect(stdout).toContain('  for_each: { table: prices.csv }\n');
    expect(stdout).toContain('  IE,€,10.99,EUR\n');
    expect(stdout).toContain('Would factor 3 resources: 3 files, 24 lines -> catalog/digital.yaml (9 lines)');
    expect(exitCode).toBe(0);
  });

  test('reports the same as JSON', async () => {
    const { run } = openFolder(OFFERS);
    const { stdout } = await run(...DIGITAL, '--dry-run', '--format', 'json');
    expect(JSON.parse(stdout)).toEqual({
      kind: 'limio-sync/factor',
      formatVersion: 1,
      written: false,
      resources: 3,
      templates: 1,
      before: { files: 3, lines: 24 },
      template: { path: 'catalog/digital.yaml', lines: 9, text: TEMPLATE },
      table: { path: 'catalog/prices.csv', lines: 4, text: TABLE },
      columns: ['country', 'symbol', 'price', 'currency'].map((name) => ({ name, values: 3 })),
      removed: Object.keys(OFFERS),
      changed: [],
      lostComments: [],
      guardedCells: 0,
      left: [],
    });
  });

  test('puts the table beside the template by default', async () => {
    const { run, list } = openFolder(OFFERS);
    await run('offer:*', '--into', 'catalog/digital.yaml');
    expect(Object.keys(list()).sort()).toEqual(['catalog/digital.csv', 'catalog/digital.yaml']);
  });

  test('keeps the other documents of a file to the byte, and counts the comments that go', async () => {
    const rest =
      '# All offers.\n---\nkind: promo_code\npromoCode: A1 # first\ndescription:   odd\n...\n---\n# Last.\nkind: promo_code\npromoCode: B2\n';
    const [first, second, third] = MARKETS.map((market) => writeOffer(market));
    const { run, list, validate } = openFolder({
      'catalog/all.yaml': `${first}---\n${second}  badge_text__limio: New # for a while\n${rest}`,
      'catalog/us.yaml': `# Only here.\n${third}`,
    });
    const { stdout } = await run(...DIGITAL);
    expect(list()['catalog/all.yaml']).toBe(rest.replace('# All offers.\n', ''));
    expect(list()['catalog/digital.yaml']).toContain('badge_text__limio: ${each.badge_text?}');
    expect(stdout).toContain('~ catalog/all.yaml, which keeps its other documents');
    expect(stdout).toContain(
      '3 comments in 2 files are gone: catalog/all.yaml:18, catalog/all.yaml:19 and catalog/us.yaml:1\n',
    );
    expect((await validate()).exitCode).toBe(0);
  });

  test('leaves resources of another shape alone and says why', async () => {
    const odd = writeOffer(['FR', '€', '9.00', 'EUR'], '  badge_text__limio: null\n');
    const { run, list } = openFolder({ ...OFFERS, 'catalog/offers/fr.yaml': odd });
    const { stdout } = await run(...DIGITAL);
    expect(list()['catalog/offers/fr.yaml']).toBe(odd);
    expect(stdout).toContain(
      'Not factored:\n  offer:/offers2/Digital FR: attributes/badge_text__limio exists only here.\n',
    );
  });

  test('leaves alone what a template, a base, a text file or an anchor has a part in', async () => {
    const { run, list } = openFolder({
      ...OFFERS,
      'catalog/a.yaml': `${writeHead('A${each.key}', 'for_each: { 1: x }\n')}attributes: {}\n`,
      'catalog/b.yaml': `${writeHead('B', 'extends: [base.yaml]\n')}attributes: {}\n`,
      'catalog/base.yaml': 'kind: base\nattributes: { cta_text__limio: Go }\n',
      'catalog/c.yaml': `${writeHead('C', '')}attributes: { cta_text__limio: !file c.txt }\n`,
      'catalog/c.txt': 'Go\n',
      'catalog/d.yaml': `x-shared: &go { cta_text__limio: Go }\n---\n${writeHead('D', '')}attributes: *go\n`,
    });
    const { stdout, stderr } = await run(...DIGITAL);
    expect(stderr).toBe('');
    expect(stdout).toContain(`Not factored:
  offer:/offers2/Digital A1: A template declares it.
  offer:/offers2/Digital B: It uses "extends".
  offer:/offers2/Digital C: It uses !file.
  offer:/offers2/Digital D: It uses anchors, aliases or "x-" keys of YAML.
`);
    expect(Object.keys(list()).sort()).toEqual(
      ['a.yaml', 'b.yaml', 'base.yaml', 'c.txt', 'c.yaml', 'd.yaml', 'digital.yaml', 'prices.csv'].map(
        (name) => `catalog/${name}`,
      ),
    );
  });

  test('replaces documents whose neighbours in the file use !file, anchors or "x-" keys, and keeps these', async () => {
    const rest = `---
x-shared: &shared { cta_text__limio: Go }
---
${writeHead('C', '')}attributes: { cta_text__limio: !file c.txt }
---
${writeHead('D', '')}attributes: { <<: *shared, badge_text__limio: &new New, offer_type__limio: *new }
`;
    const { run, list, validate } = openFolder({
      'catalog/all.yaml': MARKETS.map((market) => writeOffer(market)).join('---\n') + rest,
      'catalog/c.txt': 'Go\n',
    });
    const { stdout, stderr } = await run(...DIGITAL);
    expect(stderr).toBe('');
    expect(stdout).toContain('Factored 3 resources');
    expect(stdout).toContain(`Not factored:
  offer:/offers2/Digital C: It uses !file.
  offer:/offers2/Digital D: It uses anchors, aliases or "x-" keys of YAML.
`);
    expect(list()['catalog/all.yaml']).toBe(rest);
    expect((await validate()).exitCode).toBe(0);
  });

  test('keeps a document whose anchor a document of another shape uses', async () => {
    const shared = writeOffer(MARKETS[0]).replace('cta_text__limio:', 'cta_text__limio: &cta');
    const { run, list, validate } = openFolder({
      ...OFFERS,
      'catalog/offers/gb.yaml': `${shared}---\n${writeHead('Other', '')}attributes: { badge_text__limio: *cta }\n`,
    });
    const before = list()['catalog/offers/gb.yaml'];
    expect((await run(...DIGITAL)).stdout).toContain('Factored 2 resources');
    expect(list()['catalog/offers/gb.yaml']).toBe(before);
    expect((await validate()).exitCode).toBe(0);
  });

  test('leaves out comments that explain the value of one row, and names the places of lost comments', async () => {
    const files = Object.fromEntries(
      MARKETS.map((market): [string, string] => [
        `catalog/offers/${market[0].toLowerCase()}.yaml`,
        writeOffer(market)
          .replace(']\n', `] # why ${market[0]}\n`)
          .replace('  display', `  # Rounded for ${market[0]}.\n  display`)
          .replace(' per month', ' per month # as text'),
      ]),
    );
    const { run, list } = openFolder(files);
    const { stdout } = await run(...DIGITAL);
    expect(list()['catalog/digital.yaml']).toBe(
      TEMPLATE.replace('  # Shown beside the button.\n', '').replace('per month', 'per month # as text'),
    );
    expect(stdout).toContain(
      '9 comments in 3 files are gone: catalog/offers/gb.yaml:4, catalog/offers/gb.yaml:5, ' +
        'catalog/offers/gb.yaml:8, catalog/offers/ie.yaml:4, catalog/offers/ie.yaml:5 and 4 more\n',
    );
  });

  test('says when cells got an apostrophe, so that no spreadsheet runs them as formulas', async () => {
    const files = Object.fromEntries(
      MARKETS.map((market): [string, string] => [
        `catalog/offers/${market[0].toLowerCase()}.yaml`,
        writeOffer(market, `  badge_text__limio: "=1+${market[2]}"\n`.replace('9.99', '9.99 x')),
      ]),
    );
    const { run, list, validate } = openFolder(files);
    const { stdout } = await run(...DIGITAL);
    expect(list()['catalog/prices.csv']).toContain(",'=1+9.99 x");
    expect(stdout).toContain(
      '3 cells have an apostrophe before a text that a spreadsheet would run as a formula. limio-sync reads it without.\n',
    );
    expect((await validate()).exitCode).toBe(0);
  });

  test.each(['promo-code:*', 'Promo-Code:*', 'promocode:*', 'promo_code:*'])(
    'takes the kind of %s',
    async (selector) => {
      const { run } = openFolder({
        ...OFFERS,
        'catalog/codes.yaml': 'kind: promo_code\npromoCode: A\n---\nkind: promo_code\npromoCode: B\n',
      });
      const { stdout, stderr } = await run(selector, '--into', 'catalog/a.yaml');
      expect(stderr).toBe('');
      expect(stdout).toContain('Factored 2 resources');
    },
  );

  test('makes a template for each value of a column with --split', async () => {
    const annual = MARKETS.map((market): [string, string] => [
      `catalog/offers/annual-${market[0]}.yaml`,
      writeOffer(market).replace('Digital', 'Digital Annual').replace('per month', 'per year'),
    ]);
    const { run, list, validate } = openFolder({ ...OFFERS, ...Object.fromEntries(annual) });
    const { stdout } = await run(...DIGITAL, '--split', 'period');
    expect(stdout).toContain('Factored 6 resources: 6 files');
    expect(Object.keys(list()).sort()).toEqual(['catalog/digital.yaml', 'catalog/prices.csv']);
    expect(list()['catalog/digital.yaml']?.match(/^(?:path|for_each): .*/gm)).toEqual([
      'for_each: { table: prices.csv, where: { plan: annual } }',
      'path: /offers2/Digital Annual ${each.country}',
      'for_each: { table: prices.csv, where: { plan: digital } }',
      'path: /offers2/Digital ${each.country}',
    ]);
    expect((await validate()).exitCode).toBe(0);
  });

  test('keeps what is declared in each environment: overlays, only and except', async () => {
    const { run, validate, root } = openFolder({
      ...OFFERS,
      'catalog/offers/us.yaml': `${writeOffer(MARKETS[2])}only: prod\n`,
      'overlays/prod/gb.yaml': 'kind: offer\npath: /offers2/Digital GB\nattributes: { cta_text__limio: Go }\n',
    });
    const explain = (env: string, country: string) =>
      runInProcess(['explain', `offer:/offers2/Digital ${country}`, '--env', env, '--format', 'json'], { cwd: root });
    const listValues = async (env: string, country: string): Promise<unknown> => {
      const { stdout, exitCode } = await explain(env, country);
      if (exitCode !== 0) return exitCode;
      const { values } = JSON.parse(stdout) as { values: { pointer: string; value: unknown }[] };
      return values.map(({ pointer, value }) => [pointer, value]);
    };
    const views = ['sandbox', 'prod'].flatMap((env) => ['GB', 'US'].map((country): [string, string] => [env, country]));
    const before = await Promise.all(views.map(([env, country]) => listValues(env, country)));
    expect((await run(...DIGITAL)).exitCode).toBe(0);
    expect(await Promise.all(views.map(([env, country]) => listValues(env, country)))).toEqual(before);
    expect(before[1]).toBe(3);
    expect((await validate()).exitCode).toBe(0);
    expect(readFileSync(join(root, 'catalog/prices.csv'), 'utf8')).toContain('US,$,12.99,USD,prod\n');
  });
});

describe('factor refuses', () => {
  test.each([
    [
      'a file that exists',
      ['offer:*', '--into', 'catalog/offers/gb.yaml'],
      'catalog/offers/gb.yaml exists, and factor overwrites nothing.',
    ],
    [
      'a template that no command would read',
      ['offer:*', '--into', 'digital.yaml'],
      '--into digital.yaml would not be read: no pattern of "files" matches it.',
    ],
    [
      'a template in an overlay',
      ['offer:*', '--into', 'overlays/prod/a.yaml'],
      '--into overlays/prod/a.yaml would not be read',
    ],
    [
      'a table outside of the repository',
      ['offer:*', '--into', 'catalog/a.yaml', '--table', '../a.csv'],
      '--table ../a.csv is outside of the repository.',
    ],
    [
      'a template outside of the repository',
      ['offer:*', '--into', '../a.yaml'],
      '--into ../a.yaml is outside of the repository.',
    ],
    ['a template without a name', ['offer:*', '--into', ''], '--into needs the name of a file.'],
    [
      'a table without a name',
      ['offer:*', '--into', 'catalog/a.yaml', '--table', ''],
      '--table needs the name of a file.',
    ],
    [
      'one resource',
      ['offer:/offers2/Digital GB', '--into', 'catalog/a.yaml'],
      'The selectors match only offer:/offers2/Digital GB.',
    ],
    [
      'a selector that matches nothing',
      ['offer:/offers2/Digitol*', '--into', 'catalog/a.yaml'],
      'No declared resource matches "offer:/offers2/Digitol*".',
    ],
    [
      'several kinds',
      ['*', '--into', 'catalog/a.yaml'],
      "The selectors match offers and promo codes; a template declares one kind.\nFactor one kind at a time, for example: 'offer:*'\n",
    ],
    [
      'resources that share nothing',
      ['promo_code:*', '--into', 'catalog/a.yaml'],
      `error FACTOR_REFUSED: No two of the selected resources can share a template. Nothing was written. Not factored:
  promo_code:A: No other selected resource has the same fields.
  promo_code:B: usage/availableQuantity exists only here.
Select resources that have the same fields. What a template can replace: docs/factor.md
`,
    ],
  ])('%s', async (_, args, message) => {
    const files = {
      ...OFFERS,
      'catalog/codes.yaml':
        'kind: promo_code\npromoCode: A\n---\nkind: promo_code\npromoCode: B\nusage: { availableQuantity: 1 }\n',
    };
    const { run, list } = openFolder(files);
    const { exitCode, stderr, stdout } = await run(...args);
    expect(stderr).toContain(message);
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(list()).toEqual(files);
  });

  test('several kinds, and advises to begin with the one that most resources have', async () => {
    const codes = ['A', 'B', 'C', 'D'].map((name) => `kind: promo_code\npromoCode: ${name}\n`);
    const { run } = openFolder({ ...OFFERS, 'catalog/codes.yaml': codes.join('---\n') });
    const { stderr } = await run('*', '--into', 'catalog/a.yaml');
    expect(stderr).toContain("Factor one kind at a time, for example: 'promo_code:*'\n");
  });

  test('and names every resource with its reason, without advising a dry run', async () => {
    const codes = ['A', 'B', 'C', 'D', 'E'].map(
      (name, i) => `kind: promo_code\npromoCode: ${name}\ndescription: \${vars.v${i}}\n`,
    );
    const environments = {
      sandbox: { url: 'http://127.0.0.1:9', vars: { v0: 'a', v1: 'b', v2: 'c', v3: 'd', v4: 'e' } },
    };
    const { run } = openFolder({
      'limio.config.json': JSON.stringify({ environments }),
      'catalog/codes.yaml': codes.join('---\n'),
    });
    const { stderr } = await run('promo_code:*', '--into', 'catalog/a.yaml', '--dry-run');
    expect(stderr.match(/^ {2}promo_code:[A-E]: /gm)).toHaveLength(5);
    expect(stderr).not.toContain('--dry-run');
  });

  test('files with errors', async () => {
    const { run } = openFolder({ ...OFFERS, 'catalog/x.yaml': 'kind: offr\n' });
    const { stderr, exitCode } = await run(...DIGITAL);
    expect(stderr).toContain('KIND_UNKNOWN');
    expect(exitCode).toBe(3);
  });
});

const openTwo = () => openFolder({ 'a.yaml': 'a\n', 'b.yaml': 'b\n' });

describe('replacing files', () => {
  test('changes nothing when a file is not as it was read', () => {
    const { root, list } = openTwo();
    for (const stale of [
      { path: 'b.yaml', before: 'old\n' },
      { path: 'a.yaml', after: 'x' },
      { path: 'c.yaml', before: '' },
    ])
      expect(() => replaceFiles(root, [{ path: 'new.yaml', after: 'n\n' }, stale])).toThrow(
        expect.objectContaining({ code: 'FACTOR_REFUSED' }) as Error,
      );
    expect(list()).toEqual({ 'a.yaml': 'a\n', 'b.yaml': 'b\n' });
  });

  test('undoes everything when one change fails', () => {
    const { root, list } = openTwo();
    writeFileSync(join(root, 'file'), '');
    const changes = [
      { path: 'new.yaml', after: 'n\n' },
      { path: 'a.yaml', before: 'a\n' },
      { path: 'b.yaml', before: 'b\n', after: 'B\n' },
      { path: 'file/below.csv', after: 'x\n' },
    ];
    expect(() => replaceFiles(root, changes)).toThrow(expect.objectContaining({ code: 'FILE_UNWRITABLE' }) as Error);
    expect(list()).toEqual({ 'a.yaml': 'a\n', 'b.yaml': 'b\n', file: '' });
    expect(existsSync(join(root, 'new.yaml'))).toBe(false);
  });
});
