import { z } from 'zod';
import { resourceDocument } from './resource-document.js';

type Node = z.core.JSONSchema.BaseSchema;

const VARIABLE = '#/$defs/variable';

/** What {@link allowVariable} refers to: belongs under `$defs`. */
export const VARIABLE_DEFINITION: Node = {
  type: 'string',
  pattern: '^\\$\\{(vars|env)\\.[A-Za-z_][A-Za-z0-9_]*\\}$',
  description: 'A variable of the process or of the environment.',
};

/**
 * The JSON Schema of one document of a file, draft 2020-12, for editors. Where a number, a truth
 * value or one of a set is wanted, a reference to a variable is legal too: it is filled in first.
 */
export function buildResourceJsonSchema(): Node {
  const {
    $schema,
    $defs,
    oneOf = [],
    ...schema
  } = z.toJSONSchema(resourceDocument, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => allowVariable(jsonSchema),
  });
  const attributes = oneOf[0]?.properties?.['attributes'];
  return {
    $schema,
    title: 'limio-sync resource',
    ...schema,
    oneOf: oneOf.map(shareAttributes),
    $defs: { ...$defs, ...(typeof attributes === 'object' ? { attributes } : {}), variable: VARIABLE_DEFINITION },
  };
}

/** Offers, add-ons and products have the same attributes: the schema holds them once. */
function shareAttributes(document: Node): Node {
  if (!document.properties?.['attributes']) return document;
  return { ...document, properties: { ...document.properties, attributes: { $ref: '#/$defs/attributes' } } };
}

/** Lets a reference to a variable stand where the schema wants a number, a truth value or one of a set. */
export function allowVariable(node: Node): void {
  const types = [node.type].flat();
  const strict =
    types.includes('number') || types.includes('integer') || types.includes('boolean') || node.enum !== undefined;
  if (!strict || node.const !== undefined) return;
  const { description, ...rest } = node;
  for (const key of Object.keys(node)) Reflect.deleteProperty(node, key);
  Object.assign(node, { ...(description === undefined ? {} : { description }), anyOf: [rest, { $ref: VARIABLE }] });
}
