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

/**
 * The JSON Schema of one document of a file, draft 2020-12, for editors. A reference to a variable is
 * legal wherever a number, a boolean or one value of a set is: variables are filled in before the check.
 */
export function buildResourceJsonSchema(): Node {
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
    title: 'limio-sync resource',
    ...schema,
    oneOf: oneOf.map(shareAttributes).map(allowHolders),
    $defs: { ...$defs, ...(typeof attributes === 'object' ? { attributes } : {}), variable: VARIABLE_DEFINITION },
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
  if (node.additionalProperties === false) node.patternProperties = { '^<<$': MERGE };
  allowVariable(node);
}

const MERGE: Node = { description: 'Gives this mapping the keys of other ones: *name, or [*first, *second].' };

const HOLDER: Node = { description: 'Holds values with anchors, and is no part of the document.' };

function allowHolders(document: Node): Node {
  return { ...document, patternProperties: { ...document.patternProperties, '^x-': HOLDER } };
}

/** Also accepts a reference to a variable for a number, a boolean or one value of a set. */
function allowVariable(node: Node): void {
  const types = [node.type].flat();
  const strict =
    types.includes('number') || types.includes('integer') || types.includes('boolean') || node.enum !== undefined;
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
  const { oneOf = [], $defs = {}, ...schema } = buildResourceJsonSchema();
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
    ...allowHolders(schema),
    $defs: { ...$defs, variable: VARIABLE_DEFINITION },
  };
}
