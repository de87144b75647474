import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../src/cli/cli.js';
import { parseDocuments } from '../../src/source/parse.js';
import { runInProcess } from './support/run-in-process.js';

const CONFIG = JSON.stringify({
  environments: {
    prod: { tenant: 'acme', protected: true, vars: { shopDomain: 'acme.example.com' } },
    sandbox: { tenant: 'acme-sandbox', vars: { shopDomain: 'sandbox.example.com' } },
  },
});

const MONTHLY = `# Our main offer.
kind: offer
path: /offers2/Digital Monthly
attributes:
  display_name__limio: Digital Monthly # as on the page
  display_price__limio: £12.99 per month
  price__limio:
    - { name: charge_1, label: Digital Monthly, value: "12.99", currencyCode: GBP }
  # Ask Marketing before you change it.
  label__limio: [digital]
`;

function openFolder(files: Readonly<Record<string, string>> = {}): {
  root: string;
  run: (...args: string[]) => ReturnType<typeof runInProcess>;
  read: (path: string) => string;
} {
  const root = mkdtempSync(join(tmpdir(), 'limio-new-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return {
    root,
    run: (...args) => runInProcess(args, { cwd: root }),
    read: (path) => readFileSync(join(root, path), 'utf8'),
  };
}

const openRepository = (files: Readonly<Record<string, string>> = {}) =>
  openFolder({ 'limio.config.json': CONFIG, 'catalog/monthly.yaml': MONTHLY, ...files });

function listFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted();
}

const BEFORE = ['limio.config.json', 'monthly.yaml'];

describe('limio-sync new', () => {
  test('starts an offer with its price, in the folder that pull --adopt uses, and says what comes next', async () => {
    const { run, read } = openRepository();
    const args = ['offer', '/offers2/Digital Weekly', '--price', '3.99', '--currency', 'gbp', '--every', 'week'];
    expect(await run('new', ...args)).toEqual({
      exitCode: 0,
      stdout:
        'created  catalog/offers/digital-weekly.yaml  offer:/offers2/Digital Weekly\n\n' +
        'Next: limio-sync plan --env sandbox\n',
      stderr: '',
    });
    expect(read('catalog/offers/digital-weekly.yaml')).toBe(`\
# limio-sync manages only the fields in this file. Those behind # are examples.
# To list all fields of an offer: limio-sync explain offer
kind: offer
path: /offers2/Digital Weekly
# What is sold, in the billing system. Sent only when the item is created.
# productBundles:
#   - product_path: /products/Digital
#     rate_plan: Digital Monthly
#     revenue_split: "100"
attributes:
  display_name__limio: Digital Weekly
  # What customers are charged. Keep the quotes: "12.90".
  price__limio:
    - name: charge_1
      label: Digital Weekly
      value: "3.99"
      currencyCode: GBP
      type: recurring
      trigger: order_date
      repeat_interval: 1
      repeat_interval_type: weeks
  # The price that customers read.
  display_price__limio: £3.99 per week
  # Button text.
  # cta_text__limio: Subscribe
  # offer_features__limio: >-
  #   <ul><li>Every story</li></ul>
  # Labels by which pages, journeys and promo codes select it.
  # label__limio: [digital]
  # term__limio:
  #   renewal_type: EVERGREEN
  # autoRenew__limio: true
  # payment_types__limio: [zuora_card]
  # Where it is sold. Without it: everywhere.
  # allowed_countries__limio: [GB, IE]
`);
  });

  test.each([
    ['offer', '/offers2/Plain', [], 'catalog/offers/plain.yaml'],
    ['offer', '/offers2/Paid', ['--price', '1000', '--currency', 'JPY', '--every', 'once'], 'catalog/offers/paid.yaml'],
    ['add-on', '/add_ons/Puzzles', [], 'catalog/add-ons/puzzles.yaml'],
    ['add_on', '/add_ons/Quiz', ['--rate-plan', 'Q', '--product', '/products/Q'], 'catalog/add-ons/quiz.yaml'],
    ['product', '/products/Print', [], 'catalog/products/print.yaml'],
    ['promo-code', 'spring25', [], 'catalog/promo-codes/spring25.yaml'],
    [
      'promo_code',
      'EURO3XY',
      ['--discount', '3.50 eur', '--for', '3 months', '--rate-plan', 'Fixed', '--product', '/products/D'],
      'catalog/promo-codes/euro3xy.yaml',
    ],
    ['promo-code', 'QUARTER', ['--discount', '25%', '--expires', '2099-12-31'], 'catalog/promo-codes/quarter.yaml'],
    ['journey', 'web-all', ['--start', '/a/', '--destination', '/b/'], 'journeys/web-all.yaml'],
    [
      'journey',
      'web-gb',
      ['--start', '/a/', '--destination', '/b/', '--countries', 'gb;IE', '--fallback', '/c/'],
      'journeys/web-gb.yaml',
    ],
    ['journey', 'web-bare', [], 'journeys/web-bare.yaml'],
  ])('a new %s %s has no errors, and lint finds no placeholder in it: %j', async (kind, name, options, file) => {
    const { run, read } = openRepository();
    expect(await run('new', kind, name, ...options)).toMatchObject({ exitCode: 0 });
    expect(read(file)).toContain(`kind: ${kind.replace('-', '_')}\n`);
    const { exitCode, stdout } = await run('validate', '--format', 'json');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('"resources": 2')]);
    const lint = JSON.parse((await run('lint', '--format', 'json')).stdout) as { findings: { code: string }[] };
    const found = new Set(lint.findings.map(({ code }) => code));
    for (const rule of ['text-placeholder', 'price-text-mismatch', 'text-whitespace'])
      expect([...found]).not.toContain(rule);
  });

  test('every example behind # is valid YAML of the kind', async () => {
    for (const [kind, name] of [
      ['offer', '/offers2/X'],
      ['add-on', '/add_ons/X'],
      ['promo-code', 'XYZ'],
      ['journey', 'web-x'],
    ] as const) {
      const { run } = openFolder();
      const { stdout } = await run('new', kind, name, '--dry-run');
      // A sentence begins with a capital letter, a key of Limio with a small one.
      const text = stdout.replaceAll(/^( *)# (?=[a-z]\w*:(?: |$)| )/gm, '$1').replace(/^ *true: .*\n/m, '');
      const folder = openFolder({ 'catalog/all.yaml': text, 'limio.config.json': CONFIG });
      expect((await folder.run('validate')).stdout).toContain('No problems in 1 file');
    }
  });

  test('promo-code and add-on may be written as in files, and other kinds are named', async () => {
    const { run } = openFolder();
    for (const kind of ['promo-code', 'promo_code', 'promocode', 'Promo-Code'])
      expect((await run('new', kind, 'ABC', '--dry-run')).stdout).toContain('kind: promo_code\n');
    for (const kind of ['add-on', 'add_on', 'addon'])
      expect((await run('new', kind, '/add_ons/X', '--dry-run')).stdout).toContain('kind: add_on\n');
    expect(await run('new', 'ofer', '/offers2/X')).toMatchObject({
      exitCode: 3,
      stderr:
        'error USAGE: limio-sync new cannot start a document of kind "ofer".\n' +
        'Did you mean offer? Kinds: offer, add-on, product, promo-code, journey. All others: docs/files.md\n',
    });
  });

  test('what a creation still requires is said, and the next command is validate', async () => {
    const { run } = openRepository();
    const { stdout } = await run('new', 'promo-code', 'SPRING25', '--discount', '25%');
    expect(stdout).toContain(
      'A creation also requires productDetails. In the file, remove the # before it and fill in your values.\n\n' +
        'Next: limio-sync validate\n',
    );
    const dry = await run('new', 'promo-code', 'SUMMER25', '--dry-run');
    expect(dry.stderr).toBe(
      'A creation also requires productDetails and discount. Add --rate-plan and --product and --discount.\n',
    );
  });

  test('every example of its page works in the example repository', async () => {
    const root = join(import.meta.dirname, '../..');
    const [block = ''] = readFileSync(join(root, 'docs/new.md'), 'utf8').split('```\n').slice(1);
    const lines = block.split('\n').filter((line) => line.includes('--') && !line.includes('--env'));
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      const args = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
      const { exitCode, stderr } = await runInProcess([...args.slice(1), '--dry-run'], { cwd: root });
      expect([line, exitCode, stderr.includes('error')]).toEqual([line, 0, false]);
    }
  });

  test('reads --env in a configuration that has it', async () => {
    const { run } = openRepository();
    const { stdout } = await run('new', 'offer', '/offers2/X', '--env', 'prod');
    expect(stdout).toContain('Next: limio-sync plan --env prod\n');
  });

  test('a value that all resources share is the default of a new one', async () => {
    const { run } = openRepository();
    const { stdout } = await run('new', 'offer', '/offers2/New', '--price', '5', '--dry-run');
    expect(stdout).toContain('currencyCode: GBP\n');
    expect((await run('new', 'journey', 'web-x', '--dry-run')).stdout).toContain('domains: ["${vars.shopDomain}"]\n');
    expect((await openFolder().run('new', 'journey', 'web-x', '--dry-run')).stdout).toContain(
      '# domains: [shop.example.com]\n',
    );
  });
});

describe('limio-sync new refuses', () => {
  test.each([
    [
      'a name that is declared, with its place',
      ['offer', '/offers2/Digital Monthly'],
      'offer:/offers2/Digital Monthly is already declared in catalog/monthly.yaml:2.\n',
    ],
    [
      'a path of another form',
      ['offer', 'offers2/X'],
      'The path "offers2/X" cannot be used. The path must begin with a slash. Write /offers2/X\n',
    ],
    ['a path of another kind', ['add-on', '/offers2/X'], 'It is the path of another kind: offer.'],
    [
      'a code with other characters',
      ['promo-code', 'A B'],
      'The code "A B" may only contain letters and digits. Write AB',
    ],
    ['an empty name', ['journey', ' '], 'It needs a name.'],
    [
      'a price with two readings',
      ['offer', '/offers2/X', '--price', '12,999', '--currency', 'EUR'],
      '--price "12,999" cannot be used. "12,999" is 12999.00 in some countries',
    ],
    [
      'a currency that does not exist',
      ['offer', '/offers2/X', '--price', '5', '--currency', 'GBB'],
      '--currency "GBB" cannot be used. There is no currency "GBB" in ISO 4217. Did you mean GBP?',
    ],
    [
      'an unknown period',
      ['offer', '/offers2/X', '--price', '5', '--every', 'blue moon'],
      '"blue moon" is no period. Write week, month, 3 months, year or once.',
    ],
    [
      'a currency without a price',
      ['offer', '/offers2/X', '--currency', 'EUR'],
      '--currency "EUR" cannot be used. It needs --price as well.',
    ],
    [
      'a rate plan without its product',
      ['add-on', '/add_ons/X', '--rate-plan', 'Y'],
      '--rate-plan also requires --product.',
    ],
    [
      'a discount above all',
      ['promo-code', 'ABC', '--discount', '150%'],
      'The percentage 150 is not between 0 and 100.',
    ],
    [
      'a discount without a currency',
      ['promo-code', 'ABC', '--discount', '5'],
      '"5" is no discount. Write a percentage such as 25%, or an amount such as 5.00 GBP.',
    ],
    ['a date that does not exist', ['promo-code', 'ABC', '--expires', '2027-02-30'], '"2027-02-30" is not a date.'],
    [
      'a country that does not exist',
      ['journey', 'web-x', '--destination', '/x/', '--countries', 'UK'],
      '--countries "UK" cannot be used.',
    ],
    [
      'a route without its slashes',
      ['journey', 'web-x', '--start', 'landing'],
      '--start "landing" cannot be used. The tag path "landing" must begin and end with a slash. Write /landing/',
    ],
    [
      'countries without a place for the others',
      ['journey', 'web-x', '--destination', '/x/', '--countries', 'GB'],
      '--countries also requires --fallback.',
    ],
    [
      'a journey that leads to its own start',
      ['journey', 'web-x', '--start', '/x/', '--destination', '/x/'],
      '--destination "/x/" cannot be used. The journey starts at /x/ and leads visitors to the same page.',
    ],
    [
      'a price that other programs read differently',
      ['offer', '/offers2/X', '--price', '1,50', '--currency', 'EUR'],
      '--price "1,50" cannot be used. Write 1.50\n',
    ],
    [
      'a price below 0, before it asks for a currency',
      ['add-on', '/add_ons/X', '--price', '-5'],
      '--price "-5" cannot be used. The price -5 is below 0.',
    ],
    [
      'decimals in a currency without them',
      ['offer', '/offers2/X', '--price', '1.50', '--currency', 'jpy'],
      '--currency "jpy" cannot be used. The amount 1.50 has decimals, and JPY has none.',
    ],
    [
      'decimals of a discount in a currency without them',
      ['promo-code', 'ABC', '--discount', '1.50 JPY'],
      'The amount 1.50 has decimals, and JPY has none.',
    ],
    ['a discount with a comma', ['promo-code', 'ABC', '--discount', '5,00 EUR'], 'cannot be used. Write 5.00'],
    ['a discount of 0 per cent', ['promo-code', 'ABC', '--discount', '0%'], 'A discount of 0 saves nothing.'],
    ['a discount of no money', ['promo-code', 'ABC', '--discount', '0.00 GBP'], 'A discount of 0 saves nothing.'],
    [
      'a last day in the past',
      ['promo-code', 'ABC', '--expires', '2020-01-31'],
      '--expires "2020-01-31" cannot be used. The last day of the code, 2020-01-31, is in the past.',
    ],
    [
      'a discount that lasts once',
      ['promo-code', 'ABC', '--discount', '5%', '--for', 'once'],
      '"once" is no period. For the first charge only, write the period of that charge, such as 1 month.',
    ],
    ['an empty display name', ['offer', '/offers2/X', '--display-name', ''], '--display-name has no value.'],
    [
      'spaces around a name, as the cause',
      ['promo-code', ' ABC '],
      'The code " ABC " cannot be used: it has spaces around it. Write "ABC"',
    ],
    [
      'an option of another kind',
      ['journey', 'web-x', '--price', '5'],
      '--price is for offer and add-on, not for journey.',
    ],
  ])('%s', async (_, args, sentence) => {
    const { run, root } = openRepository();
    const { exitCode, stdout, stderr } = await run('new', ...args);
    expect(stderr).toContain('error USAGE: ');
    expect(stderr).toContain(sentence);
    expect([exitCode, stdout, listFiles(root)]).toEqual([3, '', BEFORE]);
  });

  test('an unknown environment, and one without a configuration', async () => {
    const { run, root } = openRepository();
    const { exitCode, stderr } = await run('new', 'offer', '/offers2/X', '--env', 'prd');
    expect(stderr).toContain(
      'There is no environment "prd". The environments are prod, sandbox.\nDid you mean "prod"?',
    );
    expect([exitCode, listFiles(root)]).toEqual([3, BEFORE]);
    expect(await openFolder().run('new', 'offer', '/offers2/X', '--env', 'prod', '--dry-run')).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: 'error USAGE: --env requires a configuration.\nTo create one: limio-sync init\n',
    });
  });

  test('a name that another environment alone declares', async () => {
    const { run } = openRepository({ 'catalog/only.yaml': 'kind: promo_code\npromoCode: ABC\nonly: sandbox\n' });
    expect((await run('new', 'promo-code', 'abc')).stderr).toContain(
      'promo_code:ABC is already declared in catalog/only.yaml:1.',
    );
  });

  test('a file that no pattern of the configuration would read', async () => {
    const config = JSON.parse(CONFIG) as object;
    const files = { catalog: ['catalog/live/*.yaml', '!catalog/live/**'] };
    const { run, root } = openFolder({ 'limio.config.json': JSON.stringify({ ...config, files }) });
    const { exitCode, stderr } = await run('new', 'offer', '/offers2/X');
    expect(stderr).toContain(
      'No pattern of "files" in limio.config matches the path of the new file, catalog/live/offers/x.yaml.',
    );
    expect([exitCode, listFiles(root)]).toEqual([3, ['limio.config.json']]);
  });

  test('questions without a terminal, and in CI; it names the arguments to give', async () => {
    const { run, root } = openRepository();
    expect(await run('new', 'promo-code')).toEqual({
      exitCode: 3,
      stdout: '',
      stderr:
        'error USAGE: The code of the new promo-code is required without a terminal.\n' +
        "For example: limio-sync new promo-code AUTUMN25 --discount 25% --for '3 months' --expires 2030-11-30\n",
    });
    expect(await answer(root, ['new', 'offer'], [], { CI: 'true' })).toMatchObject({ exitCode: 3 });
  });
});

describe('limio-sync new --from', () => {
  test('copies a declared document with its comments, and says what the copy shares', async () => {
    const { run, read } = openRepository();
    const { stdout } = await run('new', 'offer', '/offers2/Digital Weekly', '--from', 'offer:/offers2/Digital Monthly');
    expect(read('catalog/offers/digital-weekly.yaml')).toBe(
      MONTHLY.replace('path: /offers2/Digital Monthly', 'path: /offers2/Digital Weekly')
        .replace('display_name__limio: Digital Monthly', 'display_name__limio: Digital Weekly')
        .replace('label: Digital Monthly', 'label: Digital Weekly'),
    );
    expect(stdout).toContain(
      'Copied from offer:/offers2/Digital Monthly. ' +
        'Check what it shares: price__limio, display_price__limio and label__limio.\n',
    );
    const priced = ['--from', 'catalog/monthly.yaml', '--price', '3.99', '--dry-run'];
    expect((await run('new', 'offer', '/offers2/Weekend', ...priced)).stderr).toContain(
      'Check what it shares: display_price__limio and label__limio.\n',
    );
  });

  test('names the fields of a copied promo code and journey, and a last day that has passed', async () => {
    const { run } = openRepository({
      'catalog/code.yaml':
        'kind: promo_code\npromoCode: OLD\npromoExpiryDate: 2020-01-31\n' +
        'discount: { discountType: DiscountPercentage, percentageDiscount: 5, durationLength: 1, durationType: Months }\n',
      'journeys/a.yaml': journey('web-a'),
    });
    const from = ['--from', 'promo-code:OLD', '--dry-run'];
    const { exitCode, stderr } = await run('new', 'promo-code', 'NEW1', ...from);
    expect([exitCode, stderr]).toEqual([
      0,
      'Copied from promo_code:OLD. Check what it shares: promoExpiryDate and discount.\n' +
        'The last day of the code, 2020-01-31, is in the past.\n' +
        'A creation also requires applicationLevel, status and productDetails. Add them to the file.\n',
    ]);
    const fresh = await run('new', 'promo-code', 'NEW1', ...from, '--expires', '2099-01-31');
    expect(fresh.stderr).not.toContain('in the past');
    const copy = await run('new', 'journey', 'web-b', '--from', 'journey:web-a', '--start', '/b/', '--dry-run');
    expect(copy.stderr).toContain('Check what it shares: journeys.\n');
  });

  test('options change the copy', async () => {
    const { run } = openRepository();
    const from = ['--from', 'catalog/monthly.yaml', '--dry-run'];
    const args = ['--display-name', 'Weekly', '--price', '3.99', '--currency', 'EUR'];
    const { stdout } = await run('new', 'offer', '/offers2/Weekly', ...from, ...args);
    expect(stdout).toContain('display_name__limio: Weekly # as on the page\n');
    expect(stdout).toContain('{ name: charge_1, label: Weekly, value: "3.99", currencyCode: EUR }\n');
  });

  test('takes one document of a file with several, and asks which where a file is named', async () => {
    const second = MONTHLY.replaceAll('Monthly', 'Annual').replace('Our main offer', 'The second');
    const { run } = openRepository({ 'catalog/monthly.yaml': `${MONTHLY}---\n${second}` });
    const copied = await run('new', 'offer', '/offers2/B', '--from', 'offer:/offers2/Digital Annual', '--dry-run');
    expect(copied.stdout).toContain('# The second.\nkind: offer\npath: /offers2/B\n');
    expect(copied.stdout).not.toContain('Our main offer');
    expect((await run('new', 'offer', '/offers2/B', '--from', 'catalog/monthly.yaml')).stderr).toContain(
      'catalog/monthly.yaml declares several resources of kind offer: ' +
        'offer:/offers2/Digital Annual, offer:/offers2/Digital Monthly.',
    );
  });

  test('leaves out what belongs to the original alone: former names, names in the web app, ids of branches', async () => {
    const { run } = openRepository({
      'journeys/a.yaml':
        'kind: journey\nname: web-a\nmoved_from: web-old\nstarting_point: /a/\njourneys:\n' +
        '  - id: 11111111-1111-4111-8111-111111111111\n    actions: [{ raw: 1 }]\n',
      'catalog/b.yaml': 'kind: offer\npath: /offers2/B\nname: The B\nattributes: {}\n',
    });
    const journey = await run('new', 'journey', 'web-b', '--from', 'journey:web-a', '--start', '/b/', '--dry-run');
    expect(journey.stdout).toBe(
      'kind: journey\nname: web-b\nstarting_point: /b/\njourneys:\n  - actions:\n      - raw: 1\n',
    );
    const offer = await run('new', 'offer', '/offers2/C', '--from', 'offer:/offers2/B', '--dry-run');
    expect(offer.stdout).toBe('kind: offer\npath: /offers2/C\nattributes: {}\n');
  });

  test('writes the values of a text file into a copy in another folder, and keeps the tag in the same one', async () => {
    const text = 'kind: offer\npath: /offers2/B\nattributes:\n  description__limio: !file ../../b.html\n';
    const { run } = openRepository({ 'catalog/offers/b.yaml': text, 'b.html': '<p>Hello</p>\n' });
    const same = await run('new', 'offer', '/offers2/C', '--from', 'offer:/offers2/B', '--dry-run');
    expect(same.stdout).toBe(text.replace('/offers2/B', '/offers2/C'));
    const { run: runElsewhere } = openRepository({
      'catalog/x/y/b.yaml': text.replace('../../', '../../../'),
      'b.html': '<p>Hello</p>\n',
    });
    const other = await runElsewhere('new', 'offer', '/offers2/C', '--from', 'offer:/offers2/B', '--dry-run');
    expect(other.stdout).toContain('description__limio: >-\n    <p>Hello</p>\n');
    expect(other.stderr).toContain('The copy has all values and no comments');
  });

  test('writes the plain values of what a row or a base supplies', async () => {
    const { run } = openRepository({
      'catalog/plans.csv': 'country,price\nGB,9.99\nIE,"€{x} ${y}"\n',
      'catalog/plans.yaml':
        '# From the table.\nkind: offer\nfor_each: { table: plans.csv }\nextends: [base.yaml]\n' +
        'path: /offers2/Plan ${each.country}\nattributes:\n  display_price__limio: ${each.price}\n',
      'catalog/base.yaml': 'kind: base\nattributes:\n  cta_text__limio: Buy\n',
    });
    const args = ['/offers2/Plan FR', '--from', 'offer:/offers2/Plan IE', '--dry-run'];
    const { exitCode, stdout, stderr } = await run('new', 'offer', ...args);
    expect(stdout).toBe(
      'kind: offer\npath: /offers2/Plan FR\nattributes:\n' +
        '  display_price__limio: €{x} $${y}\n  cta_text__limio: Buy\n',
    );
    expect(stderr).toContain('The copy has all values and no comments');
    expect(exitCode).toBe(0);
    expect((await run('new', 'offer', '/offers2/Plan FR', '--from', 'catalog/plans.yaml')).stderr).toContain(
      'catalog/plans.yaml declares several resources of kind offer: offer:/offers2/Plan GB, offer:/offers2/Plan IE.',
    );
    expect((await run('new', 'offer', '/offers2/Plan GB')).stderr).toContain(
      'offer:/offers2/Plan GB is already declared in catalog/plans.yaml:2 with catalog/plans.csv:2.',
    );
  });

  test('writes the value of an alias whose anchor another document holds', async () => {
    const { run } = openRepository({
      'catalog/two.yaml':
        'kind: offer\npath: /offers2/A\nattributes: { label__limio: &labels [a] }\n---\n' +
        'kind: offer\npath: /offers2/B\nattributes:\n  label__limio: *labels\n',
    });
    const { stdout } = await run('new', 'offer', '/offers2/C', '--from', 'offer:/offers2/B', '--dry-run');
    expect(stdout).toBe('kind: offer\npath: /offers2/C\nattributes:\n  label__limio: [a]\n');
  });

  test('does not copy overlays, and says so', async () => {
    const { run } = openRepository({
      'overlays/prod/a.yaml': 'kind: offer\npath: /offers2/Digital Monthly\nattributes:\n  cta_text__limio: Buy\n',
    });
    const { stdout, stderr } = await run('new', 'offer', '/offers2/B', '--from', 'catalog/monthly.yaml', '--dry-run');
    expect(stdout).not.toContain('Buy');
    expect(stderr).toContain('The overlays of prod were not copied.\n');
  });

  test.each([
    ['another kind', 'promo_code:X', 'A new offer cannot be copied from "promo_code:X": its kind differs.'],
    [
      'what no file declares, with several environments',
      'offer:/offers2/Digital Monthy',
      'No file declares "offer:/offers2/Digital Monthy".\nDid you mean "offer:/offers2/Digital Monthly"? To copy a live one: --env <name>\n',
    ],
    [
      'a file that is none',
      'catalog/nothing.yaml',
      '"catalog/nothing.yaml" is neither an address nor a file of this repository.',
    ],
  ])('refuses %s', async (_, from, sentence) => {
    const { run, root } = openRepository();
    const { exitCode, stderr } = await run('new', 'offer', '/offers2/B', '--from', from);
    expect(stderr).toContain(sentence);
    expect([exitCode, listFiles(root)]).toEqual([3, BEFORE]);
  });
});

describe('the new file', () => {
  test('never takes the place of another one', async () => {
    const { run, root, read } = openRepository({ 'catalog/offers/digital-weekly.yaml': '# kept\n' });
    const { stdout } = await run('new', 'offer', '/offers2/Digital Weekly');
    expect(stdout).toMatch(/^created {2}catalog\/offers\/digital-weekly-[0-9a-f]{8}\.yaml /);
    expect(read('catalog/offers/digital-weekly.yaml')).toBe('# kept\n');
    expect(listFiles(root).filter((name) => name.endsWith('.draft'))).toEqual([]);
  });

  test.each([
    '../../etc/x',
    'a: "b" #c',
    '${vars.nope}',
    'Café\u0301 ',
    '<<',
    '? x',
    "it's {a} [b]",
    'con',
    'a\u202eb',
  ])('declares exactly the name %j, in a file below the folder of its kind', async (part) => {
    const { run, read } = openRepository();
    for (const [kind, name] of [
      ['journey', part],
      ['offer', `/offers2/${part.replaceAll('..', '').replaceAll('/', '')}`],
    ] as const) {
      const { exitCode, stdout } = await run('new', kind, name, '--format', 'json');
      expect([exitCode, stdout]).toEqual([0, expect.any(String)]);
      const made = JSON.parse(stdout) as { address: string; file: string; text: string };
      expect(made.address).toBe(`${kind}:${name}`);
      expect(made.file).toMatch(kind === 'offer' ? /^catalog\/offers\/[^/]+\.yaml$/ : /^journeys\/[^/]+\.yaml$/);
      expect(read(made.file)).toBe(made.text);
      const [document] = parseDocuments(made.file, made.text).documents;
      expect(document?.value).toMatchObject({
        [kind === 'offer' ? 'path' : 'name']: name.replaceAll('${', () => '$${'),
      });
    }
  });

  test('is printed alone with --dry-run, also without a configuration, and nothing is written', async () => {
    const { run, root } = openFolder();
    const { exitCode, stdout, stderr } = await run('new', 'product', '/products/Print', '--dry-run');
    expect([exitCode, stderr, existsSync(join(root, 'catalog'))]).toEqual([0, '', false]);
    expect(parseDocuments('a.yaml', stdout).documents.map(({ value }) => value)).toEqual([
      { kind: 'product', path: '/products/Print', attributes: {} },
    ]);
  });

  test('is one JSON document with --format json', async () => {
    const { run } = openRepository();
    const { stdout, stderr } = await run('new', 'promo-code', 'abc', '--dry-run', '--format', 'json');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      kind: 'limio-sync/new',
      formatVersion: 1,
      written: false,
      address: 'promo_code:ABC',
      file: 'catalog/promo-codes/abc.yaml',
      text: expect.stringContaining('promoCode: ABC\n'),
      missing: ['productDetails', 'discount'],
      notes: [],
      warnings: [],
      next: 'limio-sync validate',
    });
  });

  test('is written although other files have errors, which are mentioned', async () => {
    const { run, read } = openRepository({ 'catalog/bad.yaml': 'kind: offer\npath: x\n' });
    const { exitCode, stderr } = await run('new', 'offer', '/offers2/X');
    expect(stderr).toBe('The other files have 2 errors: limio-sync validate\n');
    expect([exitCode, read('catalog/offers/x.yaml')]).toEqual([0, expect.any(String)]);
  });

  test('is not written when it would break another file', async () => {
    const { run, root } = openRepository({
      'catalog/a.yaml':
        'kind: offer\npath: /offers2/A\nattributes:\n  upgrade_offers__limio: [{ path: /offers2/Digital Weekley }]\n',
    });
    const { exitCode, stderr } = await run('new', 'offer', '/offers2/Digital Weekly');
    expect(stderr).toContain(
      'error USAGE: The new document would cause errors, so it was not written:\n  catalog/a.yaml:4:',
    );
    expect([exitCode, listFiles(root)]).toEqual([3, ['a.yaml', ...BEFORE]]);
  });

  test('is not written when a test of the repository would fail, as in validate', async () => {
    const { run, root } = openRepository({
      'journeys/a.test.yaml':
        'kind: journey_test\ncases:\n' +
        '  - { visit: /a/, host: acme.example.com, page_exists: true, expect: not_intercepted }\n',
    });
    const files = listFiles(root);
    const args = ['journey', 'web-b', '--start', '/a/', '--destination', '/b/'];
    const { exitCode, stderr } = await run('new', ...args);
    expect(stderr).toMatch(
      /would cause errors, so it was not written:\n {2}journeys\/a\.test\.yaml:3:\d+ TEST_FAILED: /,
    );
    expect([exitCode, listFiles(root)]).toEqual([3, files]);
  });

  test('shows the warnings that it causes', async () => {
    const { run } = openRepository({ 'journeys/a.yaml': journey('web-a') });
    const { exitCode, stderr } = await run('new', 'journey', 'web-b', '--start', '/a/', '--destination', '/b/');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning JOURNEY_SAME_START');
  });
});

const journey = (name: string): string =>
  `kind: journey\nname: ${name}\nstarting_point: /a/\ndomains: ["\${vars.shopDomain}"]\n` +
  'journeys:\n  - actions: [{ type: destination, destination: /c/ }]\n';

/** Runs a command at a terminal where somebody types these lines; undefined is Ctrl-C. */
async function answer(
  cwd: string,
  args: readonly string[],
  lines: readonly (string | undefined)[],
  env: Record<string, string> = {},
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const abort = new AbortController();
  const left = [...lines];
  const type = (): void => {
    if (left.length === 0) return;
    const line = left.shift();
    if (line === undefined) abort.abort(new Error('interrupted'));
    else stdin.write(`${line}\n`);
  };
  const exitCode = await runCli(args, {
    stdout: { write: (text) => void (written.stdout += text) },
    stderr: {
      write: (text) => {
        written.stderr += text;
        if (text.endsWith(': ')) setImmediate(type);
      },
    },
    stdin,
    env,
    cwd,
    signal: abort.signal,
  });
  return { exitCode, ...written };
}

describe('at a terminal, limio-sync new', () => {
  test('asks what no option says, with defaults, again where validate would refuse the answer', async () => {
    const { root, read } = openRepository();
    const lines = ['offers2/Weekly', '/offers2/Weekly', '', '3,999', '3.99', '', 'week'];
    const { exitCode, stderr } = await answer(root, ['new', 'offer'], lines);
    expect(stderr).toBe(
      'Path of the offer, such as /offers2/Digital Weekly: ' +
        'The path must begin with a slash. Write /offers2/Weekly\n' +
        'Path of the offer, such as /offers2/Digital Weekly: ' +
        'Name that customers see [Weekly]: ' +
        'Price, such as 9.99 (empty: none yet): ' +
        '"3,999" is 3999.00 in some countries and 3.9990 in others. Write "3999.00" or "3.9990".\n' +
        'Price, such as 9.99 (empty: none yet): ' +
        'Currency, such as GBP [GBP]: ' +
        'Charged every: week, month, 3 months, year; or once [month]: ',
    );
    expect(exitCode).toBe(0);
    expect(read('catalog/offers/weekly.yaml')).toContain('display_price__limio: £3.99 per week\n');
  });

  test.each([
    [
      'promo-code',
      ['SPRING25', '25%', '3 months', '2099-03-31', '25% Off', '/products/Discounts'],
      'percentageDiscount: 25\n',
    ],
    ['promo-code', ['SPRING26', '5 GBP', '', '', ''], 'amountDiscount: 5\n  currency: GBP\n  durationLength: 1\n'],
    ['journey', ['web-b', '/b/', '/gb/', 'gb, ie', '/other/'], 'fallback_tag: /other/\n'],
    ['journey', ['web-c', '/c/', '/gb/', ''], 'starting_point: /c/\n'],
    ['add-on', ['/add_ons/X', '', '', ''], 'display_name__limio: X\n'],
  ])('asks for a %s: %j', async (kind, lines, part) => {
    const { root } = openRepository();
    const { exitCode, stdout } = await answer(root, ['new', kind, '--format', 'json'], lines);
    expect(exitCode).toBe(0);
    expect((JSON.parse(stdout) as { text: string }).text).toContain(part);
  });

  test('asks nothing but the name of a copy, and nothing that an option gives', async () => {
    const { root, read } = openRepository();
    const copy = await answer(root, ['new', 'offer', '--from', 'catalog/monthly.yaml'], ['/offers2/Weekly']);
    expect([copy.exitCode, copy.stderr]).toEqual([0, 'Path of the offer, such as /offers2/Digital Weekly: ']);
    const rest = ['--display-name', 'X', '--price', '5', '--currency', 'EUR', '--every', 'year'];
    const fresh = await answer(root, ['new', 'offer', ...rest], ['/offers2/X']);
    expect([fresh.exitCode, fresh.stderr]).toEqual([0, 'Path of the offer, such as /offers2/Digital Weekly: ']);
    expect(read('catalog/offers/x.yaml')).toContain('display_price__limio: €5 per year\n');
  });

  test('asks again for a price with a comma', async () => {
    const { root } = openRepository();
    const { stderr } = await answer(root, ['new', 'offer'], ['/offers2/X', '', '1,50', undefined]);
    expect(stderr).toContain('(empty: none yet): Write 1.50\nPrice, such as 9.99 (empty: none yet): ');
  });

  test('asks again for a name that is declared', async () => {
    const { root } = openRepository();
    const { stderr } = await answer(root, ['new', 'offer'], ['/offers2/Digital Monthly', undefined]);
    expect(stderr).toContain('offer:/offers2/Digital Monthly is already declared in catalog/monthly.yaml:2.\nPath of');
  });

  test('ends with 130 and writes nothing after Ctrl-C', async () => {
    const { root } = openRepository();
    const { exitCode } = await answer(root, ['new', 'offer'], ['/offers2/X', undefined]);
    expect([exitCode, listFiles(root)]).toEqual([130, BEFORE]);
  });
});
