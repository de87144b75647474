import { findKnownAttribute } from '../kinds/catalog/attributes.js';
import { computeItemId } from '../kinds/catalog/item-references.js';
import type { FieldRules } from '../kinds/kind-definition.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { SECRET_OPENING } from '../model/text.js';
import { escapeVariables } from '../source/interpolate-variables.js';

/**
 * A value of the tenant as a file writes it: texts escaped, nulls inside left out where they mean
 * the same as absence, ids left out that the tool computes.
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
    // The API's own form of a condition or an action: every key of it counts.
    if (key === 'raw' && path[0] === 'journeys') return [[key, escapeTexts(value)]];
    return [[key, writeLiveValue(value, [...path, key], rules)]];
  });
  return Object.fromEntries(entries);
}

/** A name of the tenant as a file writes it. */
export function escapeName(name: string): string {
  return name.replaceAll('${', () => '$${');
}

/** Whether a value of the tenant holds a secret; the reader puts references in place of them. */
export function holdsSecretText(live: Json | undefined): boolean {
  return live !== undefined && JSON.stringify(live).includes(SECRET_OPENING);
}

function escapeTexts(value: Json): Json {
  if (typeof value === 'string') return escapeVariables(value);
  if (Array.isArray(value)) return value.map(escapeTexts);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, escapeTexts(child)]));
}

/** References without the id that is computed anyway, branches of journeys without the one that is matched. */
function shapeElement(live: JsonObject, path: readonly string[]): JsonObject {
  if (path.length === 2 && path[0] === 'journeys') return without(live, 'id');
  const item = getOwn(live, 'path');
  if (typeof item !== 'string' || !isReference(path)) return live.id === null ? without(live, 'id') : live;
  const id = getOwn(live, 'id') ?? null;
  // Null says that there is none; left out it would be computed.
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
