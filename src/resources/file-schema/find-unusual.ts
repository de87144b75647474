import type { z } from 'zod';
import type { Kind } from '../../model/address.js';
import { type Json, isJsonObject } from '../../model/json.js';
import { findField, isOpen, readSchemaPlace } from './read-schema.js';
import { getResourceDocument } from './resource-document.js';

/** Something legal that nobody has described: a key of an open object, or a value beside the usual ones. */
export interface Unusual {
  what: 'key' | 'value';
  path: (string | number)[];
  /** The key or the value. */
  text: string;
  /** The described ones. */
  known: readonly string[];
}

/** Everything in a document that its schema lets pass without knowing it. */
export function findUnusual(kind: Kind, document: Json): Unusual[] {
  const found: Unusual[] = [];
  visit(getResourceDocument(kind), document, [], found);
  return found;
}

function visit(schema: z.core.$ZodType, value: Json, path: (string | number)[], found: Unusual[]): void {
  const place = readSchemaPlace(schema);
  if (typeof value === 'string' && place.usual.length > 0 && !place.usual.includes(value)) {
    found.push({ what: 'value', path, text: value, known: place.usual });
  } else if (Array.isArray(value)) {
    const element = place.arrays[0]?.element;
    if (element) value.forEach((item, i) => visit(element, item, [...path, i], found));
  } else if (isJsonObject(value)) {
    const { objects } = place;
    const open = objects.find(isOpen);
    for (const [key, child] of Object.entries(value)) {
      const field = objects.map((object) => findField(object, key)).find((schemaOfKey) => schemaOfKey !== undefined);
      if (field) visit(field, child, [...path, key], found);
      else if (open) found.push({ what: 'key', path: [...path, key], text: key, known: Object.keys(open.shape) });
    }
  }
}
