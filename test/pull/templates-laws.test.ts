import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { SourceText } from '../../src/source/documents.js';
import { parseTable } from '../../src/source/tables/csv.js';
import { createTenantReader } from '../plan/support/tenant-reader.js';
import { planFiles, pullFiles } from './support/pull-bench.js';

const NAMES = ['A', 'B', 'C'];
const VALUES = [
  '${each.a}',
  '${each.b?}',
  '${each.a} and ${each.c}',
  '${each.a}${each.c}',
  'fixed',
  '${each.name}',
  undefined,
];
const CELLS = ['x', 'y', '=1', 'a;b', "'", 'two\nlines', '${vars.x}', 'x x', '1'];
const LIVE = [...CELLS, 'fixed', 'x and y', 'y and x', 'xx', 'xy', 'other', 'A', undefined];
const KEYS = ['cta_text__limio', 'badge_text__limio', 'display_name__limio', 'display_price__limio'];
const LISTS = ['[x, "${each.a}"]', '["${each.b?}", x, y]', undefined];

const value = fc.constantFrom(...VALUES);
const fields = fc.record(Object.fromEntries(KEYS.map((key) => [key, value])));
const cells = fc.record({
  a: fc.constantFrom(...CELLS),
  b: fc.constantFrom('', ...CELLS),
  c: fc.constantFrom(...CELLS),
});
const texts = fc.record(Object.fromEntries(KEYS.map((key) => [key, fc.constantFrom(...LIVE)])));
const lists = fc.constantFrom<string[] | undefined>(['x', 'y'], ['x'], ['y', 'x', 'z'], undefined);

const writeFields = (attributes: Record<string, string | undefined>): string =>
  Object.entries(attributes)
    .map(([key, text]) => (text === undefined ? '' : `  ${key}: "${text}" # ${key}\n`))
    .join('');

const quote = (text: string): string => {
  const cell = /^'*[=+\-@]/.test(text) ? `'${text}` : text;
  return /[\n;"]/.test(cell) ? `"${cell}"` : cell;
};

/** The text of a table without the cells whose values differ from those of another text. */
function dropChanged(text: string, other: string): string {
  const table = parseTable('', other);
  const spans = parseTable('', text).rows.flatMap(({ cells: row }, i) =>
    row.filter(({ value: own }, k) => table.rows[i]?.cells[k]?.value !== own),
  );
  return spans.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
}

test('after a pull only named conflicts differ, a second one writes no other fields, and every other byte stays', async () => {
  const seen = { table: 0, template: 0, base: 0, conflict: 0, also: 0 };
  await fc.assert(
    fc.asyncProperty(
      fields,
      fields,
      fc.constantFrom(...LISTS),
      fc.array(cells, { minLength: 3, maxLength: 3 }),
      fc.array(texts, { minLength: 3, maxLength: 3 }),
      lists,
      fc.boolean(),
      fc.boolean(),
      async (own, shared, list, rows, live, label, alike, crlf) => {
        const eol = crlf ? '\r\n' : '\n';
        const csv = ['name;a;b;c', ...rows.map(({ a, b, c }, i) => [NAMES[i] ?? '', a, b, c].map(quote).join(' ;'))]
          .map((line) => line + eol)
          .join('');
        const sources: SourceText[] = [
          {
            path: 'catalog/digital.yaml',
            text:
              `kind: offer\nextends: base.yaml\nfor_each: { table: prices.csv } # rows\npath: /offers2/\${each.name}\nattributes:\n` +
              `${writeFields(own)}${list === undefined ? '' : `  label__limio: ${list} # list\n`}  # end\n  cta_color__limio: red\n`,
          },
          { path: 'catalog/base.yaml', text: `kind: base\nattributes:\n${writeFields(shared)}  button__limio: blue\n` },
          { path: 'catalog/prices.csv', text: csv, role: 'table' },
        ];
        const body = (i: number): JsonObject => {
          const entries = Object.entries({
            cta_color__limio: 'red',
            button__limio: 'blue',
            label__limio: label,
            ...live[alike ? 0 : i],
          });
          return Object.fromEntries(entries.flatMap(([key, one]) => (one === undefined ? [] : [[key, one]])));
        };
        const reader = createTenantReader({
          offers: Object.fromEntries(NAMES.map((name, i) => [`/offers2/${name}`, body(i)])),
        });
        const options = { others: { prod: {} } };
        const { pull, sources: pulled } = await pullFiles(reader, sources, options);
        const named = pull.conflicts.map(({ address, pointer }) => `${address} ${pointer}`);
        const { changes } = await planFiles(reader, pulled);
        const left = changes.flatMap(({ address, fields: all }) => all.map(({ path }) => `${address} ${path}`));
        expect(left.filter((path) => !named.some((one) => one.startsWith(path) || path.startsWith(one)))).toEqual([]);
        expect(pull.conflicts.every(({ reason, source }) => reason !== undefined && source.line > 0)).toBe(true);
        // A line that did not fit an old cell may fit the new one; then nothing is left to change.
        const second = await pullFiles(reader, pulled, options);
        const more = second.pull.files.flatMap((file) =>
          file.changes.flatMap(({ address, fields: all }) => all.map((path) => `${address} ${path}`)),
        );
        expect(more.filter((path) => !named.some((one) => one.startsWith(path) || path.startsWith(one)))).toEqual([]);
        if (more.length > 0) expect((await pullFiles(reader, second.sources, options)).pull.files).toEqual([]);

        for (const { path, before = '', after } of pull.files) {
          if (path.endsWith('.csv')) expect(dropChanged(after, before)).toBe(dropChanged(before, after));
          else expect(after.match(/#.*|for_each.*/g)).toEqual(before.match(/#.*|for_each.*/g));
          seen[path.endsWith('.csv') ? 'table' : path.includes('base') ? 'base' : 'template'] += 1;
        }
        // Both environments have the same rows.
        const also = pull.alsoChanges.flatMap(({ addresses }) => addresses);
        expect(also.toSorted()).toEqual(
          [...new Set(pull.files.flatMap((file) => file.changes.map(({ address }) => address)))].toSorted(),
        );
        seen.conflict += named.length;
        seen.also += also.length;
      },
    ),
    { numRuns: 120 },
  );
  expect(
    Object.values(seen).every((count) => count > 5),
    JSON.stringify(seen),
  ).toBe(true);
}, 180_000);
