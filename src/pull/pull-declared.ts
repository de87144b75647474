import type { JourneyCodec } from '../kinds/journey/codec.js';
import type { KindRules } from '../kinds/kind-definition.js';
import type { Address, Kind } from '../model/address.js';
import {
  formatPointer,
  getOwn,
  isJsonObject,
  type Json,
  jsonEqual,
  type JsonObject,
  parsePointer,
  withKey,
} from '../model/json.js';
import type { DesiredResource, LiveResource } from '../model/model.js';
import type { PullConflict } from '../model/pull.js';
import type { Declaration, ParsedDocument } from '../source/documents.js';
import type { DocumentEdit } from '../source/edit/edit.js';
import { locatePosition } from '../source/locate.js';
import type { CellEdit } from '../source/tables/csv.js';
import { type PullContext, pullDocument } from './pull-value.js';
import type { Target } from './uses.js';

/** The edits that make one declared object equal to the live one: of its document and its overlay. */
export interface ResourceEdit {
  address: Address;
  /** Pointers of the fields that differ, as a plan names them. */
  fields: string[];
  edits: (DocumentEdit & { path: string })[];
  /** What it shares with others, by rows or bases: share-edits.ts decides where to write it. */
  targets: Target[];
  /** The cells that change for it. */
  cells: (CellEdit & { path: string })[];
  /** The values, by pointer, that shared edits write, and the file of each. */
  written: { path: string; pointer: string }[];
  conflicts: PullConflict[];
  /** Attributes and top-level fields that keep values of the files. */
  kept: ReadonlySet<string>;
}

/** The edits for one declared object; undefined when the planner finds no difference. */
export function pullDeclared(
  desired: DesiredResource,
  live: LiveResource,
  { document }: Declaration,
  kinds: Record<Kind, KindRules>,
  codec: JourneyCodec,
  { frozen = new Set(), into = 'base' }: { frozen?: ReadonlySet<string>; into?: PullInto } = {},
): ResourceEdit | undefined {
  const { fields } = kinds[desired.kind].compareWithLive(desired, live, codec);
  if (fields.length === 0 || !isJsonObject(document.value)) return undefined;
  const sides = kinds[desired.kind].pairSides(desired, live, codec);
  const context: PullContext = { rules: sides.rules, conflicts: [], frozen };
  const wanted = pullDocument(document.value, sides.declared, sides.live, context);
  const conflicts = context.conflicts.map(({ path, ...conflict }): PullConflict => {
    const source = locatePosition(document, path);
    return { ...conflict, address: desired.address, pointer: formatPointer(path.map(String)), source };
  });
  const pulled = fields.map(({ path }) => path).filter((path) => !frozen.has(topLevelFieldOf(path)));
  return {
    address: desired.address,
    fields: pulled,
    ...listEdits(document, wanted, into, desired.address),
    cells: [],
    written: [],
    conflicts,
    kept: new Set([...frozen, ...conflicts.map(({ pointer }) => topLevelFieldOf(pointer))]),
  };
}

/** The name of the attribute or top-level field that a pointer leads into. */
export function topLevelFieldOf(pointer: string): string {
  const [first = '', second] = parsePointer(pointer);
  return first === 'attributes' && second !== undefined ? second : first;
}

/** The edits of the document and its overlay. What rows or bases helped to make becomes a target. */
function listEdits(
  document: ParsedDocument,
  wanted: Json,
  into: PullInto,
  address: Address,
): Pick<ResourceEdit, 'edits' | 'targets'> {
  const { derivation, value } = document;
  const edits: ResourceEdit['edits'] = [];
  const targets: Target[] = [];
  const add = (layer: ParsedDocument, next: Json): void => {
    if (jsonEqual(layer.value, next)) return;
    if (layer.derivation || layer.place) targets.push({ address, whole: document, document: layer, wanted: next });
    else edits.push({ path: layer.file.path, index: layer.index, value: next });
  };
  const layers = derivation?.by === 'overlay' ? { base: derivation.below, overlay: derivation.above } : undefined;
  if (
    !layers ||
    !isJsonObject(layers.base.value) ||
    !isJsonObject(layers.overlay.value) ||
    !isJsonObject(value) ||
    !isJsonObject(wanted)
  ) {
    add(document, wanted);
  } else {
    const split = splitLayers({ base: layers.base.value, overlay: layers.overlay.value }, value, wanted, into);
    add(layers.base, split.base);
    add(layers.overlay, split.overlay);
  }
  return { edits, targets };
}

/** Where to write differences in fields that no overlay sets. */
export type PullInto = 'base' | 'overlay';

/** A base and its overlay, which is merged over it by RFC 7396. */
export interface LayerValues {
  base: JsonObject;
  overlay: JsonObject;
}

/**
 * Splits a new merged value over base and overlay. Each difference is written to the layer that sets the
 * value, or `into` the overlay, so that the base stays the same for other environments. A null in an
 * overlay removes the key of the base: a field that the tenant cleared is then not managed there.
 */
export function splitLayers(
  layers: LayerValues,
  merged: JsonObject,
  wanted: JsonObject,
  into: PullInto = 'base',
): LayerValues {
  let { base, overlay } = layers;
  for (const key of new Set([...Object.keys(merged), ...Object.keys(wanted)])) {
    const value = getOwn(wanted, key);
    const before = getOwn(merged, key);
    if (jsonEqual(before, value)) continue;
    const below = getOwn(base, key);
    const above = getOwn(overlay, key);
    if (above === undefined && into === 'base') {
      base = setKey(base, key, value);
    } else if (
      (above === undefined || isJsonObject(above)) &&
      isJsonObject(below) &&
      isJsonObject(before) &&
      isJsonObject(value)
    ) {
      const inner = splitLayers({ base: below, overlay: above ?? {} }, before, value, into);
      base = setKey(base, key, inner.base);
      overlay = setKey(overlay, key, inner.overlay);
    } else {
      overlay = setKey(overlay, key, value ?? (below === undefined || below === null ? undefined : null));
    }
  }
  return { base, overlay };
}

/** Sets or removes a key. An existing key keeps its place. */
function setKey(object: JsonObject, key: string, value: Json | undefined): JsonObject {
  if (value === undefined) return Object.fromEntries(Object.entries(object).filter(([k]) => k !== key));
  if (!Object.hasOwn(object, key)) return withKey(object, key, value);
  return Object.fromEntries(Object.entries(object).map(([k, old]) => [k, k === key ? value : old]));
}
