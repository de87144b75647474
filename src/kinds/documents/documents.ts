import { z } from 'zod';
import { type CatalogKind, isKind, type Kind } from '../../model/address.js';
import { getAt, isJsonObject, type Json } from '../../model/json.js';
import type { CatalogInput } from '../catalog/document.js';
import type { journeyDocument } from '../journey/document.js';
import { KIND_DEFINITIONS } from '../kinds.js';
import type { promoCodeDocument } from '../promo-code/document.js';
import type { restrictionShape } from './document-parts.js';
import { journeyTestDocument, priceTestDocument } from './test-documents.js';

/** Kinds of documents: of resources, and of tests. */
export type DocumentKind = Kind | 'journey_test' | 'price_test';

export function isDocumentKind(kind: unknown): kind is DocumentKind {
  return typeof kind === 'string' && (isKind(kind) || kind === 'journey_test' || kind === 'price_test');
}

export function getResourceDocument(kind: DocumentKind): z.ZodObject {
  if (kind === 'journey_test') return journeyTestDocument;
  return kind === 'price_test' ? priceTestDocument : KIND_DEFINITIONS[kind].document;
}

/** A reference to a variable. It is filled in later, as in a file. */
type Variable = `\${vars.${string}}` | `\${env.${string}}`;

/** A variable is legal in place of a number, a boolean or one value of a set. */
type WithVariables<T> = T extends string
  ? string extends T
    ? T
    : T | Variable
  : T extends number | boolean
    ? T | Variable
    : T extends readonly (infer Element)[]
      ? readonly WithVariables<Element>[]
      : T extends object
        ? { [Key in keyof T]: WithVariables<T[Key]> }
        : T;

type Restriction = { [Key in keyof typeof restrictionShape]?: z.input<(typeof restrictionShape)[Key]> };

type Documents = { [K in CatalogKind]: CatalogInput<K> & Restriction } & {
  promo_code: Omit<z.input<typeof promoCodeDocument>, 'kind'>;
  journey: Omit<z.input<typeof journeyDocument>, 'kind'>;
};

/** A resource of one kind, typed by the schema of its documents. */
export type ResourceInput<K extends Kind> = WithVariables<Documents[K]> & { kind?: K };

/** What a function of `define...` returns, and what a program exports. */
export type Resource<K extends Kind = Kind> = { [Each in K]: ResourceInput<Each> & { kind: Each } }[K];

type Path = (string | number)[];

/** One way in which a document does not fit its schema, free of the schema library's words. */
export type ShapeIssue =
  | { code: 'wrong-type'; path: Path; expected: string }
  | { code: 'missing'; path: Path }
  | { code: 'unknown-key'; path: Path; key: string }
  | { code: 'not-allowed'; path: Path; allowed: string[] }
  | { code: 'empty'; path: Path };

/** Every place where a document does not fit the schema of its kind. */
export function checkShape(kind: DocumentKind, document: Json): ShapeIssue[] {
  const parsed = getResourceDocument(kind).safeParse(document);
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => toShapeIssues(issue, document, []));
}

function toShapeIssues(issue: z.core.$ZodIssue, document: Json, base: Path): ShapeIssue[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ code: 'unknown-key', path, key }));
    case 'invalid_union':
      return chooseBranch(issue.errors, path, document);
    case 'invalid_value': {
      if (getAt(document, path) === undefined) return [{ code: 'missing', path }];
      return [{ code: 'not-allowed', path, allowed: issue.values.map(String) }];
    }
    case 'too_small':
      return [{ code: 'empty', path }];
    case 'invalid_type':
      if (getAt(document, path) === undefined) return [{ code: 'missing', path }];
      return [{ code: 'wrong-type', path, expected: issue.expected }];
    // A text that should hold the digits of a number.
    case 'invalid_format':
      return [{ code: 'wrong-type', path, expected: 'number' }];
    default:
      return [{ code: 'wrong-type', path, expected: issue.code }];
  }
}

/**
 * A union fails with the issues of every branch. A union of scalars is reported with the types that it
 * accepts. An element of a journey is reported as raw if it has the key `raw`, else as typed.
 */
function chooseBranch(branches: readonly z.core.$ZodIssue[][], path: Path, document: Json): ShapeIssue[] {
  const value = getAt(document, path);
  const candidates = branches.map((issues) => issues.flatMap((issue) => toShapeIssues(issue, document, path)));
  const types = candidates.map((issues) =>
    issues.flatMap((issue) =>
      issue.code === 'wrong-type' && issue.path.length === path.length ? [issue.expected] : [],
    ),
  );
  if (!isJsonObject(value) || types.every((expected) => expected.length > 0)) {
    return [{ code: 'wrong-type', path, expected: [...new Set(types.flat())].join(' or ') }];
  }
  return (Object.hasOwn(value, 'raw') ? candidates.at(-1) : candidates[0]) ?? [];
}

/** Something legal but not described: a key of an open object, or a value that is not one of the usual. */
export interface Unusual {
  what: 'key' | 'value';
  path: (string | number)[];
  /** The key or the value. */
  text: string;
  /** The described ones. */
  known: readonly string[];
}

/** Everything in a document that its schema accepts without describing it. */
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

/** What a value may be at a place of a document, null and absence aside. */
export interface SchemaPlace {
  objects: z.ZodObject[];
  arrays: z.ZodArray[];
  /** Values that are usual here although any text is legal. */
  usual: readonly string[];
}

const SEEN = new WeakMap<z.core.$ZodType, SchemaPlace>();

/** Looks through `optional`, `nullable` and unions. */
function readSchemaPlace(schema: z.core.$ZodType): SchemaPlace {
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
function findField(object: z.ZodObject, key: string): z.core.$ZodType | undefined {
  return Object.hasOwn(object.shape, key) ? object.shape[key] : undefined;
}

/** True when keys that the object does not describe are legal in it. */
function isOpen(object: z.ZodObject): boolean {
  const rest = object.def.catchall;
  return rest !== undefined && !(rest instanceof z.ZodNever);
}

function listOptions(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return listOptions(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(listOptions);
  return [schema];
}
