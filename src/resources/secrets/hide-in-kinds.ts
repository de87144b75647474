import type { Kind } from '../../model/address.js';
import type { FieldChange } from '../../model/change.js';
import type { JsonObject } from '../../model/json.js';
import { formatPointer, parsePointer } from '../../model/pointer.js';
import type { ComparedResource, KindRules } from '../kind-rules.js';
import { mapLeaves, mapTexts } from './map-leaves.js';
import { type SecretCodec, type SecretValues, createSecretCodec, isDigest } from './secret-codec.js';
import { type SecretShape, findSecretShape, maskSecrets, stepIntoShape } from './secret-shape.js';

/**
 * The rules of the kinds for an environment with secrets: bodies hold references, and where one side
 * of a comparison holds a secret, what the other side holds there is only ever told as a digest.
 * For the reader that `hideSecrets` gives. Without secrets the rules stay as they are.
 */
export function hideInKinds(
  kinds: Record<Kind, KindRules>,
  secrets: SecretValues | undefined,
): Record<Kind, KindRules> {
  if (!secrets?.size) return kinds;
  const codec = createSecretCodec(secrets);
  return {
    tag: hideInKind(kinds.tag, codec),
    product: hideInKind(kinds.product, codec),
    add_on: hideInKind(kinds.add_on, codec),
    offer: hideInKind(kinds.offer, codec),
    page: hideInKind(kinds.page, codec),
    promo_code: hideInKind(kinds.promo_code, codec),
    journey: hideInKind(kinds.journey, codec),
  };
}

function hideInKind(rules: KindRules, codec: SecretCodec): KindRules {
  const recode = (body: JsonObject): JsonObject => mapObject(body, codec.recode);
  return {
    ...rules,
    // `like` tells where a secret will stand, also where nothing stood when the plan was made.
    project: (body, like) => maskSecrets(rules.project(body, like), findSecretShape(like), codec.digest) as JsonObject,
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
    present: (body) => mapObject(rules.present(body), codec.show),
  };
}

function hideCompared(compared: ComparedResource, codec: SecretCodec): ComparedResource {
  const { before, after, fields, routing } = compared;
  const masking = startMasking(codec);
  const masked = maskSecrets(before, findSecretShape(after), masking.mask) as JsonObject;
  // Fields of a journey are those of its typed form.
  const shape = findSecretShape(routing?.after ?? after);
  const shown = routing && {
    ...(routing.before
      ? { before: mapObject(maskSecrets(routing.before, shape, masking.mask) as JsonObject, codec.show) }
      : {}),
    ...(routing.after ? { after: mapObject(routing.after, codec.show) } : {}),
  };
  return {
    ...compared,
    before: masked,
    fields: fields.map((field) => hideField(field, { before: shape, after: undefined }, masking, codec)),
    ...(shown ? { routing: shown } : {}),
  };
}

interface Masking {
  mask: (leaf: string | number) => string;
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
 * A digest on one side makes digests of all that has it on both sides, so that a text and its digest
 * count as equal, and nothing else does.
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
  return [mapLeaves(a, align) as JsonObject, mapLeaves(b, align) as JsonObject];
}

function mapObject(object: JsonObject, map: (text: string) => string): JsonObject {
  return mapTexts(object, map) as JsonObject;
}
