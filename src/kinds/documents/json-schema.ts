import { z } from 'zod';
import { type Kind, KINDS } from '../../model/address.js';
import { defined } from '../../model/json.js';
import type { KindDocument } from '../kind-definition.js';
import { KIND_DEFINITIONS } from '../kinds.js';
import { journeyTestDocument, priceTestDocument } from './test-documents.js';

type Node = z.core.JSONSchema.BaseSchema;

const VARIABLE = '#/$defs/variable';

/** The target of the references that {@link allowVariable} adds; belongs under `$defs`. */
const VARIABLE_DEFINITION: Node = {
  type: 'string',
  pattern: '^\\$\\{(vars|env)\\.[A-Za-z_][A-Za-z0-9_]*\\}$',
  description: 'A variable of the process or of the environment.',
};

/** The same in resources, which may be templates. */
const COLUMN_DEFINITION: Node = {
  type: 'string',
  pattern: '^\\$\\{((vars|env)\\.[A-Za-z_][A-Za-z0-9_]*|each\\.[^{}?\\n]+\\??)\\}$',
  description: 'A variable of the process or of the environment, or a column of a template with for_each.',
};

const TEXT: Node = { type: 'string' };
const ROWS: Node = { anyOf: [{ type: 'array' }, { type: 'object' }, TEXT] };
const WHERE: Node = { type: 'object', description: 'Columns, with the text or the texts that a row must have.' };
const JOIN: Node = {
  type: 'object',
  properties: { table: TEXT, on: TEXT },
  required: ['table', 'on'],
  additionalProperties: false,
};

/** What templates and their bases add to a document. */
const TEMPLATE_DEFINITIONS: Record<string, Node> = {
  for_each: {
    description: 'Declares one resource for each row: of a CSV file, a list, a mapping or a variable.',
    anyOf: [
      { type: 'string', pattern: '^\\$\\{vars\\.[A-Za-z_][A-Za-z0-9_]*\\}$' },
      { type: 'array' },
      {
        type: 'object',
        properties: {
          table: { ...TEXT, description: 'The path of a CSV file, relative to this file.' },
          where: WHERE,
          columns: {
            type: 'object',
            additionalProperties: { type: 'string', enum: ['text', 'number', 'boolean'] },
            description: 'Types of columns; all others are text.',
          },
          join: { anyOf: [JOIN, { type: 'array', items: JOIN }] },
        },
        required: ['table'],
        additionalProperties: false,
      },
      { type: 'object', properties: { rows: ROWS, where: WHERE }, required: ['rows'], additionalProperties: false },
      // A mapping of keys and values. These are options, which need "table" or "rows".
      {
        type: 'object',
        properties: Object.fromEntries(['table', 'rows', 'where', 'columns', 'join'].map((key) => [key, false])),
      },
    ],
  },
  extends: {
    description: 'Bases below this document, as paths relative to this file.',
    anyOf: [TEXT, { type: 'array', items: TEXT, minItems: 1 }],
  },
};

const TEMPLATE_PATTERNS: Record<string, Node> = {
  '^for_each$': { $ref: '#/$defs/for_each' },
  '^extends$': { $ref: '#/$defs/extends' },
};

/** A document that others extend. */
const BASE_DOCUMENT: Node = {
  type: 'object',
  properties: {
    kind: { type: 'string', const: 'base', description: 'Declares a part that documents extend; no resource.' },
    extends: { $ref: '#/$defs/extends' },
    attributes: { $ref: '#/$defs/attributes' },
  },
  required: ['kind'],
};

/**
 * The JSON Schema of one document of a file, draft 2020-12, for editors. A reference to a variable is
 * legal wherever a number, a boolean or one value of a set is: variables are filled in before the check.
 */
export function buildResourceJsonSchema(): Node {
  const { oneOf = [], ...schema } = buildDocuments();
  return { ...schema, title: 'limio-sync resource', oneOf: [...oneOf.map(allowBases), BASE_DOCUMENT] };
}

/** A base may have what a document that extends it lacks. */
function allowBases({ required = [], ...document }: Node): Node {
  const names = required.filter((key) => key !== 'kind');
  return { ...document, required: ['kind'], anyOf: [{ required: ['extends'] }, { required: names }] };
}

function buildDocuments(): Node {
  const [first, ...others] = KINDS;
  const {
    $schema,
    $defs,
    oneOf = [],
    ...schema
  } = z.toJSONSchema(z.discriminatedUnion('kind', [getDocument(first), ...others.map(getDocument)]), {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => allowForms(jsonSchema),
  });
  const attributes = oneOf[0]?.properties?.['attributes'];
  return {
    ...defined({ $schema }),
    ...schema,
    oneOf: oneOf.map(shareAttributes).map((document) => allowKeys(document, { '^x-': HOLDER, ...TEMPLATE_PATTERNS })),
    $defs: {
      ...$defs,
      ...(typeof attributes === 'object' ? { attributes } : {}),
      ...TEMPLATE_DEFINITIONS,
      variable: COLUMN_DEFINITION,
    },
  };
}

function getDocument(kind: Kind): KindDocument {
  return KIND_DEFINITIONS[kind].document;
}

/** All catalog kinds have the same attributes, so the schema contains them once. */
function shareAttributes(document: Node): Node {
  if (!document.properties?.['attributes']) return document;
  return { ...document, properties: { ...document.properties, attributes: { $ref: '#/$defs/attributes' } } };
}

/** What a file may have beside the values of the document itself. */
function allowForms(node: Node): void {
  if (node.additionalProperties === false) node.patternProperties = { '^<<$': MERGE, '\\$\\{each\\.': COLUMN_KEY };
  allowVariable(node);
}

const MERGE: Node = { description: 'Gives this mapping the keys of other ones: *name, or [*first, *second].' };

const HOLDER: Node = { description: 'Holds values with anchors, and is no part of the document.' };

const COLUMN_KEY: Node = { description: 'A key that a row of the template fills in.' };

function allowKeys(document: Node, patterns: Record<string, Node>): Node {
  return { ...document, patternProperties: { ...document.patternProperties, ...patterns } };
}

const STRICT_TYPES = ['number', 'integer', 'boolean', 'array'] as const;

/** Also accepts a reference to a variable for a number, a boolean, a list or one value of a set. */
function allowVariable(node: Node): void {
  const types = [node.type].flat();
  const strict = node.enum !== undefined || STRICT_TYPES.some((type) => types.includes(type));
  if (!strict || node.const !== undefined) return;
  const { description, ...rest } = node;
  for (const key of Object.keys(node)) Reflect.deleteProperty(node, key);
  Object.assign(node, { ...(description === undefined ? {} : { description }), anyOf: [rest, { $ref: VARIABLE }] });
}

type Slot = Node | boolean;

const IDENTITY = ['kind', 'path', 'promoCode', 'name'];

const RESTRICTION = ['only', 'except'];

/**
 * The JSON Schema of one document of an overlay, for editors. Only the keys that name the resource are
 * required; null removes a key. A list replaces that of the base, so its elements are complete.
 */
export function buildOverlayJsonSchema(): Node {
  const { oneOf = [], $defs = {}, ...schema } = buildDocuments();
  const { attributes, ...others } = $defs;
  return {
    ...schema,
    title: 'limio-sync overlay',
    oneOf: oneOf.map((document) => ({
      ...makePartial(document, IDENTITY),
      description: 'Changes a resource in one environment.',
    })),
    $defs: { ...others, ...(attributes ? { attributes: makePartial(attributes) } : {}) },
  };
}

function makePartial(node: Node, named: readonly string[] = []): Node {
  const { properties, required, ...rest } = node;
  const anyOf = node.anyOf?.map((one) => makePartial(one));
  if (!properties) return anyOf ? { ...node, anyOf } : node;
  const kept = Object.entries(properties).filter(([key]) => named.length === 0 || !RESTRICTION.includes(key));
  const names = required?.filter((key) => named.includes(key)) ?? [];
  return {
    ...rest,
    properties: Object.fromEntries(
      kept.map(([key, value]): [string, Slot] => [key, named.includes(key) ? value : allowNull(value)]),
    ),
    ...(names.length === 0 ? {} : { required: names }),
  };
}

function allowNull(value: Slot): Slot {
  if (typeof value === 'boolean') return value;
  const node = makePartial(value);
  if (node.anyOf?.some((one) => one.type === 'null')) return node;
  const { description, ...rest } = node;
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: 'null' }] };
}

const DOCUMENTS = { journey: journeyTestDocument, price: priceTestDocument };

/** The JSON Schema of one document of a `*.test.yaml`, draft 2020-12, for editors. */
export function buildTestJsonSchema(of: keyof typeof DOCUMENTS): z.core.JSONSchema.BaseSchema {
  const { $schema, $defs, ...schema } = z.toJSONSchema(DOCUMENTS[of], {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => allowForms(jsonSchema),
  });
  return {
    ...defined({ $schema }),
    title: `limio-sync ${of} test`,
    ...allowKeys(schema, { '^x-': HOLDER }),
    $defs: { ...$defs, variable: VARIABLE_DEFINITION },
  };
}
