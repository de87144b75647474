import type { z } from 'zod';
import { buildResourceJsonSchema } from './json-schema.js';

type Node = z.core.JSONSchema.BaseSchema;
type Slot = Node | boolean;

const IDENTITY = ['kind', 'path', 'promoCode', 'name'];
const RESTRICTION = ['only', 'except'];

/**
 * The JSON Schema of one document of an overlay, for editors: what names the resource is required
 * and all else optional; null takes a key out. A list replaces the base's, so it is whole.
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
