import { type Json, canonicalJson, getOwn, isJsonObject } from '../../model/json.js';
import { parsePointer } from '../../model/pointer.js';
import { holdsSecret, isAllSecret } from './secret-codec.js';

/**
 * Where a value holds secrets. Elements of a list are taken together: which of them is which is
 * not known when one was renamed, and what looks like another element may hold the old secret.
 */
export type SecretShape =
  | 'secret'
  | { keys: ReadonlyMap<string, SecretShape> }
  | { items: SecretShape; open: ReadonlySet<string> };

/** Undefined when the value holds no reference and no digest. */
export function findSecretShape(value: Json | undefined): SecretShape | undefined {
  if (typeof value === 'string') return holdsSecret(value) ? 'secret' : undefined;
  if (Array.isArray(value)) {
    const items = value.map(findSecretShape).reduce(mergeShapes, undefined);
    return items && { items, open: new Set(value.map(canonicalJson)) };
  }
  if (!isJsonObject(value)) return undefined;
  const keys = Object.keys(value).flatMap((key): [string, SecretShape][] => {
    const shape = findSecretShape(getOwn(value, key));
    return shape ? [[key, shape]] : [];
  });
  return keys.length === 0 ? undefined : { keys: new Map(keys) };
}

/**
 * Masks every text and number that stands where the shape says that the other side has a secret.
 * Left as they are: references, digests, and list elements that the other side holds as well.
 */
export function maskSecrets(
  value: Json,
  shape: SecretShape | undefined,
  mask: (leaf: string | number) => string,
): Json {
  if (shape === undefined || value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return isAllSecret(value) ? value : mask(value);
  if (typeof value === 'number') return mask(value);
  if (Array.isArray(value)) {
    const [items, open] =
      typeof shape === 'object' && 'items' in shape ? [shape.items, shape.open] : ['secret' as const];
    return value.map((item) => (open?.has(canonicalJson(item)) ? item : maskSecrets(item, items, mask)));
  }
  const keys = typeof shape === 'object' && 'keys' in shape ? shape.keys : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, maskSecrets(part, keys ? keys.get(key) : 'secret', mask)]),
  );
}

/** The shape at a path of a field change, and which segments of the path name an element of a list. */
export function stepIntoShape(
  shape: SecretShape | undefined,
  path: string,
): { shape: SecretShape | undefined; inList: boolean[] } {
  let at = shape;
  const inList = parsePointer(path).map((segment) => {
    if (typeof at !== 'object') return false;
    const isItem = 'items' in at;
    at = 'items' in at ? at.items : at.keys.get(segment);
    return isItem;
  });
  return { shape: at, inList };
}

function mergeShapes(a: SecretShape | undefined, b: SecretShape | undefined): SecretShape | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (typeof a === 'string' || typeof b === 'string') return 'secret';
  if ('items' in a)
    return 'items' in b
      ? { items: mergeShapes(a.items, b.items) ?? 'secret', open: new Set([...a.open, ...b.open]) }
      : 'secret';
  if ('items' in b) return 'secret';
  const keys = [...new Set([...a.keys.keys(), ...b.keys.keys()])];
  return { keys: new Map(keys.map((key) => [key, mergeShapes(a.keys.get(key), b.keys.get(key)) ?? 'secret'])) };
}
