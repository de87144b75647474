import { z } from 'zod';

/** A field of the schema of a document. */
export interface SchemaField {
  /** `discount.currency`, `journeys[].conditions[].type`, `environments.*.url`. */
  path: string;
  /** `text`, `number or text`, `list`, `object`, `anything`. */
  type: string;
  required: boolean;
  nullable: boolean;
  /** True for elements of a list. */
  element: boolean;
}

const WORDS: [new (...args: never[]) => z.core.$ZodType, string][] = [
  [z.ZodString, 'text'],
  [z.ZodEnum, 'text'],
  [z.ZodLiteral, 'text'],
  [z.ZodNumber, 'number'],
  [z.ZodBoolean, 'boolean'],
  [z.ZodArray, 'list'],
  [z.ZodObject, 'object'],
  [z.ZodRecord, 'object'],
  [z.ZodUnknown, 'anything'],
  [z.ZodCustom, 'rule'],
];

/** Every field below a schema, objects before their fields. `stop` ends the walk below a field. */
export function listSchemaFields(
  schema: z.core.$ZodType,
  stop: (path: string) => boolean = () => false,
  base = '',
): SchemaField[] {
  const fields = listOptions(schema).flatMap((option) => {
    if (option instanceof z.ZodArray) return describe(`${base}[]`, option.element, true, stop);
    if (option instanceof z.ZodRecord) return listSchemaFields(option.valueType, stop, `${base}.*`);
    if (!(option instanceof z.ZodObject)) return [];
    return Object.entries(option.shape).flatMap(([key, child]) =>
      describe(base === '' ? key : `${base}.${key}`, child, false, stop),
    );
  });
  // The members of a union share keys: the first one wins.
  return [...new Map(fields.toReversed().map((field) => [field.path, field])).values()].toReversed();
}

function describe(
  path: string,
  schema: z.core.$ZodType,
  element: boolean,
  stop: (path: string) => boolean,
): SchemaField[] {
  const field: SchemaField = {
    path,
    type: nameType(schema),
    required: !z.safeParse(schema, undefined).success,
    nullable: z.safeParse(schema, null).success,
    element,
  };
  // The texts of a list are described with the list.
  if (element && field.type === 'text') return [];
  return [field, ...(stop(path) ? [] : listSchemaFields(schema, stop, path))];
}

/** @throws Error for a type without a word here: the pages could not describe it. */
function nameType(schema: z.core.$ZodType): string {
  const words = listOptions(schema).map((option) => {
    const word = WORDS.find(([type]) => option instanceof type)?.[1];
    if (word === undefined) throw new Error(`no word for a schema of type ${option._zod.def.type}`);
    return word;
  });
  return [...new Set(words)].sort().join(' or ');
}

function listOptions(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return listOptions(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(listOptions);
  return [schema];
}
