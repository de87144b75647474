import type { z } from 'zod';
import { findField, readSchemaPlace } from './read-schema.js';
import { type DocumentKind, getResourceDocument } from './resource-document.js';

/** The described keys of the object at a place of a document, for suggestions. */
export function listKnownKeys(kind: DocumentKind, path: readonly (string | number)[]): string[] {
  let schemas: z.core.$ZodType[] = [getResourceDocument(kind)];
  for (const segment of path) schemas = schemas.flatMap((schema) => stepInto(schema, segment));
  const keys = schemas.flatMap((schema) =>
    readSchemaPlace(schema).objects.flatMap((object) => Object.keys(object.shape)),
  );
  return [...new Set(keys)];
}

function stepInto(schema: z.core.$ZodType, segment: string | number): z.core.$ZodType[] {
  const place = readSchemaPlace(schema);
  if (typeof segment === 'number') return place.arrays.map((array) => array.element);
  return place.objects.flatMap((object) => findField(object, segment) ?? []);
}
