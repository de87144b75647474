import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { Pull } from '../../src/model/pull.js';
import type { SourceText } from '../../src/source/documents.js';
import { createTenantReader } from '../plan/support/tenant-reader.js';
import { planFiles, pullFiles, type PullBenchOptions } from './support/pull-bench.js';

const yaml = (text: string, path = 'catalog/digital.yaml'): SourceText => ({ path, text });
const table = (text: string, path = 'catalog/prices.csv'): SourceText => ({ path, text, role: 'table' });

type Live = Record<string, JsonObject>;

/** Pulls a tenant with these attributes of offers, by the name below /offers2/. */
async function pull(sources: SourceText[], live: Live, options: PullBenchOptions = {}) {
  const offers = Object.fromEntries(Object.entries(live).map(([name, body]) => [`/offers2/${name}`, body]));
  const reader = createTenantReader({ offers });
  const result = await pullFiles(reader, sources, options);
  const { changes } = await planFiles(reader, result.sources, options);
  const changed = Object.fromEntries(result.pull.files.map(({ path, after }) => [path, after]));
  return { ...result, changed, conflicts: listConflicts(result.pull), plan: changes };
}

const listConflicts = ({ conflicts }: Pull): string[] =>
  conflicts.map(({ code, address, pointer, source, reason }) => {
    const { file, line, row } = source;
    const filled = row ? ` with ${row.file}:${row.line}` : '';
    return `${file}:${line}${filled} ${code} ${address.replace('offer:/offers2/', '')} ${pointer} ${reason ?? ''}`;
  });

const TEMPLATE = `kind: offer
for_each: { table: prices.csv }
path: /offers2/\${each.country}
attributes:
  display_name__limio: Digital # the same everywhere
  cta_text__limio: "\${each.text}"
`;
const PRICES = 'country,text\nGB,Buy\nIE,Go\n';
const SOURCES = [yaml(TEMPLATE), table(PRICES)];
const LIVE = {
  GB: { display_name__limio: 'Digital', cta_text__limio: 'Buy' },
  IE: { display_name__limio: 'Digital', cta_text__limio: 'Go' },
};

const liveWith = (change: Record<string, JsonObject>): Live =>
  Object.fromEntries(Object.entries(LIVE).map(([name, body]) => [name, { ...body, ...change[name] }]));

const rowsOf = (rows: string, attributes: string, path = '/offers2/${each.name}'): SourceText =>
  yaml(`kind: offer\nfor_each: ${rows}\npath: ${path}\nattributes:\n${attributes}`);

const calls = (GB: string, IE: string): Live => ({
  GB: { cta_text__limio: GB },
  IE: { cta_text__limio: IE },
  FR: { cta_text__limio: 'Acheter' },
});

const priceIn = (currencyCode: string) => [{ name: 'c', value: '1', currencyCode }];

const based = { badge_text__limio: 'x', cta_text__limio: 'Buy', label__limio: ['a', 'b'] };
const twoWith = (A: JsonObject, B: JsonObject): Live => ({ A: { ...based, ...A }, B: { ...based, ...B } });

describe('a cell', () => {
  test('that supplies a value takes the value of the tenant, and no other byte changes', async () => {
    const csv = '\uFEFFcountry;text;other\r\nGB;Buy;"a;b"\r\nIE;  "Go" ; x\r\n';
    const {
      changed,
      conflicts,
      plan,
      pull: result,
    } = await pull([yaml(TEMPLATE), table(csv)], liveWith({ IE: { cta_text__limio: 'Go; now' } }));
    expect(changed).toEqual({ 'catalog/prices.csv': csv.replace('"Go"', '"Go; now"') });
    expect([conflicts, plan]).toEqual([[], []]);
    expect(result.files[0]?.changes).toEqual([
      { address: 'offer:/offers2/IE', fields: ['/attributes/cta_text__limio'] },
    ]);
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['-20%', "'-20%"],
    ['@home', "'@home"],
    ['${each.country} ${vars.x}', '${each.country} ${vars.x}'],
    ['two\nlines', '"two\nlines"'],
  ])('holds the text %j so that a spreadsheet runs no formula and it reads back', async (text, cell) => {
    const { changed, plan } = await pull(SOURCES, liveWith({ GB: { cta_text__limio: text } }));
    expect(changed).toEqual({ 'catalog/prices.csv': `country,text\nGB,${cell}\nIE,Go\n` });
    expect(plan).toEqual([]);
  });

  test('keeps the type of its column', async () => {
    const template = rowsOf(
      '{ table: prices.csv, columns: { n: number, b: boolean } }',
      '  quantity: ${each.n}\n  trial: ${each.b}\n',
    );
    const { changed, plan } = await pull([template, table('name,n,b\nA,1,TRUE\n')], {
      A: { quantity: 12.5, trial: false },
    });
    expect(changed).toEqual({ 'catalog/prices.csv': 'name,n,b\nA,12.5,false\n' });
    expect(plan).toEqual([]);
  });

  test('that supplies several values changes only when all of them agree', async () => {
    const template = rowsOf('{ table: prices.csv }', '  cta_text__limio: ${each.a}\n  badge_text__limio: ${each.a}\n');
    const sources = [template, table('name,a\nA,x\n')];
    const both = await pull(sources, { A: { cta_text__limio: 'y', badge_text__limio: 'y' } });
    expect(both.changed).toEqual({ 'catalog/prices.csv': 'name,a\nA,y\n' });
    const one = await pull(sources, { A: { cta_text__limio: 'y', badge_text__limio: 'x' } });
    expect(one.changed).toEqual({});
    expect(one.conflicts).toEqual([
      expect.stringMatching(
        /digital\.yaml:5 with catalog\/prices\.csv:2 PULL_SHARED A \/attributes\/cta_text__limio The cell "a" also supplies \/attributes\/badge_text__limio, where the tenant has "x"/,
      ),
    ]);
    const two = await pull(sources, { A: { cta_text__limio: 'y', badge_text__limio: 'z' } });
    expect(two.changed).toEqual({});
    expect(two.conflicts).toHaveLength(2);
  });

  test('of a joined table changes only when all rows that are joined to it agree', async () => {
    const template = rowsOf(
      '{ table: prices.csv, join: { table: words.csv, on: lang } }',
      '  cta_text__limio: ${each.buy}\n',
    );
    const words = 'lang,buy\nen,Buy\nfr,Acheter\n';
    const sources = [template, table('name,lang\nGB,en\nIE,en\nFR,fr\n'), table(words, 'catalog/words.csv')];
    const all = await pull(sources, calls('Get', 'Get'));
    expect(all.changed).toEqual({ 'catalog/words.csv': words.replace('Buy', 'Get') });
    expect(all.plan).toEqual([]);
    const one = await pull(sources, calls('Get', 'Buy'));
    expect(one.changed).toEqual({});
    expect(one.conflicts).toEqual([
      expect.stringContaining(
        'with catalog/words.csv:2 PULL_SHARED GB /attributes/cta_text__limio The cell "buy" also supplies offer:/offers2/IE',
      ),
    ]);
  });

  test('that names the object, or decides which rows exist, does not change', async () => {
    const template = rowsOf(
      '{ table: prices.csv, where: { plan: m } }',
      '  cta_text__limio: ${each.name}\n  badge_text__limio: ${each.plan}\n',
    );
    const { changed, conflicts } = await pull([template, table('name,plan\nA,m\n')], {
      A: { cta_text__limio: 'B', badge_text__limio: 'x' },
    });
    expect(changed).toEqual({});
    expect(conflicts).toEqual([
      expect.stringContaining('PULL_SHARED A /attributes/cta_text__limio The cell "name" also supplies /path'),
      expect.stringContaining('PULL_SHARED A /attributes/badge_text__limio The column "plan" also decides'),
    ]);
  });

  test('cannot hold a list or nothing; an optional cell becomes empty', async () => {
    const sources = [
      rowsOf('{ table: prices.csv }', '  cta_text__limio: ${each.a}\n  badge_text__limio: ${each.b?}\n'),
      table('name,a,b\nA,x,y\n'),
    ];
    const { changed, conflicts } = await pull(sources, { A: {} });
    expect(changed).toEqual({ 'catalog/prices.csv': 'name,a,b\nA,x,\n' });
    expect(conflicts).toEqual([
      expect.stringContaining('PULL_SHARED A /attributes/cta_text__limio A cell of the column "a" cannot hold'),
    ]);
  });
});

describe('a text with cells in it', () => {
  const template = rowsOf('{ table: prices.csv }', '  cta_text__limio: ${each.symbol} ${each.price} per month\n');
  const csv = 'name,symbol,price\nGB,£,9.99\nIE,€,10.99\n';
  const sources = [template, table(csv)];

  test('changes the one cell that fits', async () => {
    const { changed, plan } = await pull(sources, calls('£ 8.99 per month', '€ 10.99 per month'));
    expect(changed).toEqual({ 'catalog/prices.csv': csv.replace(',9.99', ',8.99') });
    expect(plan).toEqual([]);
  });

  test('follows a cell that another value changes', async () => {
    const whole = yaml(
      template.text.replace('${each.symbol} ', '${each.symbol}') +
        '  price__limio: [{ name: c, value: "${each.price}", currencyCode: GBP }]\n',
    );
    const one = {
      cta_text__limio: '£19.99 per month',
      price__limio: [{ name: 'c', value: '19.99', currencyCode: 'GBP' }],
    };
    const { changed, plan } = await pull([whole, table('name,symbol,price\nGB,£,9.99\n')], { GB: one });
    expect(changed).toEqual({ 'catalog/prices.csv': 'name,symbol,price\nGB,£,19.99\n' });
    expect(plan).toEqual([]);
  });

  test('changes in the template when all rows agree, together with a cell', async () => {
    const { changed, plan, conflicts } = await pull(sources, calls('£ 9.99 a month', '€ 10.99 a month'));
    expect(changed).toEqual({ 'catalog/digital.yaml': template.text.replace('per month', 'a month') });
    expect([plan, conflicts]).toEqual([[], []]);
  });

  test('is a conflict otherwise', async () => {
    const { changed, conflicts } = await pull(sources, calls('£ 9.99 a month', '€ 10.99 per month'));
    expect(changed).toEqual({});
    expect(conflicts).toEqual([
      expect.stringContaining(
        'digital.yaml:5 with catalog/prices.csv:2 PULL_SHARED GB /attributes/cta_text__limio The tenant has',
      ),
    ]);
    const both = await pull([template, table('name,symbol,price\nGB,£ £,£ 9\n')], { GB: { cta_text__limio: 'other' } });
    expect(both.changed).toEqual({
      'catalog/digital.yaml': template.text.replace('${each.symbol} ${each.price} per month', 'other'),
    });
  });
});

describe('rows in YAML', () => {
  test.each([
    ['[{ name: A, text: x }] # c', '${each.text}', '[{ name: A, text: z }] # c'],
    [
      '{ rows: [{ name: A, text: x }, { name: B, text: x }] }',
      '${each.text}',
      '{ rows: [{ name: A, text: z }, { name: B, text: x }] }',
    ],
    ['[{ name: A, text: { buy: x } }]', '${each.text.buy}', '[{ name: A, text: { buy: z } }]'],
    ['{ A: { name: A, text: x } }', '${each.text}', '{ A: { name: A, text: z } }'],
  ])('%s take the value', async (rows, text, after) => {
    const sources = [rowsOf(rows, `  cta_text__limio: ${text}\n`)];
    const { changed, plan, conflicts } = await pull(sources, {
      A: { cta_text__limio: 'z' },
      B: { cta_text__limio: 'x' },
    });
    expect(changed).toEqual({ 'catalog/digital.yaml': sources[0]?.text.replace(rows, after) });
    expect([plan, conflicts]).toEqual([[], []]);
  });

  test('take the value of a key; the key itself, and rows of a variable, are conflicts', async () => {
    const map = rowsOf(
      '{ A: x }',
      '  cta_text__limio: ${each.value}\n  badge_text__limio: ${each.key}\n',
      '/offers2/${each.key}',
    );
    const { changed, conflicts } = await pull([map], { A: { cta_text__limio: 'y ${vars.z}', badge_text__limio: 'B' } });
    expect(changed).toEqual({ 'catalog/digital.yaml': map.text.replace('A: x', () => 'A: "y $${vars.z}"') });
    expect(conflicts).toEqual([expect.stringContaining('badge_text__limio No cell of a file holds this value')]);
  });
});

describe('a line of a template', () => {
  const all = liveWith({ GB: { display_name__limio: 'New' }, IE: { display_name__limio: 'New' } });

  test('changes when all its rows agree, and keeps its comment', async () => {
    const { changed, conflicts, plan, pull: result } = await pull(SOURCES, all);
    expect(changed).toEqual({ 'catalog/digital.yaml': TEMPLATE.replace('limio: Digital', 'limio: New') });
    expect([conflicts, plan]).toEqual([[], []]);
    expect(result.files[0]?.changes.map(({ address }) => address)).toEqual(['offer:/offers2/GB', 'offer:/offers2/IE']);
  });

  test('that supplies others which do not change is a conflict', async () => {
    const { changed, conflicts } = await pull(SOURCES, liveWith({ IE: { display_name__limio: 'Digital IE' } }));
    expect(changed).toEqual({});
    expect(conflicts).toEqual([
      'catalog/digital.yaml:5 PULL_SHARED IE /attributes/display_name__limio The tenant has "Digital IE" in 1 of the 2 places that this line supplies; offer:/offers2/GB /attributes/display_name__limio has "Digital". For this object alone: limio-sync pull --into overlay. For good, give the value a column, ${each.NAME}, or take the row out into a document of its own.',
    ]);
  });

  test('changes beside a cell', async () => {
    const { changed, plan } = await pull(SOURCES, {
      GB: { display_name__limio: 'New', cta_text__limio: 'Get' },
      IE: { display_name__limio: 'New', cta_text__limio: 'Go' },
    });
    expect(Object.keys(changed)).toEqual(['catalog/digital.yaml', 'catalog/prices.csv']);
    expect(plan).toEqual([]);
  });

  test('with a list changes as a whole, and keeps the references that still fit', async () => {
    const template = rowsOf('{ table: prices.csv }', '  label__limio: ["${each.a}", old, b]\n');
    const { changed, plan } = await pull([template, table('name,a\nA,x\nB,y\n')], {
      A: { label__limio: ['x', 'b'] },
      B: { label__limio: ['y', 'b'] },
    });
    expect(changed).toEqual({ 'catalog/digital.yaml': template.text.replace(' old,', '') });
    expect(plan).toEqual([]);
  });

  test('is not spoilt by one row whose value no file can hold', async () => {
    const template = rowsOf(
      '{ table: prices.csv }',
      '  price__limio: [{ name: c, value: "1", currencyCode: "${each.a}" }]\n  cta_text__limio: Buy\n',
    );
    const { changed, conflicts } = await pull([template, table('name,a\nA,GBP\nB,EUR\n')], {
      A: { price__limio: priceIn('GBQ'), cta_text__limio: 'Go' },
      B: { price__limio: priceIn('USD'), cta_text__limio: 'Go' },
    });
    expect(changed).toEqual({
      'catalog/digital.yaml': template.text.replace('Buy', 'Go'),
      'catalog/prices.csv': 'name,a\nA,GBP\nB,USD\n',
    });
    expect(conflicts).toEqual([
      expect.stringContaining(
        'PULL_UNWRITABLE A /attributes/price__limio validate would refuse the file: CURRENCY_UNKNOWN',
      ),
    ]);
  });

  test('that an object not selected also uses does not change', async () => {
    const { conflicts } = await pull(SOURCES, all, { select: (address) => address.endsWith('GB') });
    expect(conflicts).toHaveLength(1);
  });

  test('that an overlay hides for one row changes when the others agree', async () => {
    const overlay = {
      path: 'overlays/test/a.yaml',
      overlay: 'test',
      text: 'kind: offer\npath: /offers2/IE\nattributes:\n  display_name__limio: Mine\n',
    };
    const { changed, plan } = await pull(
      [...SOURCES, overlay],
      liveWith({ GB: { display_name__limio: 'New' }, IE: { display_name__limio: 'Ours' } }),
    );
    expect(changed).toEqual({
      'catalog/digital.yaml': TEMPLATE.replace('limio: Digital', 'limio: New'),
      'overlays/test/a.yaml': overlay.text.replace('Mine', 'Ours'),
    });
    expect(plan).toEqual([]);
  });

  test('that another environment reads is named', async () => {
    const { pull: result } = await pull(SOURCES, liveWith({ GB: { cta_text__limio: 'Get' } }), {
      others: { prod: {} },
    });
    expect(result.alsoChanges).toEqual([{ environment: 'prod', addresses: ['offer:/offers2/GB'], added: [] }]);
  });
});

describe('a base', () => {
  const base = yaml(
    'kind: base\nattributes:\n  cta_text__limio: Buy # all\n  label__limio: [a, b]\n',
    'catalog/base.yaml',
  );
  const extending = (name: string, more = '') =>
    yaml(
      `kind: offer\npath: /offers2/${name}\nextends: base.yaml\nattributes:\n  badge_text__limio: x\n${more}`,
      `catalog/${name}.yaml`,
    );
  const sources = [base, extending('A'), extending('B')];

  test('changes when all documents that extend it agree', async () => {
    const { changed, plan } = await pull(sources, twoWith({ cta_text__limio: 'Go' }, { cta_text__limio: 'Go' }));
    expect(changed).toEqual({ 'catalog/base.yaml': base.text.replace('Buy', 'Go') });
    expect(plan).toEqual([]);
  });

  test('stays when they do not, and the value is written into the document over it', async () => {
    const { changed, plan, conflicts } = await pull(
      sources,
      twoWith({ cta_text__limio: 'Go', label__limio: ['a', 'c'] }, {}),
    );
    expect(changed).toEqual({ 'catalog/A.yaml': `${sources[1]?.text}  cta_text__limio: Go\n  label__limio: [a, c]\n` });
    expect([plan, conflicts]).toEqual([[], []]);
  });

  test('and its document each take their own values', async () => {
    const { changed, plan } = await pull(
      sources,
      twoWith({ cta_text__limio: 'Go', badge_text__limio: 'z' }, { cta_text__limio: 'Go' }),
    );
    expect(changed).toEqual({
      'catalog/base.yaml': base.text.replace('Buy', 'Go'),
      'catalog/A.yaml': sources[1]?.text.replace('limio: x', 'limio: z'),
    });
    expect(plan).toEqual([]);
  });

  test('of a template changes when all rows of all templates agree', async () => {
    const rows = rowsOf('{ table: prices.csv }', '  badge_text__limio: x\n').text.replace(
      'path:',
      'extends: base.yaml\npath:',
    );
    const shared = [base, yaml(rows), table('name\nA\nB\n')];
    const both = await pull(shared, twoWith({ cta_text__limio: 'Go' }, { cta_text__limio: 'Go' }));
    expect(both.changed).toEqual({ 'catalog/base.yaml': base.text.replace('Buy', 'Go') });
    const one = await pull(shared, twoWith({ cta_text__limio: 'Go' }, {}));
    expect(one.changed).toEqual({});
    expect(one.conflicts).toEqual([expect.stringContaining('catalog/base.yaml:3 PULL_SHARED A')]);
  });
});

describe('into overlays', () => {
  test('one object of a template gets an overlay of its own', async () => {
    const live = { ...LIVE, IE: { display_name__limio: 'Digital IE', cta_text__limio: 'Go' } };
    const { changed, conflicts, plan } = await pull(SOURCES, live, { into: 'overlay' });
    expect(changed).toEqual({
      'overlays/test/offers/ie.yaml':
        'kind: offer\npath: /offers2/IE\nattributes:\n  display_name__limio: Digital IE\n',
    });
    expect([conflicts, plan]).toEqual([[], []]);
  });
});

test('what code makes is a conflict at the place of the call, and an overlay can take it', async () => {
  const value = { kind: 'offer', path: '/offers2/A', attributes: { cta_text__limio: 'Buy' } };
  const code: SourceText = {
    path: 'catalog/a.catalog.ts',
    text: 'export default defineOffer({})\n',
    role: 'code',
    exported: [{ value, line: 1, col: 16 }],
  };
  const { changed, conflicts } = await pull([code], { A: { cta_text__limio: 'Go' } });
  expect(changed).toEqual({});
  expect(conflicts).toEqual([
    'catalog/a.catalog.ts:1 PULL_UNWRITABLE A /attributes/cta_text__limio Code makes this value. Change it there.',
  ]);
  const over = await pull([code], { A: { cta_text__limio: 'Go' } }, { into: 'overlay' });
  expect(Object.keys(over.changed)).toEqual(['overlays/test/offers/a.yaml']);
  expect(over.plan).toEqual([]);
});
