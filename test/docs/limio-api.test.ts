import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import { ROOT, readPage } from './support/read-page.js';

const page = readPage('docs/limio-api.md');
const sections = new Set([...page.matchAll(/^## (\d+)\. /gm)].map(([, number]) => Number(number)));

/** "API reference, section 3", "sections 2, 3 and 6", "sections 0 to 8, 10 and 11"; line breaks of comments may split it. */
const CITATION = /API\s+reference,\s+sections?\s+(\d+(?:(?:,| and| to|, and)\s+\d+)*)/g;
const SHORT_CITATION = /\bsections?\s+(\d+(?:(?:,| and| to|, and)\s+\d+)*)\b/g;

/** Files whose short citations, `(section 4)`, mean the API reference, too. */
const CITES_BRIEFLY = /^src\/(?:api\/|model\/(?:dialect|live-api)\.ts)/;

const files = ['src', 'test', 'docs', 'scripts', 'bench']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  )
  .filter((file) => /\.(?:ts|mjs|md)$/.test(file) && file !== 'test/docs/limio-api.test.ts');

function listCitations(file: string): { text: string; numbers: number[] }[] {
  const text = readFileSync(join(ROOT, file), 'utf8').replaceAll(/\n\s*(?:\*|\/\/|-)?\s*/g, ' ');
  const citation = CITES_BRIEFLY.test(file) || file === 'docs/limio-api.md' ? SHORT_CITATION : CITATION;
  return [...text.matchAll(citation)].map(([whole, list = '']) => ({
    text: `${file}: ${whole}`,
    numbers: [...list.matchAll(/\d+/g)].map(([number]) => Number(number)),
  }));
}

const citations = files.flatMap(listCitations);

describe('docs/limio-api.md', () => {
  test('has the sections 0 to 11, in order', () => {
    expect([...sections]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('has every section that the code, the tests and the guides cite', () => {
    expect(citations.length).toBeGreaterThan(100);
    const unknown = citations.filter(({ numbers }) => numbers.some((number) => !sections.has(number)));
    expect(unknown.map(({ text }) => text)).toEqual([]);
  });

  test('lists every dialect setting with its default', () => {
    const rows = new Map(
      [...page.matchAll(/^\| (`[^|]+) \| ([^|]+) \| ([^|]+) \| [^|]+ \|$/gm)].map(([, keys = '', , value = '']) => [
        keys.replaceAll('`', ''),
        value.replaceAll('`', '').trim(),
      ]),
    );
    const { journeyList, journeyPut, bulkUpdate, catalogRead, pageSize, promo, publish } = DEFAULT_DIALECT;
    expect(Object.fromEntries(rows)).toMatchObject({
      journeyList,
      journeyPut,
      'bulkUpdate.wrapper': bulkUpdate.wrapper,
      'bulkUpdate.merge': bulkUpdate.merge,
      'bulkUpdate.removal': bulkUpdate.removal,
      'bulkUpdate.maxDiffs': String(bulkUpdate.maxDiffs),
      catalogRead,
      pageSize: String(pageSize),
      'promo.removal': promo.removal,
      'promo.fixedAmountType': promo.fixedAmountType,
      'publish.attempts, publish.intervalMs': `${publish.attempts}, ${publish.intervalMs}`,
    });
    const groups = Object.entries(DEFAULT_DIALECT).flatMap(([key, value]) =>
      typeof value === 'object' ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key],
    );
    const listed = [...rows.keys()].flatMap((keys) => keys.split(', '));
    expect([...groups, 'journeyCodec'].filter((key) => !listed.includes(key))).toEqual([]);
  });
});
