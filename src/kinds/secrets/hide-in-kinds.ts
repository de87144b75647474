import { type Kind, mapKinds } from '../../model/address.js';
import {
  canonicalJson,
  formatPointer,
  getOwn,
  isJsonObject,
  type Json,
  type JsonObject,
  mapLeaves,
  mapTexts,
  parsePointer,
} from '../../model/json.js';
import type { FieldChange } from '../../model/plan.js';
import type { BodyDiff, KindRules } from '../kind-definition.js';
import {
  createSecretCodec,
  holdsSecret,
  isAllSecret,
  isDigest,
  type SecretCodec,
  type SecretValues,
} from './secret-codec.js';

/**
 * The rules of the kinds for an environment with secrets: bodies hold references, and where one side
 * of a comparison has a secret, the value of the other side is shown only as a digest. Needs bodies
 * from the reader of `hideSecrets`. Without secrets, the rules do not change.
 */
export function hideInKinds(
  kinds: Record<Kind, KindRules>,
  secrets: SecretValues | undefined,
): Record<Kind, KindRules> {
  if (!secrets?.size) return kinds;
  const codec = createSecretCodec(secrets);
  return mapKinds((kind) => hideInKind(kinds[kind], codec));
}

function hideInKind(rules: KindRules, codec: SecretCodec): KindRules {
  const recode = (body: JsonObject): JsonObject => mapTexts(body, codec.recode);
  return {
    ...rules,
    // `like` shows where a secret will be, even where the live object had no value.
    project: (body, like) => maskSecrets(rules.project(body, like), findSecretShape(like), codec.digest),
    compare(from, to) {
      const [a, b] = alignDigests(recode(from), recode(to), codec);
      // Fields are those of the form that people read.
      const [shownA, shownB] = [rules.present(a), rules.present(b)];
      const shapes = { before: findSecretShape(shownB), after: findSecretShape(shownA) };
      const masking = startMasking(codec);
      maskSecrets(shownA, shapes.before, masking.mask);
      maskSecrets(shownB, shapes.after, masking.mask);
      return rules.compare(a, b).map((field) => hideField(field, shapes, masking, codec));
    },
    compareWithLive(desired, live, journeyCodec) {
      return hideCompared(rules.compareWithLive({ ...desired, body: recode(desired.body) }, live, journeyCodec), codec);
    },
    pairSides: (desired, live, journeyCodec) =>
      rules.pairSides({ ...desired, body: recode(desired.body) }, live, journeyCodec),
    // What people read only.
    present: (body) => mapTexts(rules.present(body), codec.show),
  };
}

function hideCompared(compared: BodyDiff, codec: SecretCodec): BodyDiff {
  const { before, after, fields, routing } = compared;
  const masking = startMasking(codec);
  const masked = maskSecrets(before, findSecretShape(after), masking.mask);
  // Fields of a journey are those of its typed form.
  const shape = findSecretShape(routing?.after ?? after);
  const shown = routing && {
    ...(routing.before ? { before: mapTexts(maskSecrets(routing.before, shape, masking.mask), codec.show) } : {}),
    ...(routing.after ? { after: mapTexts(routing.after, codec.show) } : {}),
  };
  return {
    ...compared,
    before: masked,
    fields: fields.map((field) => hideField(field, { before: shape, after: undefined }, masking, codec)),
    ...(shown ? { routing: shown } : {}),
  };
}

type Mask = (leaf: string | number) => string;

interface Masking {
  mask: Mask;
  /** What was masked so far, which the name of a list element may repeat. */
  masked: Set<string>;
}

function startMasking(codec: SecretCodec): Masking {
  const masked = new Set<string>();
  const mask = (leaf: string | number): string => {
    if (typeof leaf === 'string') masked.add(leaf);
    return codec.digest(leaf);
  };
  return { mask, masked };
}

/** The shapes say what each side of the field must hide: where the other side has its secrets. */
type Shapes = Record<'before' | 'after', SecretShape | undefined>;

function hideField(field: FieldChange, shapes: Shapes, masking: Masking, codec: SecretCodec): FieldChange {
  const hideName = (name: string): string => (masking.masked.has(name) ? codec.digest(name) : name);
  const at = { before: stepIntoShape(shapes.before, field.path), after: stepIntoShape(shapes.after, field.path) };
  const hideSide = (side: 'before' | 'after'): Partial<FieldChange> => {
    const value = field[side];
    if (value === undefined) return {};
    const masked =
      field.show === 'order' ? mapTexts(value, hideName) : maskSecrets(value, at[side].shape, masking.mask);
    return { [side]: mapTexts(masked, codec.show) };
  };
  const path = parsePointer(field.path).map((segment, i) =>
    at.before.inList[i] || at.after.inList[i] ? codec.show(hideName(segment)) : segment,
  );
  return { ...field, path: formatPointer(path), ...hideSide('before'), ...hideSide('after') };
}

/**
 * Where one side has a digest, every value with that digest becomes one on both sides: a text and its
 * digest count as equal, and nothing else does.
 */
function alignDigests(a: JsonObject, b: JsonObject, codec: SecretCodec): [JsonObject, JsonObject] {
  const digests = new Set<string | number>();
  for (const side of [a, b]) {
    mapLeaves(side, (leaf) => {
      if (typeof leaf === 'string' && isDigest(leaf)) digests.add(leaf);
      return leaf;
    });
  }
  if (digests.size === 0) return [a, b];
  const align = (leaf: string | number): string | number => {
    if (typeof leaf === 'string' && isDigest(leaf)) return leaf;
    const digest = codec.digest(leaf);
    return digests.has(digest) ? digest : leaf;
  };
  return [mapLeaves(a, align), mapLeaves(b, align)];
}

/**
 * Where a value holds secrets. Elements of a list are taken together: after a renaming nobody knows
 * which is which, and what looks like another element may hold the old secret.
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
 * Masks every text and number where, by the shape, the other side has a secret. Not masked:
 * references, digests, and list elements that the other side has as well.
 */
export function maskSecrets(value: JsonObject, shape: SecretShape | undefined, mask: Mask): JsonObject;
export function maskSecrets(value: Json, shape: SecretShape | undefined, mask: Mask): Json;
export function maskSecrets(value: Json, shape: SecretShape | undefined, mask: Mask): Json {
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
