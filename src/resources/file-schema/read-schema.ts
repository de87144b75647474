import { z } from 'zod';

/** What a value may be at a place of a document, null and absence aside. */
export interface SchemaPlace {
  objects: z.ZodObject[];
  arrays: z.ZodArray[];
  /** Values that are usual here although any text is legal. */
  usual: readonly string[];
}

const SEEN = new WeakMap<z.core.$ZodType, SchemaPlace>();

/** Looks through `optional`, `nullable` and unions. */
export function readSchemaPlace(schema: z.core.$ZodType): SchemaPlace {
  const seen = SEEN.get(schema);
  if (seen) return seen;
  const options = listOptions(schema);
  const texts = options.some((option) => option instanceof z.ZodString);
  const place: SchemaPlace = {
    objects: options.filter((option) => option instanceof z.ZodObject),
    arrays: options.filter((option) => option instanceof z.ZodArray),
    usual: texts ? options.flatMap((option) => (option instanceof z.ZodEnum ? option.options.map(String) : [])) : [],
  };
  SEEN.set(schema, place);
  return place;
}

/** The schema of one key, or undefined when the object does not describe it. */
export function findField(object: z.ZodObject, key: string): z.core.$ZodType | undefined {
  return Object.hasOwn(object.shape, key) ? object.shape[key] : undefined;
}

/** True when keys that the object does not describe are legal in it. */
export function isOpen(object: z.ZodObject): boolean {
  const rest = object.def.catchall;
  return rest !== undefined && !(rest instanceof z.ZodNever);
}

function listOptions(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return listOptions(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(listOptions);
  return [schema];
}
