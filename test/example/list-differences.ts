import { type Json, canonicalJson, isJsonObject, jsonEqual } from '../../src/model/json.js';

/** Lists whose order means nothing (API reference, section 3), and the values of a condition. */
const SETS = new Set([
  'label__limio',
  'payment_types__limio',
  'allowed_countries__limio',
  'sales_channel__limio',
  'domains',
  'value',
]);

/**
 * Where `live` is not as `declared` asks, as `path: live -> declared`. Written for this test alone
 * and simply, so that it does not share a mistake with the planner.
 */
export function listDifferences(declared: Json, live: Json | undefined, path: string[] = []): string[] {
  if (declared === null) return live === undefined || live === null ? [] : [describe(path, live, declared)];
  if (isJsonObject(declared) && isJsonObject(live)) {
    return Object.entries(declared).flatMap(([key, value]) =>
      listDifferences(value, Object.hasOwn(live, key) ? live[key] : undefined, [...path, key]),
    );
  }
  if (Array.isArray(declared) && Array.isArray(live)) {
    if (SETS.has(path.at(-1) ?? '')) return sameSet(declared, live) ? [] : [describe(path, live, declared)];
    if (declared.length === live.length) {
      return declared.flatMap((value, i) => listDifferences(value, live[i], [...path, String(i)]));
    }
  }
  return live !== undefined && jsonEqual(declared, live) ? [] : [describe(path, live, declared)];
}

function sameSet(a: Json[], b: Json[]): boolean {
  return jsonEqual(a.map(canonicalJson).sort(), b.map(canonicalJson).sort());
}

function describe(path: string[], live: Json | undefined, declared: Json): string {
  return `${path.join('/')}: ${show(live)} -> ${show(declared)}`;
}

function show(value: Json | undefined): string {
  if (typeof value === 'string' && value.length > 40) return '(text)';
  return value === undefined ? 'absent' : JSON.stringify(value);
}
