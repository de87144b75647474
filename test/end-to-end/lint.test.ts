import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ProgramRun, parseDocument } from '../support/run-program.js';
import { REPOSITORY, copyExample, openFolder, openWorkspace } from './support/in-process.js';
import { SMALL_SEED, offerFile, promoCodeFile } from './support/small-tenant.js';

const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { version: string };
const golden = (file: string): string => join(import.meta.dirname, '../golden', file);
const maskVersion = (text: string): string => text.replaceAll(version, '0.0.0');

/** Comments, quotes, a byte order mark, CRLF and odd spaces: whatever a fix has no business with. */
const MONTHLY = `\uFEFF# The offer of the front page.\r
kind:   offer\r
path: /offers2/Monthly # as in the shop\r
attributes:\r
  display_name__limio: "Monthly "   # two words\r
  # limio-lint-disable-next-line html-script -- there was one\r
  cta_text__limio: 'Buy'\r
  label__limio: [ home,   sale, home ] # where it is shown\r
  offer_url: http://shop.acme.example/\r
`;
const MONTHLY_FIXED = `\uFEFF# The offer of the front page.\r
kind:   offer\r
path: /offers2/Monthly # as in the shop\r
attributes:\r
  display_name__limio: "Monthly"   # two words\r
  cta_text__limio: 'Buy'\r
  label__limio: [ home,   sale ] # where it is shown\r
  offer_url: http://shop.acme.example/\r
`;

const ANNUAL = `kind: offer
path: /offers2/Annual
attributes:
  display_name__limio: Annual
  label__limio: [home, sale]
  display_description__limio: <p>See https://shop.acme.example/annual</p>
  price__limio:
    - { name: sub, label: sub, value: "120.00", currencyCode: GBP, type: recurring, repeat_interval: 1, repeat_interval_type: years, trigger: subscription_start }
  display_price__limio: "£12 per month"
  # limio-lint-disable-next-line text-placeholder -- the name of a magazine
  badge_text__limio: Lorem ipsum
`;

const CODES = `# limio-lint-disable-next-line promo-never-ends
${promoCodeFile('WELCOME10', 10)}---
# limio-lint-disable-next-line promo-never-end -- for every new reader
${promoCodeFile('AUTUMN20', 20)}`;

const CONFIG = `export default {
  lint: {
    rules: { 'promo-never-ends': 'info' },
    custom: [
      {
        id: 'acme-names-are-short',
        severity: 'warning',
        title: 'The name of an offer is long',
        kinds: ['offer'],
        check: (offer, context) => {
          const name = context.attributesOf(offer).display_name__limio;
          return name?.length > 6 ? [{ address: offer.address, pointer: '/attributes/display_name__limio', message: \`"\${name}" is long.\`, hint: 'Six letters are enough.' }] : [];
        },
      },
      { id: 'acme-broken', severity: 'info', title: 'A rule that throws', kinds: ['promo_code'], checkAll: () => { throw new TypeError('no such table'); } },
    ],
  },
  environments: {
    sandbox: { url: 'https://acme-sandbox.prod.limio.com', shop: 'https://sandbox.acme.example', lint: { rules: { 'link-insecure': 'off' } } },
    prod: { url: 'https://acme.prod.limio.com', shop: 'https://shop.acme.example' },
  },
};
`;

const SHOP = {
  'limio.config.mjs': CONFIG,
  'catalog/annual.yaml': ANNUAL,
  'catalog/codes.yaml': CODES,
  'catalog/monthly offer.yaml': MONTHLY,
};
const QUIET = { 'catalog/annual.yaml': offerFile('/offers2/Annual', 'Annual') };
const overlayFile = (name: string): string =>
  `kind: offer\npath: /offers2/Annual\nattributes:\n  display_name__limio: "${name} " # for some\n`;
/** One warning. */
const WARNING = { 'catalog/codes.yaml': promoCodeFile('WELCOME10', 10) };

const codesOf = (ended: ProgramRun): string[] =>
  (parseDocument(ended) as { findings: { code: string }[] }).findings.map(({ code }) => code);

describe.concurrent('limio-sync lint', () => {
  test.for(['text', 'json', 'sarif', 'github'])(
    'prints the whole result as %s, and ends with 1 for an error',
    async (format, context) => {
      const { run } = openFolder(context, SHOP);
      const { exitCode, stdout, stderr } = await run(`lint --format ${format}`, { env: {} });
      await context
        .expect(maskVersion(stdout))
        .toMatchFileSnapshot(golden(`lint.${format === 'text' || format === 'github' ? `${format}.txt` : format}`));
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    },
  );

  test('ends with 0 for warnings, with 1 for more of them than --max-warnings, and with 3 for what cannot be linted', async (context) => {
    const { run, write } = openFolder(context, WARNING);
    expect(await run('lint')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('1 warning in 1 file (1 resource)'),
      stderr: '',
    });
    expect(await run('lint --max-warnings 1')).toMatchObject({ exitCode: 0 });
    expect(await run('lint --max-warnings 0')).toMatchObject({ exitCode: 1 });
    expect(await run('lint --max-warnings few')).toMatchObject({ exitCode: 3, stdout: '' });
    expect(await run('lint --env prod')).toMatchObject({ exitCode: 3, stdout: '' });
    expect(await run('lint --live')).toMatchObject({ exitCode: 3, stdout: '' });
    write('catalog/annual.yaml', 'kind: offre\npath: /offers2/Annual\n');
    expect(await run('lint')).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: expect.stringContaining('catalog/annual.yaml:1:7'),
    });
  });

  test('finds nothing in the example company', async (context) => {
    const { root, run } = openFolder(context);
    copyExample(root);
    const ended = await run('lint --format json', { env: {} });
    expect({ exitCode: ended.exitCode, codes: codesOf(ended) }).toEqual({ exitCode: 0, codes: [] });
  });

  test('says that nothing was found', async (context) => {
    const { run } = openFolder(context, QUIET);
    const { exitCode, stdout } = await run('lint --format json');
    expect({ exitCode, findings: codesOf({ exitCode, stdout, stderr: '', signal: null }) }).toEqual({
      exitCode: 0,
      findings: [],
    });
    expect((await run('lint')).stdout).toMatch(/^Nothing found in 1 file \(1 resource\), by \d+ rules\.\n/);
  });

  test('--fix keeps every other byte, and finds nothing to fix a second time', async (context) => {
    const { root, run } = openFolder(context, SHOP);
    const read = (path: string): string => readFileSync(join(root, path), 'utf8');
    const fixed = await run('lint --fix');
    expect(fixed.stdout).toContain('\nFixed: 3.\n');
    expect(read('catalog/monthly offer.yaml')).toBe(MONTHLY_FIXED);
    expect({
      annual: read('catalog/annual.yaml'),
      codes: read('catalog/codes.yaml'),
      config: read('limio.config.mjs'),
    }).toEqual({ annual: ANNUAL, codes: CODES, config: CONFIG });
    const again = await run('lint --fix --format json');
    expect(parseDocument(again)).toMatchObject({ summary: { fixed: 0 } });
    expect(read('catalog/monthly offer.yaml')).toBe(MONTHLY_FIXED);
    expect(again.exitCode).toBe(1);
  });

  test('--fix quotes values that would be sent otherwise, in files that are not valid, in overlays and in tests', async (context) => {
    const overlay = 'kind: offer\npath: /offers2/Annual\nattributes:\n  version: 1.10\n';
    const cases = 'kind: price_test\ncases:\n  - offer: /offers2/Annual\n    quantity: 02\n    promo_code: 0010\n';
    const { root, run } = openFolder(context, {
      ...QUIET,
      'overlays/sandbox/annual.yaml': overlay,
      'prices/annual.test.yaml': cases,
      'catalog/broken.yaml':
        '# the ledger\nkind: product\npath: /products/B\nattributes: { code: 00123, label__limio: x }\n',
      'limio.config.json': JSON.stringify({ environments: { sandbox: { tenant: 'acme-sandbox' } } }),
    });
    const read = (path: string): string => readFileSync(join(root, path), 'utf8');
    const fixed = await run('lint --fix');
    expect(fixed).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('Fixed the spelling of 4 values.') });
    expect(fixed.stderr).not.toContain('YAML_SPELLING');
    expect(read('catalog/broken.yaml')).toContain('attributes: { code: "00123", label__limio: x }');
    expect(read('overlays/sandbox/annual.yaml')).toBe(overlay.replace('1.10', '"1.10"'));
    expect(read('prices/annual.test.yaml')).toBe(cases.replace('02', '2').replace('0010', '"0010"'));
  });

  test('--fix reaches the overlays of every environment', async (context) => {
    const { root, run } = openFolder(context, {
      ...QUIET,
      'overlays/sandbox/annual.yaml': overlayFile('Trial'),
      'overlays/prod/annual.yaml': overlayFile('Real'),
      'limio.config.json': JSON.stringify({
        environments: { sandbox: { tenant: 'acme-sandbox' }, prod: { tenant: 'acme' } },
      }),
    });
    const fixed = await run('lint --fix');
    expect(fixed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Fixed: 2.') });
    for (const [environment, name] of [
      ['sandbox', 'Trial'],
      ['prod', 'Real'],
    ] as const) {
      expect(readFileSync(join(root, `overlays/${environment}/annual.yaml`), 'utf8')).toBe(
        overlayFile(name).replace(`${name} "`, `${name}"`),
      );
    }
    expect(parseDocument(await run('lint --fix --format json'))).toMatchObject({ summary: { fixed: 0 }, findings: [] });
  });

  test('an environment switches rules and has hosts of its own', async (context) => {
    const { run } = openFolder(context, SHOP);
    const about = async (args: string): Promise<string[]> =>
      codesOf(await run(`lint --format json --rule link-insecure url-other-environment ${args}`)).filter(
        (code) => !code.startsWith('suppression'),
      );
    expect(await about('--env sandbox')).toEqual(['url-other-environment', 'url-other-environment']);
    expect(await about('--env prod')).toEqual(['link-insecure']);
  });

  test('--rule, and rules in the configuration, with a typo get a suggestion', async (context) => {
    const { run, write } = openFolder(context, {
      ...QUIET,
      'limio.config.json': '{"environments":{"prod":{"tenant":"acme"}}}',
    });
    const typo = await run('lint --rule promo-never-end');
    expect(typo).toMatchObject({ exitCode: 3, stdout: '' });
    expect(typo.stderr).toBe(
      'error USAGE: Unknown rule "promo-never-end". Did you mean "promo-never-ends"?\nTo list all rules: limio-sync lint --list\n',
    );
    write(
      'limio.config.json',
      '{"environments":{"prod":{"tenant":"acme","lint":{"rules":{"promo-never-end":"off"}}}}}',
    );
    for (const command of ['lint', 'validate']) {
      expect(await run(command)).toMatchObject({
        exitCode: 3,
        stdout: '',
        stderr:
          'error CONFIG_INVALID: "lint" in limio.config.json has 1 problem:\n  Unknown rule "promo-never-end". Did you mean "promo-never-ends"?\nTo list all rules: limio-sync lint --list\n',
      });
    }
  });

  test('--live reads the tenant, writes nothing, and runs the rules that ask for its pages', async (context) => {
    const { run, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: {
        'catalog/items.yaml': `${offerFile('/offers2/Monthly', 'Monthly')}---\nkind: add_on\npath: /add_ons/Archive\nattributes:\n  display_name__limio: Archive\n`,
      },
    });
    const offline = await run('lint');
    expect(offline).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Not run because they need pages, and no file declares one/m),
    });
    const live = await run('lint --live --format json');
    expect(parseDocument(live)).toMatchObject({
      environments: ['test'],
      notRun: [],
      findings: [{ code: 'add-on-without-product', address: 'add_on:/add_ons/Archive' }],
    });
    expect({ exitCode: live.exitCode, writes: writes() }).toEqual({ exitCode: 1, writes: [] });
  });
});

describe('a field that an apply set and the files no longer declare', () => {
  const OFFER = `kind: offer # of the front page
path: /offers2/Monthly
attributes:
  display_name__limio: Monthly
`;

  test('is reported from the snapshot, and cleared by --fix only if the rule is named', async (context) => {
    const { root, run, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: { 'catalog/monthly.yaml': `${OFFER}  badge_text__limio: SALE # until May\n` },
    });
    const read = (): string => readFileSync(join(root, 'catalog/monthly.yaml'), 'utf8');
    expect(await run('lint --rule field-once-managed')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Nothing found/),
    });
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    writeFileSync(join(root, 'catalog/monthly.yaml'), OFFER);
    const before = writes().length;
    expect(parseDocument(await run('lint --fix --format json'))).toMatchObject({
      summary: { fixed: 0 },
      findings: [
        {
          code: 'field-once-managed',
          address: 'offer:/offers2/Monthly',
          severity: 'info',
          file: 'catalog/monthly.yaml',
          line: 1,
          hint: 'To clear it, add "badge_text__limio: null" below attributes: limio-sync lint --fix --rule field-once-managed',
          fixable: false,
        },
      ],
    });
    expect(read()).toBe(OFFER);
    expect(parseDocument(await run('lint --fix --rule field-once-managed --format json'))).toMatchObject({
      summary: { fixed: 1 },
      findings: [],
    });
    expect(read()).toBe(`${OFFER}  badge_text__limio: null\n`);
    expect(writes()).toHaveLength(before);
    expect(await run('plan')).toMatchObject({ stdout: expect.stringContaining('badge_text__limio') });
  });
});

/** Clears the screen, turns text round, hides itself, gives orders to a CI system, marks up a page. */
const HOSTILE =
  'A\u001B[2J\u202Eevil\u2066\u200B\n::error file=owned.ts::owned\n##[error]owned\r<script>alert(1)</script>[click](https://owned.example)\u2028';
/** The same without what `validate` refuses. */
const IN_FILE = HOSTILE.replace('\u001B[2J', '').replace('\r', ' ');
const UNSAFE = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/u;

const HOSTILE_FILES = {
  'limio.config.mjs': `const text = ${JSON.stringify(HOSTILE)};
export default {
  environments: { test: { tenant: 'acme' } },
  lint: {
    custom: [
      { id: 'acme-says', severity: 'warning', title: text, kinds: ['offer'], check: (offer) => [{ address: offer.address, message: text, hint: text, related: [{ address: offer.address, message: text }] }] },
      { id: 'acme-throws', severity: 'warning', title: 'Throws', kinds: ['offer'], check: () => { throw new Error(text); } },
    ],
  },
};
`,
  'catalog/a,b%25::c.yaml': `kind: offer\npath: /offers2/Monthly\nattributes:\n  display_name__limio: ${JSON.stringify(`${IN_FILE} `)}\n  label__limio: [${JSON.stringify(IN_FILE)}, ${JSON.stringify(IN_FILE)}]\n`,
};

describe.concurrent('hostile text in values and in what rules say', () => {
  test.for(['text', 'json', 'sarif', 'github'])(
    'is shown escaped as %s',
    { skip: process.platform === 'win32' },
    async (format, context) => {
      const { run } = openFolder(context, HOSTILE_FILES);
      const ended = await run(`lint --format ${format}`);
      expect(ended).toMatchObject({ exitCode: 1, stderr: '' });
      expect(UNSAFE.exec(ended.stdout)?.[0].codePointAt(0)?.toString(16)).toBeUndefined();
      await context
        .expect(maskVersion(ended.stdout).replace(/"rules": \[[^]*?\n {10}\]/, '"rules": []'))
        .toMatchFileSnapshot(
          golden(`lint-hostile.${format === 'text' || format === 'github' ? `${format}.txt` : format}`),
        );
      // Every line that gives an order is one of ours.
      const orders = ended.stdout.split('\n').filter((line) => /^\s*(?:::|##\[)/.test(line));
      expect(
        orders.every(
          (line) =>
            format === 'github' &&
            /^::(?:error|warning|notice) file=catalog\/a%2Cb%2525%3A%3Ac\.yaml,line=\d+,col=\d+,/.test(line),
        ),
      ).toBe(true);
    },
  );
});
