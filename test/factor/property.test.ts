import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Json, type JsonObject, textAt } from '../../src/model/json.js';
import { compareBy } from '../../src/model/words.js';
import { formatBlock } from '../../src/source/edit/format.js';
import { escapeVariables } from '../../src/source/variables.js';
import { expand, factor, type FactoredTexts, resolve } from './support.js';

/** Texts that could be read as references, numbers, formulas or line ends. */
const hostile = fc.oneof(
  fc.constantFrom(
    '$',
    '{',
    '}',
    '${',
    '$${',
    '${vars.shop}',
    '${each.name}',
    '=1+1',
    '-5',
    "'",
    '"',
    ',',
    ';',
    '\n',
    ' ',
    '#',
  ),
  fc.constantFrom(
    'GB',
    'DE',
    'GBP',
    '£',
    '€',
    '9.99',
    '10',
    '1.299',
    'months',
    'Digital',
    'é',
    'e\u0301',
    '😀',
    '/',
    '.',
  ),
  fc.string({ maxLength: 4, unit: 'grapheme' }).map((text) => text.replaceAll(/\p{Cs}|\p{Cc}/gu, '')),
);

const cell = fc.oneof(
  hostile,
  fc.constantFrom('GB', 'IE', 'US', '£', '€', '$', '9.99', '12.50', 'EUR', 'USD', '1', '2'),
);

/** Part of a text: the same in all documents, a column by its number, or a reference. */
const part = fc.oneof(
  hostile.map((text) => ({ text })),
  fc.nat(4).map((column) => ({ column })),
  fc.constantFrom('${vars.shop}', '${vars.other}').map((reference) => ({ reference })),
);

type Part = { text: string } | { column: number } | { reference: string };

type Field =
  | { texts: Part[]; lacking: number }
  | { numbers: number[]; lacking: number }
  | { flags: boolean[]; lacking: number }
  | { same: Json };

const lacking = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(63) });

const field: fc.Arbitrary<Field> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ texts: fc.array(part, { maxLength: 5 }), lacking }) },
  {
    weight: 1,
    arbitrary: fc.record({
      numbers: fc.array(fc.integer({ min: -9, max: 99 }), { minLength: 6, maxLength: 6 }),
      lacking,
    }),
  },
  { weight: 1, arbitrary: fc.record({ flags: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), lacking }) },
  { weight: 1, arbitrary: fc.record({ same: fc.constantFrom<Json>(null, [], {}, '', 'x', 1, true, [{ a: 1 }]) }) },
);

const family = fc.record({
  /** By row, then by column. */
  cells: fc.array(fc.array(cell, { minLength: 5, maxLength: 5 }), { minLength: 2, maxLength: 6 }),
  fields: fc.array(field, { maxLength: 8 }),
});

/** A text as a file holds it, unless a reference comes right behind a dollar sign, which would escape it. */
function write(parts: readonly Part[], cells: readonly string[]): string {
  return parts.reduce((before, one) => {
    if ('reference' in one) return before.endsWith('$') ? before : before + one.reference;
    const text = escapeVariables('text' in one ? one.text : (cells[one.column] ?? ''));
    return before.endsWith('$') && text.startsWith('{') ? `${before} ${text}` : before + text;
  }, '');
}

function makeDocument(fields: readonly Field[], cells: readonly string[], row: number): JsonObject {
  const made = fields.flatMap((one, i): [string, Json][] => {
    if ('same' in one) return [[`f${i}`, one.same]];
    if ((one.lacking >> row) & 1) return [];
    if ('numbers' in one) return [[`f${i}`, one.numbers[row] ?? 0]];
    if ('flags' in one) return [[`f${i}`, { deep: [one.flags[row] ?? false] }]];
    return [[`f${i}`, i % 2 === 0 ? write(one.texts, cells) : [{ name: write(one.texts, cells) }]]];
  });
  return {
    kind: 'offer',
    path: `/offers2/${escapeVariables(cells[0] ?? '')} ${row}`,
    attributes: Object.fromEntries(made),
  };
}

function listExpected(documents: readonly JsonObject[], { left }: FactoredTexts): Json[] {
  const kept = new Set(left.map(({ address }) => address));
  return documents.filter((document) => !kept.has(`offer:${textAt(document, 'path') ?? ''}`)).map(resolve);
}

const byText = compareBy((value: Json) => JSON.stringify(value));

test('a template with its rows declares exactly what the documents declared', () => {
  fc.assert(
    fc.property(family, ({ cells, fields }) => {
      const documents = cells.map((row, i) => makeDocument(fields, row, i));
      const texts = documents.map((document) => `${formatBlock(document, 0, { eol: '\n' })}\n`);
      const factored = factor('offer', texts);
      expect(expand(factored).toSorted(byText)).toEqual(listExpected(documents, factored).toSorted(byText));
      const split = factor('offer', texts, factored.table.columns.at(-1));
      expect(expand(split).toSorted(byText)).toEqual(expand(factored).toSorted(byText));
      expect(factored.table.rows.length + factored.left.length).toBe(documents.length);
    }),
    { numRuns: 150 },
  );
});
