import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { Change, Plan } from '../../src/model/plan.js';
import { parsePlan } from '../../src/plan/plan-file.js';
import { makeFingerprint } from '../../src/plan/fingerprint.js';
import { renderPlanHtml } from '../../src/render/plan/html.js';
import { renderPlanMarkdown } from '../../src/render/plan/markdown.js';
import { renderPlanText, renderRebaseText } from '../../src/render/plan/text.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';
import type { SourceText } from '../../src/source/documents.js';
import { type ValidatedSources, validateSources } from '../../src/source/source.js';
import { runInProcess } from '../cli/support/run-in-process.js';
import { planTenant } from '../plan/support/tenant-reader.js';
import { parseHtml, parseMarkdown } from '../support/parse-rendering.js';

const golden = (file: string): string => join(import.meta.dirname, '../golden', file);

const COUNTRIES =
  'AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MT NL NO PL PT RO SE SI SK SM UA US VA XK'.split(
    ' ',
  );
const CHARGE =
  '{ name: charge_1, value: "${each.price}", currencyCode: EUR, type: recurring, repeat_interval: 1, ' +
  'repeat_interval_type: months }';
const TEMPLATE = `kind: offer
for_each: { table: prices.csv }
path: /offers2/Digital \${each.country}
attributes:
  cta_text__limio: Buy now
  display_price__limio: €\${each.price} per month
  badge_text__limio: \${each.badge?}
  price__limio:
    - ${CHARGE}
`;

const yaml = (text: string, path = 'catalog/digital.yaml'): SourceText => ({ path, text });

/** Prices of 7.99, 8.99, ..., each raised by a factor; every tenth row has a badge. */
function table(raise = 1, countries = COUNTRIES): SourceText {
  const rows = countries.map(
    (country, i) => `${country},${((7.99 + i) * raise).toFixed(2)},${i % 10 === 0 ? 'NEW' : ''}`,
  );
  return { path: 'catalog/prices.csv', text: `country,price,badge\n${rows.join('\n')}\n`, role: 'table' };
}

function validate(sources: SourceText[]): ValidatedSources {
  const checked = validateSources(sources, { environments: [{ name: 'prod', vars: {} }] });
  expect(checked.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return checked;
}

/** What changes where a tenant holds what `before` declares, and the files become `after`. */
async function planEdit(before: SourceText[], after: SourceText[]): Promise<Plan> {
  const live = validate(before).resources.map(({ name, body }): [string, JsonObject] => [
    name,
    body['attributes'] as JsonObject,
  ]);
  const plan = await planTenant({ offers: Object.fromEntries(live) }, validate(after).resources, { createItems: true });
  // Which lists were read is no matter here.
  const { basis: _basis, ...rest } = plan;
  return rest;
}

const OLD = [yaml(TEMPLATE), table()];
const subscribe = [yaml(TEMPLATE.replace('Buy now', 'Subscribe')), table()];
const byWord = await planEdit(OLD, subscribe);
const byColumn = await planEdit(OLD, [yaml(TEMPLATE), table(1.1)]);
const created = await planEdit([yaml('kind: offer\npath: /offers2/A\nattributes: {}\n')], OLD);

const textOf = (plan: Plan, unfold = false): string => renderPlanText(plan, { style: PLAIN_STYLE, unfold });
const headsOf = (text: string): string[] =>
  text.split('\n').filter((line) => /^[+~-] (?!update$|create$|delete$)/.test(line));
const withChange = (plan: Plan, change: Partial<Change>): Plan => ({
  ...plan,
  changes: plan.changes.map((one, i) => (i === 0 ? { ...one, ...change } : one)),
});

describe('38 offers', () => {
  test.each<[string, Plan]>([
    ['word', byWord],
    ['column', byColumn],
    ['created', created],
  ])('changed by one %s, as files to be read', async (name, plan) => {
    await expect(textOf(plan)).toMatchFileSnapshot(golden(`plan-by-${name}.txt`));
    await expect(renderPlanMarkdown(plan)).toMatchFileSnapshot(golden(`plan-by-${name}.md`));
    const [, main = ''] = renderPlanHtml(plan).split('<main>');
    await expect(main.split('<footer>')[0]).toMatchFileSnapshot(golden(`plan-by-${name}.html`));
  });

  test('of one changed word are one line that names the line of the template', () => {
    expect(headsOf(textOf(byWord))).toEqual([expect.stringMatching(/^~ 38 offers by catalog\/digital\.yaml:5/)]);
    expect(headsOf(textOf(byWord, true))).toHaveLength(38);
    expect(renderPlanMarkdown(byWord)).toContain('**update** 38 offers by `catalog/digital.yaml:5`');
    expect(renderPlanHtml(byWord)).toContain('38 offers by <code>catalog/digital.yaml:5</code>');
  });

  test('of one changed column show every price, and name the table', () => {
    expect(headsOf(textOf(byColumn))).toEqual([
      expect.stringMatching(
        /^~ 38 offers by catalog\/digital\.yaml:6 and catalog\/digital\.yaml:9 with catalog\/prices\.csv {2}high risk/,
      ),
    ]);
    for (const country of COUNTRIES)
      expect(textOf(byColumn)).toMatch(new RegExp(`^ {6}/offers2/Digital ${country}: .*->`, 'm'));
    expect(renderPlanMarkdown(byColumn)).toContain('<details open><summary>38 offers</summary>');
    expect(textOf(byColumn)).toContain('\nImpact\n');
  });

  test('are counted one by one, and the plan lists each change with the place of its fields', () => {
    expect(byWord.summary.update).toBe(38);
    expect(byColumn.changes).toHaveLength(38);
    expect(byColumn.changes[0]?.fields.map(({ source }) => source)).toEqual([
      { file: 'catalog/digital.yaml', line: 6, col: 25, row: { file: 'catalog/prices.csv', line: 2, col: 4 } },
      { file: 'catalog/digital.yaml', line: 9, col: 32, row: { file: 'catalog/prices.csv', line: 2, col: 4 } },
    ]);
  });
});

describe('the source of a field', () => {
  const COMMON = yaml('kind: base\nattributes:\n  cta_text__limio: Buy\n', 'catalog/bases/common.yaml');
  const extending = ['A', 'B', 'C', 'D'].map((name) =>
    yaml(
      `kind: offer\nextends: bases/common.yaml\npath: /offers2/${name}\nattributes: { badge_text__limio: x }\n`,
      `catalog/${name}.yaml`,
    ),
  );

  test('is the line of a base, whose changes are one', async () => {
    const edited = { ...COMMON, text: COMMON.text.replace('Buy', 'Go') };
    const plan = await planEdit([COMMON, ...extending], [edited, ...extending]);
    expect(headsOf(textOf(plan))).toEqual(['~ 4 offers by catalog/bases/common.yaml:3']);
  });

  test('is absent for fields of plain documents, and for what a document says over its base', async () => {
    const changed = extending.map((one) => ({ ...one, text: one.text.replace(': x', ': y') }));
    const plan = await planEdit([COMMON, ...extending], [COMMON, ...changed]);
    expect(plan.changes.flatMap(({ fields }) => fields.map((field) => 'source' in field))).toEqual(
      Array(4).fill(false),
    );
    expect(headsOf(textOf(plan))).toHaveLength(4);
  });

  test('is saved with the plan, and no part of the fingerprint', () => {
    expect(parsePlan(JSON.stringify(byWord), 'plan.json')).toEqual(byWord);
    const bare = byWord.changes.map((change) => ({
      ...change,
      fields: change.fields.map(({ source: _source, ...field }) => field),
    }));
    expect(makeFingerprint({ ...byWord, changes: bare })).toBe(byWord.fingerprint);
    expect(renderRebaseText(byWord, { ...byWord, changes: bare })).not.toContain('different');
  });
});

describe('a change that needs a look of its own', () => {
  const first = byWord.changes[0]?.address ?? 'offer:x';
  const guarded = (code: 'PRICE_CHANGE' | 'MASS_CHANGE', addresses: Plan['guards'][number]['addresses']): Plan => ({
    ...byWord,
    guards: [{ code, message: 'Stops.', addresses }],
  });

  test.each<[string, Plan]>([
    ['a guard stops it', guarded('PRICE_CHANGE', [first])],
    ['only it is stopped', guarded('MASS_CHANGE', [first])],
    ['a warning names it', { ...byWord, warnings: [{ code: 'OVERWRITES', message: 'Hm.', address: first }] }],
    ['it overwrites an edit in the app', withChange(byWord, { cause: { side: 'both', overwrites: ['/x'] } })],
    [
      'it is moved',
      withChange(byWord, { movedFrom: { address: 'offer:/offers2/Old', body: {}, live: { hash: '0' } } }),
    ],
    [
      'it changes more',
      withChange(byWord, { fields: (byColumn.changes[0]?.fields ?? []).concat(byWord.changes[0]?.fields ?? []) }),
    ],
    ['its routing changes', withChange(byWord, { routing: {} })],
  ])('is shown alone: %s', (_name, plan) => {
    const heads = headsOf(textOf(plan));
    expect(heads).toHaveLength(2);
    expect(heads).toEqual(
      expect.arrayContaining([expect.stringContaining(`~ ${first}  `), expect.stringMatching(/^~ 37 offers/)]),
    );
  });

  test('is part of a batch if a guard stops all of it because of their number, and the batch says so', () => {
    const all = guarded(
      'MASS_CHANGE',
      byWord.changes.map(({ address }) => address),
    );
    expect(headsOf(textOf(all))).toEqual([expect.stringMatching(/^~ 38 offers by .*withheld: MASS_CHANGE/)]);
    expect(headsOf(textOf(guarded('PRICE_CHANGE', all.guards[0]?.addresses ?? [])))).toHaveLength(38);
  });

  test('deletions and two changes of one line are no batch', async () => {
    const plan = await planEdit(
      [yaml(TEMPLATE), table(1, ['GB', 'IE'])],
      [subscribe[0] ?? yaml(''), table(1, ['GB', 'IE'])],
    );
    expect(headsOf(textOf(plan))).toHaveLength(2);
    const deleted = byWord.changes.map((change): Change => ({ ...change, action: 'delete' }));
    expect(headsOf(textOf({ ...byWord, changes: deleted }))).toHaveLength(38);
  });
});

describe('for any parts of a plan', () => {
  const anyPlan = fc
    .record({
      updates: fc.subarray(byWord.changes),
      prices: fc.subarray(byColumn.changes),
      stopped: fc.subarray(byWord.changes.map(({ address }) => address)),
      code: fc.constantFrom('PRICE_CHANGE' as const, 'MASS_CHANGE' as const, 'DELETE_CONSENT' as const),
    })
    .map(({ updates, prices, stopped, code }): Plan => {
      const priced = new Set(prices.map(({ address }) => address));
      const changes = [...updates.filter(({ address }) => !priced.has(address)), ...prices];
      return {
        ...byWord,
        changes,
        guards: stopped.length === 0 ? [] : [{ code, message: 'Stops.', addresses: stopped }],
      };
    });

  test('the unfolded text has a line for each change; the page and the comment name each', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const heads = headsOf(textOf(plan, true)).map((line) => line.slice(2).split('  ')[0]);
        expect(heads).toEqual(plan.changes.map(({ address }) => address));
        const codes = new Set(parseMarkdown(renderPlanMarkdown(plan)).textsOf('code'));
        for (const { address } of plan.changes) expect(codes).toContain(address);
        expect(parseHtml(renderPlanHtml(plan)).elements.filter(({ tag }) => tag === 'article')).toHaveLength(
          plan.changes.length,
        );
      }),
      { numRuns: 30 },
    );
  });

  test('what a guard of single objects stops has a line of its own, and every price is shown', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const text = textOf(plan);
        const stopped = new Set(
          plan.guards.flatMap(({ code, addresses }) => (code === 'MASS_CHANGE' ? [] : addresses)),
        );
        for (const { address, fields } of plan.changes) {
          if (stopped.has(address)) expect(text).toContain(`\n~ ${address}  `);
          for (const { path, after } of fields)
            if (path.startsWith('/attributes/price__limio')) expect(text).toContain(JSON.stringify(after));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('a comment keeps within its bytes, and says what it does not list', () => {
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 300, max: 12_000 }), (plan, maxBytes) => {
        const markdown = renderPlanMarkdown(plan, { maxBytes });
        expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(maxBytes);
        const codes = new Set(parseMarkdown(markdown).textsOf('code'));
        if (plan.changes.some(({ address }) => !codes.has(address)))
          expect(markdown).toMatch(/not listed \(size limit\)|too long to show here|: [\d,]+ to update/);
      }),
      { numRuns: 50 },
    );
  });
});

/** Of the processor, so that other programs of the machine do not count. */
function measure(work: () => void): number {
  const started = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

test('10,000 changes of one line are shown in well under a second', () => {
  const [change] = byWord.changes;
  if (!change) throw new Error('the plan is empty');
  const changes = Array.from({ length: 10_000 }, (_, i): Change => ({ ...change, address: `offer:/offers2/${i}` }));
  const plan = { ...byWord, guards: [], changes };
  expect(measure(() => expect(headsOf(textOf(plan))).toHaveLength(1))).toBeLessThan(900);
  expect(measure(() => renderPlanMarkdown(plan))).toBeLessThan(1_500);
});

test('names of files and objects are text and nothing else', () => {
  const evil = '<img src=x onerror=alert(1)>\u001B[2J`';
  const changes = byWord.changes.map((change, i): Change => ({
    ...change,
    address: `offer:/offers2/${evil}${i}`,
    fields: change.fields.map((field) => ({ ...field, source: { file: evil, line: 1, col: 1 } })),
  }));
  const plan = { ...byWord, changes };
  expect(textOf(plan)).not.toContain('\u001B');
  expect(renderPlanHtml(plan)).not.toMatch(/<img|\u001B/);
  const { elements } = parseHtml(renderPlanHtml(plan));
  expect(elements.filter(({ tag }) => tag === 'article')).toHaveLength(38);
  expect(parseMarkdown(renderPlanMarkdown(plan)).textsOf('code').join()).toContain('<img');
});

test('show prints the plan with its batches, unfolded with --unfold, and one change by its address', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'limio-batches-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(byWord));
  const show = async (...args: string[]) =>
    (await runInProcess(['show', 'plan.json', ...args], { cwd: folder })).stdout;
  expect(headsOf(await show())).toHaveLength(1);
  expect(headsOf(await show('--unfold'))).toHaveLength(38);
  expect(headsOf(await show('offer:/offers2/Digital GB'))).toHaveLength(1);
  await show('--report', 'folded.txt');
  await show('--unfold', '--report', 'unfolded.txt');
  const heads = ['folded', 'unfolded'].map((name) => headsOf(readFileSync(join(folder, `${name}.txt`), 'utf8')).length);
  expect(heads).toEqual([1, 38]);
});
