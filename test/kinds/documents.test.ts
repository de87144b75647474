import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { buildConfigJsonSchema } from '../../src/config/schema.js';
import { PROBLEM_CODES } from '../../src/errors/codes.js';
import { findKnownAttribute, KNOWN_ATTRIBUTES } from '../../src/kinds/catalog/attributes.js';
import { computeItemId } from '../../src/kinds/catalog/item-references.js';
import { checkShape, listKnownKeys } from '../../src/kinds/documents/documents.js';
import { buildOverlayJsonSchema, buildResourceJsonSchema } from '../../src/kinds/documents/json-schema.js';
import { listReferences } from '../../src/kinds/kinds.js';
import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.js';
import { parseDocuments } from '../../src/source/parse.js';
import { readSourceFiles } from '../../src/source/read-files.js';
import { validateSources } from '../../src/source/source.js';

const ROOT = join(import.meta.dirname, '../..');
const REAL = join(ROOT, '../shared/real-data');

interface RealItem {
  path: string;
  attributes: JsonObject;
}

function readReal(file: string): RealItem[] {
  const json = JSON.parse(readFileSync(join(REAL, file), 'utf8')) as Json;
  const items = Array.isArray(json) ? json : isJsonObject(json) && Array.isArray(json['items']) ? json['items'] : [];
  return items.filter(isJsonObject).map((item) => {
    const data = isJsonObject(item['data']) ? item['data'] : item;
    return {
      path: typeof item['path'] === 'string' ? item['path'] : '',
      attributes: isJsonObject(data['attributes']) ? data['attributes'] : {},
    };
  });
}

/** Without the choice between `extends` and the other keys: zod reads it as a second schema that allows any key. */
function omitChoices(schema: z.core.JSONSchema.BaseSchema): z.core.JSONSchema.BaseSchema {
  return { ...schema, oneOf: (schema.oneOf ?? []).map(({ anyOf: _choice, ...document }) => document) };
}

describe('the JSON Schemas', () => {
  test('tell documents apart by a constant kind, in draft 2020-12', () => {
    const schema = buildResourceJsonSchema() as {
      $schema: string;
      oneOf: { properties: { kind: { const: string } } }[];
    };
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.oneOf.map((one) => one.properties.kind.const)).toEqual([
      'tag',
      'product',
      'add_on',
      'offer',
      'campaign',
      'page',
      'segment',
      'promo_code',
      'journey',
      'base',
    ]);
  });

  test('accept documents of every kind, variables included, and refuse misspelt keys', () => {
    const schema = z.fromJSONSchema(omitChoices(buildResourceJsonSchema()));
    const accept = (document: Json) => schema.safeParse(document).success;
    expect(
      accept({
        kind: 'offer',
        path: '/offers2/X',
        attributes: {
          'Device Access': ['Web'],
          best_value__limio: '${vars.best}',
          price__limio: [{ value: '12.99', repeat_interval: 1 }],
        },
      }),
    ).toBe(true);
    expect(
      accept({
        kind: 'promo_code',
        promoCode: 'X',
        status: '${vars.on}',
        discount: { percentageDiscount: '${vars.percent}' },
      }),
    ).toBe(true);
    expect(
      accept({
        kind: 'journey',
        name: 'x',
        journeys: [
          {
            conditions: [{ type: 'country', values: ['US'] }, { raw: 1 }],
            actions: [{ type: 'destination', destination: '/x/' }],
          },
        ],
      }),
    ).toBe(true);
    expect(accept({ kind: 'offer', path: '/offers2/X', attributes: {}, attribute: {} })).toBe(false);
    expect(accept({ kind: 'offer', path: '/offers2/X', attributes: { best_value__limio: 'yes' } })).toBe(false);
    expect(accept({ kind: 'ofer', path: '/offers2/X', attributes: {} })).toBe(false);
  });

  test('accept templates with rows of every form, bases, and references to columns', () => {
    const schema = z.fromJSONSchema(omitChoices(buildResourceJsonSchema()));
    const accept = (fields: JsonObject) => schema.safeParse({ kind: 'offer', path: '/offers2/X', ...fields }).success;
    const attributes = { best_value__limio: '${each.best?}', label__limio: '${vars.labels}', '${each.key}': 'x' };
    const forms: Json[] = [
      {
        table: 'prices.csv',
        where: { plan: ['a', 'b'] },
        columns: { best: 'boolean' },
        join: { table: 'b.csv', on: 'x' },
      },
      { table: 'prices.csv', join: [{ table: 'b.csv', on: 'x' }] },
      { rows: [{ country: 'GB' }] },
      [{ country: 'GB' }],
      ['GB'],
      { GB: '9.99' },
      '${vars.plans}',
    ];
    for (const form of forms) expect(accept({ for_each: form, attributes }), JSON.stringify(form)).toBe(true);
    for (const form of [{ table: 'a.csv', were: {} }, { where: { a: 'b' } }, { rows: [], columns: {} }, 'prices.csv'])
      expect(accept({ for_each: form, attributes }), JSON.stringify(form)).toBe(false);
    expect(accept({ extends: ['bases/a.yaml'], attributes })).toBe(true);
    expect(accept({ extends: [], attributes })).toBe(false);
    expect(schema.safeParse({ kind: 'base', attributes }).success).toBe(true);
  });

  test('ask for what names a document and what it consists of, unless a base may have it', () => {
    const { oneOf = [] } = buildResourceJsonSchema();
    const offer = oneOf.find((one) => JSON.stringify(one.properties?.['kind']).includes('"offer"'));
    expect(offer).toMatchObject({
      required: ['kind'],
      anyOf: [{ required: ['extends'] }, { required: ['path', 'attributes'] }],
    });
  });

  test('accept every file of the example', () => {
    const schema = z.fromJSONSchema(omitChoices(buildResourceJsonSchema()));
    const documents = readSourceFiles(join(import.meta.dirname, '../..')).files.flatMap(
      ({ path, text, role, overlay }) =>
        role === 'table' || overlay !== undefined ? [] : parseDocuments(path, text).documents,
    );
    expect(documents.length).toBeGreaterThan(30);
    for (const { file, value } of documents) expect(schema.safeParse(value).error?.issues ?? [], file.path).toEqual([]);
  });

  test('accept an overlay with only the name of the resource, and null for any other key', () => {
    const schema = z.fromJSONSchema(buildOverlayJsonSchema());
    const accept = (document: Json) => schema.safeParse(document).success;
    expect(accept({ kind: 'offer', path: '/offers2/X' })).toBe(true);
    expect(
      accept({
        kind: 'offer',
        path: '/offers2/X',
        attributes: { best_value__limio: null, term__limio: { length: null } },
      }),
    ).toBe(true);
    expect(
      accept({
        kind: 'promo_code',
        promoCode: 'X',
        productDetails: { ratePlan: { path: '10% Off' } },
        discount: { discountType: null },
      }),
    ).toBe(true);
    expect(accept({ kind: 'journey', name: 'x', journeys: null })).toBe(true);
    expect(accept({ kind: 'offer' })).toBe(false);
    expect(accept({ kind: 'journey', name: null })).toBe(false);
    expect(accept({ kind: 'offer', path: '/offers2/X', attribute: {} })).toBe(false);
    expect(accept({ kind: 'offer', path: '/offers2/X', attributes: { best_value__limio: 'yes' } })).toBe(false);
    expect(accept({ kind: 'offer', path: '/offers2/X', only: 'prod' })).toBe(false);
    // A list replaces that of the base, so its elements are complete.
    expect(accept({ kind: 'journey', name: 'x', journeys: [{ conditions: [] }] })).toBe(false);
  });

  test('refer only to definitions that they hold', () => {
    for (const schema of [buildResourceJsonSchema(), buildOverlayJsonSchema(), buildConfigJsonSchema()]) {
      const defs = new Set(Object.keys(('$defs' in schema ? schema.$defs : undefined) ?? {}));
      const refs = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map((match) => match[1] ?? '');
      expect(refs.filter((ref) => !defs.has(ref))).toEqual([]);
    }
  });
});

describe('the table of known attributes', () => {
  test('names every attribute once, each with one line of description', () => {
    const keys = KNOWN_ATTRIBUTES.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(KNOWN_ATTRIBUTES.filter(({ description }) => !/^[A-Z].+\.$/.test(description))).toEqual([]);
  });

  test('says how each list compares', () => {
    expect(findKnownAttribute('allowed_countries__limio')).toMatchObject({ type: 'text_list', list: 'set' });
    expect(findKnownAttribute('price__limio')).toMatchObject({ list: 'keyed by name' });
    expect(findKnownAttribute('upsell_offers__limio')).toMatchObject({ list: 'keyed by path', listAt: 'items' });
    expect(findKnownAttribute('display_name__limio')).not.toHaveProperty('list');
  });

  test('knows the keys inside a charge, for suggestions', () => {
    expect(listKnownKeys('offer', ['attributes', 'price__limio', 0])).toContain('currencyCode');
    expect(listKnownKeys('journey', ['journeys', 0, 'conditions', 3])).toEqual(['type', 'values', 'raw']);
  });
});

describe('the schema of a document', () => {
  test('accepts null for every known attribute, and any value under a key of the customer', () => {
    const cleared = Object.fromEntries(KNOWN_ATTRIBUTES.map(({ key }) => [key, null]));
    expect(
      checkShape('offer', {
        kind: 'offer',
        path: '/offers2/X',
        attributes: { ...cleared, 'Device Access': [{ a: 1 }] },
      }),
    ).toEqual([]);
  });

  test('refuses null for the key that names a resource', () => {
    expect(checkShape('offer', { kind: 'offer', path: null, attributes: {} })).toEqual([
      { code: 'wrong-type', path: ['path'], expected: 'string' },
    ]);
    expect(checkShape('promo_code', { kind: 'promo_code', promoCode: null })).toHaveLength(1);
    expect(checkShape('journey', { kind: 'journey', name: null })).toHaveLength(1);
  });

  test('passes a raw element of any form through', () => {
    const journey = {
      kind: 'journey',
      name: 'x',
      journeys: [{ conditions: [{ raw: 'text' }], actions: [{ raw: { a: [null] } }] }],
    };
    expect(checkShape('journey', journey)).toEqual([]);
  });
});

describe('references', () => {
  test('are listed with pointers into the body', () => {
    const offer = {
      attributes: {
        upgrade_offers__limio: [{ path: '/offers2/B' }],
        cross_sell_addons__limio: { items: [{ path: '/add_ons/C' }] },
      },
    };
    expect(listReferences({ kind: 'offer', body: offer })).toEqual([
      { address: 'add_on:/add_ons/C', pointer: '/attributes/cross_sell_addons__limio/items/0/path' },
      { address: 'offer:/offers2/B', pointer: '/attributes/upgrade_offers__limio/0/path' },
    ]);
    const promo = {
      productDetails: { product: { path: '/products/D' }, ratePlan: { path: '25% Off' } },
      referencedOfferLabel: 'gold',
    };
    expect(listReferences({ kind: 'promo_code', body: promo })).toEqual([
      { address: 'product:/products/D', pointer: '/productDetails/product/path' },
      { label: 'gold', pointer: '/referencedOfferLabel' },
    ]);
    const branch: JsonObject = {
      conditions: [{ type: 'offer_label', values: ['gold'] }, { raw: { values: ['no'] } }],
      actions: [{ type: 'destination', destination: '/us/' }],
    };
    expect(
      listReferences({ kind: 'journey', body: { starting_point: '/a/', fallback_tag: '/b/', journeys: [branch] } }),
    ).toEqual([
      { tag: '/a/', pointer: '/starting_point' },
      { tag: '/b/', pointer: '/fallback_tag' },
      { label: 'gold', pointer: '/journeys/0/conditions/0/values/0' },
      { tag: '/us/', pointer: '/journeys/0/actions/0/destination' },
    ]);
  });

  test('have the id that tenants compute from the path', () => {
    expect(computeItemId('/products/Leemeeo Gold')).toBe('2a0085af24a2490a2dc991b15e5fe41f5449adf5');
  });
});

describe.skipIf(!existsSync(REAL))('real objects of live tenants', () => {
  const kinds = [
    ['offer', 'offers.json'],
    ['offer', 'offers-published-page.json'],
    ['add_on', 'add-ons.json'],
    ['product', 'products.json'],
  ] as const;

  test.each(kinds)('pass as %s (%s): no error, and no attribute of Limio is unknown', (kind, file) => {
    const items = readReal(file);
    expect(items.length).toBeGreaterThan(3);
    const sources = items.map((item, i) => ({ path: `${i}.yaml`, text: JSON.stringify({ kind, ...item }) }));
    const { problems, resources } = validateSources(sources, { environments: [] });
    expect(problems).toEqual([]);
    expect(resources.map(({ name }) => name).sort()).toEqual(items.map(({ path }) => path).sort());
    expect(resources.map(({ body }) => body['attributes'])).toEqual(
      [...items].sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ attributes }) => attributes),
    );
  });
});

test('every problem code has a title and a severity', () => {
  expect(
    Object.entries(PROBLEM_CODES).filter(
      ([, { title, severity }]) =>
        !/^(?:[A-Z`]|limio-sync )/.test(title) || !['error', 'warning', 'info'].includes(severity),
    ),
  ).toEqual([]);
});
