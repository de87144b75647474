import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { JsonObject } from '../../src/model/json.js';
import { lintSources } from './support.js';

/** Objects of live tenants; not part of the repository. */
const FOLDER = join(import.meta.dirname, '../../../shared/real-data');

interface Item {
  path: string;
  /** Products stand without it: expanded as a published offer holds them. */
  data?: Body;
}

interface Body {
  record_type: string;
  attributes?: JsonObject;
}

describe.skipIf(!existsSync(FOLDER))('real objects of live tenants', () => {
  test('give the findings that were read one by one, and no other', () => {
    const items = ['offers.json', 'offers-published-page.json', 'add-ons.json', 'products.json'].flatMap((name) => {
      const value = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as
        | (Item & Body)[]
        | { items: (Item & Body)[] };
      return Array.isArray(value) ? value : value.items;
    });
    expect(items).toHaveLength(28);
    const sources = items.map(({ path, data, ...rest }, i) => {
      const { record_type: kind, attributes = {} } = data ?? rest;
      return { path: `catalog/item-${i}.yaml`, text: stringify({ kind, path, attributes }, { lineWidth: 0 }) };
    });
    const counts = new Map<string, number>();
    for (const { code } of lintSources(sources).findings) counts.set(code, (counts.get(code) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      // "Annual subscription for £179", and 179.00 is charged every month.
      'price-text-mismatch': 1,
      // GBP in currencyCode, USD in currency.
      'price-currency-copies': 1,
      // Two that ended in October 2020.
      'valid-range-past': 2,
      'multibuy-without-bounds': 1,
      // Two add-ons called "Monthly Plan", with the same labels and interval.
      'display-name-duplicate': 1,
      // Two products of one code.
      'product-code-duplicate': 1,
      // "Candidate Texting ".
      'text-whitespace': 1,
    });
  });
});
