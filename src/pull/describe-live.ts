import { findKnownAttribute, KNOWN_ATTRIBUTES, type KnownAttribute } from '../kinds/catalog/attributes.js';
import { computeItemId } from '../kinds/catalog/item-references.js';
import { listKnownKeys } from '../kinds/documents/documents.js';
import type { JourneyCodec } from '../kinds/journey/codec.js';
import type { FieldRules, KindRules } from '../kinds/kind-definition.js';
import { KIND_DEFINITIONS } from '../kinds/kinds.js';
import type { Kind } from '../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { LiveResource } from '../model/model.js';
import { SECRET_OPENING } from '../model/text.js';
import { escapeVariables } from '../source/variables.js';

/** Attributes that people look for first come first. */
const GROUPS: KnownAttribute['group'][] = [
  'price',
  'terms',
  'text',
  'grouping',
  'commerce',
  'routing',
  'references',
  'product',
  'appearance',
];

const ATTRIBUTES = [
  ...new Set([
    'display_name__limio',
    ...GROUPS.flatMap((group) => KNOWN_ATTRIBUTES.filter((row) => row.group === group).map(({ key }) => key)),
  ]),
];

/**
 * The document that declares a live object: without server-owned fields and nulls, keys in reading
 * order. With `typed` false, conditions and actions of a journey stay raw, in the form of the API.
 */
export function describeObject(
  { kind, name, body }: LiveResource,
  rules: KindRules,
  codec: JourneyCodec,
  typed = true,
): JsonObject {
  const fields = rules.fields;
  const shown = kind !== 'journey' ? body : typed ? codec.decode(body) : wrapRaw(body);
  const identity = KIND_DEFINITIONS[kind].identityKey;
  const known = new Set(rules.fields.rows.map(({ path }) => path[0]));
  const entries = Object.entries(shown).flatMap(([key, value]): [string, Json][] => {
    if (key === identity || key === 'kind' || value === null || !known.has(key)) return [];
    const kept = dropServerOwned(writeLiveValue(value, [key], fields), [key], fields);
    return kept === undefined ? [] : [[key, orderKeys(kind, kept, [key])]];
  });
  const ordered = sortEntries(entries, listKnownKeys(kind, []));
  return Object.fromEntries([['kind', kind], [identity, escapeName(name)], ...ordered]);
}

function wrapRaw(body: JsonObject): JsonObject {
  const branches = getOwn(body, 'journeys');
  if (!Array.isArray(branches)) return body;
  const wrapped = branches.map((branch) =>
    isJsonObject(branch)
      ? {
          ...branch,
          conditions: wrapElements(getOwn(branch, 'conditions')),
          actions: wrapElements(getOwn(branch, 'actions')),
        }
      : branch,
  );
  return { ...body, journeys: wrapped };
}

function wrapElements(value: Json | undefined): Json {
  return Array.isArray(value) ? value.map((element) => ({ raw: element })) : (value ?? null);
}

function dropServerOwned(value: Json, path: string[], rules: FieldRules): Json | undefined {
  if (rules.find(path)?.owner.startsWith('server')) return undefined;
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).flatMap(([key, child]): [string, Json][] => {
    const own = dropServerOwned(child, [...path, key], rules);
    return own === undefined ? [] : [[key, own]];
  });
  return kept.length === 0 && Object.keys(value).length > 0 ? undefined : Object.fromEntries(kept);
}

/** Known keys in reading order, at every depth below `path`. */
export function orderKeys(kind: Kind, value: Json, path: (string | number)[]): Json {
  if (Array.isArray(value)) return value.map((element, i) => orderKeys(kind, element, [...path, i]));
  if (!isJsonObject(value)) return value;
  const known = path.length === 1 && path[0] === 'attributes' ? ATTRIBUTES : listKnownKeys(kind, path);
  return Object.fromEntries(
    sortEntries(
      Object.entries(value).map(([key, child]): [string, Json] => [key, orderKeys(kind, child, [...path, key])]),
      known,
    ),
  );
}

/** Known keys in their order, then the others alphabetically. */
function sortEntries(entries: [string, Json][], known: readonly string[]): [string, Json][] {
  const rank = new Map(known.map((key, i) => [key, i]));
  const rankOf = (key: string): number => rank.get(key) ?? known.length;
  return entries.toSorted(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
}

/**
 * A live value as written in a file: with texts escaped, and without inner nulls that mean the same as
 * absence and ids that limio-sync computes.
 */
export function writeLiveValue(live: Json, path: readonly string[], rules: FieldRules): Json {
  const list = rules.find(path)?.list ?? 'ordered';
  if (Array.isArray(live)) {
    if (typeof list !== 'object') return escapeTexts(live);
    return live.map((element, i) => writeLiveValue(element, [...path, String(i)], rules));
  }
  if (!isJsonObject(live)) return escapeTexts(live);
  const entries = Object.entries(shapeElement(live, path)).flatMap(([key, value]): [string, Json][] => {
    if (value === null && key !== 'id') return [];
    // A raw condition or action in the form of the API: every key counts, null too.
    if (key === 'raw' && path[0] === 'journeys') return [[key, escapeTexts(value)]];
    return [[key, writeLiveValue(value, [...path, key], rules)]];
  });
  return Object.fromEntries(entries);
}

/** A live name as written in a file. */
export function escapeName(name: string): string {
  return name.replaceAll('${', () => '$${');
}

/** Whether a live value contains a secret; the reader has replaced secrets by references. */
export function holdsSecretText(live: Json | undefined): boolean {
  return live !== undefined && JSON.stringify(live).includes(SECRET_OPENING);
}

function escapeTexts(value: Json): Json {
  if (typeof value === 'string') return escapeVariables(value);
  if (Array.isArray(value)) return value.map(escapeTexts);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, escapeTexts(child)]));
}

/** Drops ids that limio-sync computes (references) or matches (branches of journeys). */
function shapeElement(live: JsonObject, path: readonly string[]): JsonObject {
  if (path.length === 2 && path[0] === 'journeys') return without(live, 'id');
  const item = getOwn(live, 'path');
  if (typeof item !== 'string' || !isReference(path)) return live.id === null ? without(live, 'id') : live;
  const id = getOwn(live, 'id') ?? null;
  // An explicit null means no id; without it, the id would be computed.
  return id === computeItemId(item) ? without(live, 'id') : { ...live, id };
}

function isReference(path: readonly string[]): boolean {
  const [top, attribute = ''] = path;
  const type = top === 'attributes' ? findKnownAttribute(attribute)?.type : undefined;
  return (
    (type === 'reference_list' && path.length === 3) ||
    (type === 'reference_group' && path.length === 4 && path[2] === 'items')
  );
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([k]) => k !== key));
}
