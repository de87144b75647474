import { describe, expect, test } from 'vitest';
import { type AttributeType, KNOWN_ATTRIBUTES } from '../../src/kinds/catalog/attributes.js';
import { getAttributeSchema } from '../../src/kinds/catalog/document.js';
import { computeItemId } from '../../src/kinds/catalog/item-references.js';
import { CONDITION_TYPES } from '../../src/kinds/documents/document-parts.js';
import { getResourceDocument } from '../../src/kinds/documents/documents.js';
import { createJourneyCodec } from '../../src/kinds/journey/codec.js';
import type { FieldRule } from '../../src/kinds/kind-definition.js';
import { createKindRules } from '../../src/kinds/kinds.js';
import { CATALOG_KINDS, type CatalogKind } from '../../src/model/address.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import { formatPointer, type Json, type JsonObject } from '../../src/model/json.js';
import type { LiveResource } from '../../src/model/model.js';
import { renderResourceText } from '../../src/render/explain.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';
import type { Origin } from '../../src/source/locate.js';
import { validateSources } from '../../src/source/source.js';
import { checkExample, EXAMPLE_CONTEXT } from './support/check-example.js';
import { listSchemaFields, type SchemaField } from './support/list-schema-fields.js';
import { listBlocks, listRows, readPage } from './support/read-page.js';

const page = readPage('docs/files.md');
const rows = listRows(page);
const KINDS = createKindRules(DEFAULT_DIALECT);

/** The rows of the tables under a heading, by field name: the cells after the name. */
function tableOf(section: string): Map<string, string[]> {
  const found = rows.filter((row) => row.section === section && row.cells[0]?.startsWith('`'));
  if (found.length === 0) throw new Error(`docs/files.md has no table of fields under "${section}"`);
  return new Map(found.map(({ cells: [name = '', ...rest] }) => [name.replaceAll('`', ''), rest]));
}

function attributesOf(kind: CatalogKind): FieldRule[] {
  return KINDS[kind].fields.rows.filter(({ path }) => path[0] === 'attributes');
}

/** `journeys[].actions[].split` for `journeys`, `*`, `actions`, `*`, `split`. */
function formatPath({ path }: FieldRule): string {
  return path.map((segment, i) => (segment === '*' ? '[]' : i === 0 ? segment : `.${segment}`)).join('');
}

function formatList({ list }: Pick<FieldRule, 'list'>): string {
  return list === undefined ? '' : typeof list === 'object' ? `by ${list.key}` : list;
}

/** Checks the cell "null", and whether the last cell begins with "Required". */
function expectPresence(field: SchemaField, nullCell: string, meaning: string): void {
  if (field.type === 'anything') return;
  expect(nullCell, field.path).toBe(field.nullable ? 'clears' : 'no');
  expect(meaning.startsWith('Required'), `${field.path} is said to be required`).toBe(field.required && !field.element);
}

const SECTIONS: Record<CatalogKind, string> = {
  tag: 'Tags and pages',
  page: 'Tags and pages',
  product: 'Offers, add-ons and products',
  add_on: 'Offers, add-ons and products',
  offer: 'Offers, add-ons and products',
  campaign: 'Campaigns and segments',
  segment: 'Campaigns and segments',
};

describe('offers, add-ons and products in docs/files.md', () => {
  test.each(CATALOG_KINDS)('the keys of a document of kind %s are those of its schema', (kind) => {
    const created = [...tableOf('Fields that are set at creation')].filter(([, cells]) =>
      cells[3]?.includes(`\`${kind}\``),
    );
    const settings = kind === 'page' ? tableOf('Settings of pages') : [];
    const table = new Map([...tableOf(SECTIONS[kind]), ...created, ...settings]);
    const fields = listSchemaFields(getResourceDocument(kind), (path) => path === 'attributes');
    expect([...table.keys()].sort()).toEqual(fields.map(({ path }) => path).sort());
    for (const field of fields) {
      const [type, nullCell = '', meaning = ''] = table.get(field.path) ?? [];
      expect(type).toBe(field.type);
      expectPresence(field, nullCell, meaning);
    }
  });

  const groups = [...new Set(KNOWN_ATTRIBUTES.map(({ group }) => group))];
  const documented = new Map(
    groups.flatMap((group) => [...tableOf(`${group[0]?.toUpperCase()}${group.slice(1)} attributes`)]),
  );

  test.each(CATALOG_KINDS)('the attributes of %s are those of the planner, with their types and lists', (kind) => {
    const expected = attributesOf(kind)
      // The tables of the types hold the numbers inside attributes.
      .filter(({ number }) => number === undefined)
      .map((rule) => [formatPath(rule).replace(/^attributes\./, ''), rule.type, formatList(rule)]);
    expect([...documented].map(([name, [type, list]]) => [name, type, list])).toEqual(expected);
  });

  test('every attribute belongs to git and can be cleared', () => {
    expect(page).toContain('All of them belong to git and can be cleared with `null`.');
    for (const kind of CATALOG_KINDS) expect(attributesOf(kind).filter(({ owner }) => owner !== 'git')).toEqual([]);
    const attributes = listSchemaFields(getResourceDocument('offer')).filter(({ path }) =>
      /^attributes\.[^.[]+$/.test(path),
    );
    expect(attributes.length).toBe(KNOWN_ATTRIBUTES.length);
    expect(attributes.filter(({ nullable, required }) => !nullable || required)).toEqual([]);
  });

  test.each(CATALOG_KINDS)('what only a creation of %s sets is told as such, with its list', (kind) => {
    const outer = KINDS[kind].fields.rows.filter(({ path }) => path[0] !== 'attributes');
    const [rules, settings] = [
      outer.filter(({ owner }) => owner === 'server-after-create'),
      outer.filter(({ owner }) => owner !== 'server-after-create'),
    ];
    expect(settings.map(({ path }) => path[0])).toEqual(
      kind === 'page' ? ['isAuthenticated', 'pageAuthProvider', 'pageStyle', 'assets'] : [],
    );
    const described = tableOf('Fields that are set at creation');
    for (const rule of rules)
      expect(described.get(formatPath(rule))?.[2], formatPath(rule)).toContain(
        rule.note.split(';')[0]?.split('.')[0] ?? '',
      );
  });

  const types = [...new Set(KNOWN_ATTRIBUTES.map(({ type }) => type))];

  test('exactly the types of attributes are explained', () => {
    const listed = rows
      .filter(({ section, cells }) => section === 'Types of attributes' && cells.length === 2)
      .map(({ cells }) => cells[0]);
    expect(new Set(listed)).toEqual(new Set(types));
  });

  test.each(types.filter((type) => !['text', 'boolean', 'text_list'].includes(type)))(
    'the keys of the type %s are those of its schema',
    (type: AttributeType) => {
      const schema = getAttributeSchema(type);
      const fields = listSchemaFields(schema)
        .map((field) => ({ ...field, path: field.path.replace(/^\[\]\.?/, '') }))
        .filter(({ path }) => path !== '' && !path.endsWith('[]'));
      const table = tableOf(`\`${type}\``);
      expect(
        [...table].map(([name, [fieldType, meaning = '']]) => [name, fieldType, meaning.startsWith('Required.')]),
      ).toEqual(fields.map((field) => [field.path, field.type, field.required]));
    },
  );
});

describe('promo codes in docs/files.md', () => {
  const table = tableOf('Promo codes');
  const fields = listSchemaFields(getResourceDocument('promo_code'));
  const rules = new Map(KINDS.promo_code.fields.rows.map((rule) => [formatPath(rule), rule]));

  test('the table has exactly the keys of the schema and the rows of the planner', () => {
    expect([...table.keys()].sort()).toEqual([...new Set([...fields.map(({ path }) => path), ...rules.keys()])].sort());
  });

  test.each(fields.map((field): [string, SchemaField] => [field.path, field]))(
    '%s: type, owner, null and whether it is required',
    (path, field) => {
      const [type, owner, nullCell = '', meaning = ''] = table.get(path) ?? [];
      const rule = rules.get(path);
      expect(type).toBe(rule?.type ?? field.type);
      const nearest = [...rules].filter(([name]) => path === name || path.startsWith(`${name}.`)).at(-1)?.[1];
      expect(owner).toBe(nearest?.owner ?? '');
      expectPresence(field, nullCell, meaning);
    },
  );
});

describe('journeys in docs/files.md', () => {
  const table = tableOf('Journeys');
  const fields = listSchemaFields(getResourceDocument('journey'));
  const rules = new Map(KINDS.journey.fields.rows.map((rule) => [formatPath(rule), rule]));

  test('the table has exactly the keys of the schema and the rows of the planner', () => {
    expect([...table.keys()].sort()).toEqual([...new Set([...fields.map(({ path }) => path), ...rules.keys()])].sort());
  });

  test.each(fields.map((field): [string, SchemaField] => [field.path, field]))(
    '%s: type, list, null and whether it is required',
    (path, field) => {
      const [type, list, nullCell = '', meaning = ''] = table.get(path) ?? [];
      const rule = rules.get(path);
      expect(type).toBe(rule?.type ?? field.type);
      expect(list).toBe(rule ? formatList(rule) : '');
      expectPresence(field, nullCell, meaning);
    },
  );

  test('every field belongs to git, as the page says', () => {
    expect([...rules.values()].filter(({ owner }) => owner !== 'git')).toEqual([]);
  });

  test('the types of conditions are those of the schema', () => {
    const listed = rows
      .filter(({ section }) => section === 'Typed elements and `raw`')
      .map(({ cells }) => cells[0]?.replaceAll('`', ''));
    expect(listed).toEqual([...CONDITION_TYPES]);
  });

  test('every example value of a condition is accepted', () => {
    const examples = rows
      .filter(({ section }) => section === 'Typed elements and `raw`')
      .flatMap(({ cells: [type = '', values = ''] }) => {
        const found = /: `([^`]+)`/.exec(values)?.[1];
        return found === undefined ? [] : [[type.replaceAll('`', ''), found] as const];
      });
    expect(examples.length).toBeGreaterThanOrEqual(5);
    for (const [type, value] of examples) {
      const { problems } = checkExample(
        `kind: journey\nname: a\nfallback_tag: /a/\njourneys:\n  - conditions: [ { type: ${type}, values: ["${value}"] } ]\n    actions: [ { type: destination, destination: /b/ } ]\n`,
      );
      expect(problems, `${type} ${value}`).toEqual([]);
    }
  });
});

describe('keys and variables as docs/files.md describes them', () => {
  const term = { length: 1, type: 'years' };

  test.each<[declared: string, live: JsonObject, after: JsonObject]>([
    ['display_name__limio: B', { display_name__limio: 'A', cta__limio: 'Buy' }, { display_name__limio: 'B' }],
    ['term__limio: { length: 12 }', { term__limio: term }, { term__limio: { length: 12, type: 'years' } }],
    ['term__limio: { length: null }', { term__limio: term }, { term__limio: { type: 'years' } }],
    ['term__limio: {}', { term__limio: term }, { term__limio: {} }],
    ['term__limio: {}', {}, { term__limio: {} }],
    ['term__limio: null', { term__limio: term }, { term__limio: null }],
    ['payment_types__limio: []', { payment_types__limio: ['card'] }, { payment_types__limio: [] }],
    ['payment_types__limio: [b, a, a]', { payment_types__limio: ['a', 'b'] }, { payment_types__limio: ['a', 'b'] }],
    ['own list: [b, a]', { 'own list': ['a', 'b'] }, { 'own list': ['b', 'a'] }],
    [
      'price__limio: [{ name: a, value: "2" }]',
      {
        price__limio: [
          { name: 'b', value: '9' },
          { name: 'a', value: '1', label: 'A' },
        ],
      },
      { price__limio: [{ name: 'a', value: '2', label: 'A' }] },
    ],
    [
      'price__limio: [{ value: "2" }]',
      { price__limio: [{ value: '1', label: 'A' }, { value: '9' }] },
      { price__limio: [{ value: '2', label: 'A' }] },
    ],
    [
      'upgrade_offers__limio: [{ path: /offers2/B }]',
      {},
      { upgrade_offers__limio: [{ path: '/offers2/B', id: computeItemId('/offers2/B') }] },
    ],
    ['badge_text__limio: "$${vars.NAME}"', {}, { badge_text__limio: '${vars.NAME}' }],
    ['badge_text__limio: now ${vars.price}', {}, { badge_text__limio: 'now 12.99' }],
    ['badge_text__limio: costs $${5}', {}, { badge_text__limio: 'costs ${5}' }],
    ['own number: ${vars.stock}', {}, { 'own number': 500 }],
    ['"${vars.price}": x', {}, { '${vars.price}': 'x' }],
  ])('%s over %j gives %j', (declared, live, after) => {
    expect(overlay(declared, live)).toEqual(after);
  });
});

const writeOffer = (text: string) => `kind: offer\npath: /offers2/A\nattributes: { ${text} }\n`;

describe('overlays as docs/files.md describes them', () => {
  const [catalog = '', patch = ''] = listBlocks(page)
    .filter(({ section, info }) => section === 'Overlays' && info.startsWith('yaml'))
    .map(({ text }) => text);
  const files = [
    { path: 'catalog/offers/digital-monthly.yaml', text: catalog },
    { path: 'overlays/sandbox/digital-monthly.yaml', text: patch, overlay: 'sandbox' },
  ];

  test('the merged example is what explain prints below it', () => {
    const { problems, declarations, findOrigin } = validateSources(files, EXAMPLE_CONTEXT);
    const address = 'offer:/offers2/Digital Monthly';
    const getOrigin = (path: readonly (string | number)[]) =>
      findOrigin(address, formatPointer(path.map(String))) as Origin;
    const printed = renderResourceText(declarations.get(address)?.value ?? null, getOrigin, { style: PLAIN_STYLE });
    expect(problems).toEqual([]);
    const shown = listBlocks(page).find(
      ({ section, info }) => section === 'Where a value comes from' && info === 'text',
    )?.text;
    expect(shown).toBe(`$ limio-sync explain "${address}" --env sandbox\n# ${address} in sandbox\n${printed}`);
  });

  test.each<[declared: string, patched: string, attributes: JsonObject, codes: string[]]>([
    ['badge_text__limio: New', '', { badge_text__limio: 'New' }, []],
    ['badge_text__limio: New', 'badge_text__limio: null', {}, []],
    ['badge_text__limio: null', '', { badge_text__limio: null }, []],
    ['badge_text__limio: null', 'badge_text__limio: New', { badge_text__limio: 'New' }, []],
    ['', 'badge_text__limio: null', {}, ['OVERLAY_NULL']],
  ])('a base with "%s" and an overlay with "%s" give %j', (declared, patched, attributes, codes) => {
    const { resources, problems } = validateSources(
      [
        { path: 'a.yaml', text: writeOffer(declared) },
        { path: 'b.yaml', text: writeOffer(patched), overlay: 'sandbox' },
      ],
      EXAMPLE_CONTEXT,
    );
    expect(resources.map(({ body }) => body)).toEqual([{ attributes }]);
    expect(problems.map(({ code }) => code)).toEqual(codes);
  });
});

describe('the examples of docs/files.md', () => {
  test('there is one for every kind', () => {
    const shown = listBlocks(page).flatMap(({ text }) => [...text.matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind));
    expect(new Set(shown)).toEqual(new Set(Object.keys(KINDS)));
  });
});

/** The attributes of an offer after merging a file with one attribute over them. */
function overlay(declared: string, live: JsonObject): Json | undefined {
  const text = `kind: offer\npath: /offers2/A\nattributes:\n  ${declared}\n`;
  const { resources } = validateSources([{ path: 'a.yaml', text }], EXAMPLE_CONTEXT);
  const [desired] = resources;
  if (!desired) throw new Error(`not a good file: ${text}`);
  const found: LiveResource = {
    address: desired.address,
    kind: 'offer',
    name: desired.name,
    body: { attributes: live },
    atHead: true,
    record: {},
  };
  return KINDS.offer.compareWithLive(desired, found, createJourneyCodec(undefined, [])).after['attributes'];
}
