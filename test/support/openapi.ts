import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.js';

/** A document with schemas, `#/components/schemas/...`. */
export interface OpenApi {
  schemas: JsonObject;
  paths: JsonObject;
}

/** The documents in the code blocks of a page, as one. */
export function readOpenApi(page: string): OpenApi {
  const documents = [...page.matchAll(/```json\n([\s\S]*?)\n```/g)].map(
    ([, text = '']) => JSON.parse(text) as JsonObject,
  );
  const merged: OpenApi = { schemas: {}, paths: {} };
  for (const document of documents) {
    Object.assign(merged.schemas, at(document, 'components', 'schemas'));
    Object.assign(merged.paths, at(document, 'paths'));
  }
  return merged;
}

/** The value at keys of objects; an empty object where there is none. */
export function at(value: Json | undefined, ...keys: string[]): Json {
  return keys.reduce<Json>((inner, key) => (isJsonObject(inner) ? (inner[key] ?? {}) : {}), value ?? {});
}

/** The text at a key; empty where there is none. */
export function textOf(value: Json | undefined, key: string): string {
  const text = at(value, key);
  return typeof text === 'string' ? text : '';
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * What a value does against a schema, by the part of JSON Schema that Limio's documents use. `oneOf` is taken as "any of":
 * the documented forms of a subscription both fit any object.
 */
export function validate(api: OpenApi, schema: Json, value: Json | undefined, pointer = ''): string[] {
  if (!isJsonObject(schema)) return [];
  const ref = schema['$ref'];
  if (typeof ref === 'string') return validate(api, at(api.schemas, ref.split('/').at(-1) ?? ''), value, pointer);
  const all = Array.isArray(schema['allOf']) ? schema['allOf'] : [];
  const any = Array.isArray(schema['oneOf']) ? schema['oneOf'] : [];
  const tried = any.map((one) => validate(api, one, value, pointer));
  return [
    ...all.flatMap((one) => validate(api, one, value, pointer)),
    ...(tried.some((problems) => problems.length === 0) ? [] : (tried[0] ?? [])),
    ...validateType(schema, value).map((problem) => `${pointer} ${problem}`),
    ...validateParts(api, schema, value, pointer),
  ];
}

function validateType({ type, format, enum: values, minimum }: JsonObject, value: Json | undefined): string[] {
  const fits: Record<string, boolean> = {
    string: typeof value === 'string',
    number: typeof value === 'number',
    integer: Number.isInteger(value),
    boolean: typeof value === 'boolean',
    array: Array.isArray(value),
    object: isJsonObject(value),
  };
  if (typeof type === 'string' && fits[type] !== true) return [`is no ${type}`];
  return [
    ...(Array.isArray(values) && !values.includes(value ?? null) ? ['is not in the enum'] : []),
    ...(format === 'date-time' && !(typeof value === 'string' && DATE_TIME.test(value)) ? ['is no date-time'] : []),
    ...(typeof minimum === 'number' && Number(value) < minimum ? ['is below the minimum'] : []),
  ];
}

function validateParts(api: OpenApi, schema: JsonObject, value: Json | undefined, pointer: string): string[] {
  const { properties, required, items } = schema;
  if (Array.isArray(value))
    return items === undefined ? [] : value.flatMap((element, i) => validate(api, items, element, `${pointer}/${i}`));
  if (!isJsonObject(value)) return [];
  const wanted = (Array.isArray(required) ? required : []).filter((key) => typeof key === 'string');
  const missing = wanted.filter((key) => !Object.hasOwn(value, key));
  return [
    ...missing.map((key) => `${pointer}/${key} is missing`),
    ...Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([key, one]) =>
      Object.hasOwn(value, key) ? validate(api, one, value[key], `${pointer}/${key}`) : [],
    ),
  ];
}
