import { z } from 'zod';
import type { CatalogKind } from '../../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject, jsonEqual, objectAt } from '../../model/json.js';
import type { FieldRule } from '../kind-definition.js';
import { isLeftOver, narrowTo, toPath } from './create-only.js';

type Setting = Pick<FieldRule, 'type' | 'list' | 'note'> & { schema: z.ZodType };

const HOW = 'Set it in the Page Builder: limio-sync compares it and never sends it.';

/**
 * Settings of pages outside the attributes. The builds take them from `data`, and the wire form of a write is unknown
 * (API reference, section 9), so files can declare them and people set them.
 */
const SETTINGS = {
  isAuthenticated: {
    type: 'boolean',
    note: 'True if only signed-in visitors see the page.',
    schema: z.boolean(),
  },
  pageAuthProvider: { type: 'text', note: 'What signs visitors in.', schema: z.string() },
  pageStyle: {
    type: 'text or object',
    note: 'Style of the page.',
    schema: z.union([z.string(), z.looseObject({})]),
  },
  assets: {
    type: 'list',
    list: 'ordered',
    note: 'Scripts and styles of the page: paths or objects.',
    schema: z.array(z.union([z.string(), z.looseObject({})])),
  },
} satisfies Record<string, Setting>;

/** These settings in a document of the kind, as TypeScript sees them. */
export type SettingInput<K extends CatalogKind> = K extends 'page'
  ? { [S in keyof typeof SETTINGS]?: z.input<(typeof SETTINGS)[S]['schema']> | undefined }
  : unknown;

/** Their rows in the table of the kind. */
export function listSettingRows(kind: CatalogKind): FieldRule[] {
  return listSettings(kind).map(([key, { schema: _schema, note, ...row }]) => ({
    path: [key],
    owner: 'server',
    ...row,
    note: `${note} ${HOW}`,
  }));
}

/** Their schemas in a document of the kind. */
export function buildSettingShape(kind: CatalogKind): Record<string, z.ZodType> {
  return Object.fromEntries(
    listSettings(kind).map(([key, { schema, note }]) => [key, schema.optional().describe(`${note} ${HOW}`)]),
  );
}

/** The settings that a document, or a body, declares. */
export function pickSettings(kind: CatalogKind, from: JsonObject): JsonObject {
  return Object.fromEntries(
    listSettings(kind).flatMap(([key]): [string, Json][] => {
      const value = getOwn(from, key);
      return value === undefined || value === null ? [] : [[key, value]];
    }),
  );
}

export interface SettingDifference {
  key: string;
  declared: Json;
  /** The declared part of what is live; undefined where the tenant shows nothing. */
  live: Json | undefined;
}

/** Settings that a live item holds in another way. `data` is that of the item. */
export function findSettingDifferences(kind: CatalogKind, body: JsonObject, data: JsonObject): SettingDifference[] {
  return Object.entries(pickSettings(kind, body)).flatMap(([key, declared]): SettingDifference[] => {
    const outer = getOwn(data, key);
    // The outer one can be an empty left-over of the one in the attributes (section 3).
    const held = isLeftOver(outer) ? (getOwn(objectAt(data, 'attributes'), key) ?? outer) : outer;
    const isNone = held === undefined || held === null;
    if (isNone) return declared === false || isLeftOver(declared) ? [] : [{ key, declared, live: undefined }];
    const live = narrowTo(alignPaths(held, declared), declared);
    return jsonEqual(live, declared) ? [] : [{ key, declared, live }];
  });
}

/** Tenants may hold a path as an object that has it. */
function alignPaths(held: Json, declared: Json): Json {
  if (!Array.isArray(held) || !Array.isArray(declared)) return held;
  return held.map((one) =>
    declared.some((other) => typeof other === 'string') && isJsonObject(one) ? toPath(one) : one,
  );
}

function listSettings(kind: CatalogKind): [string, Setting][] {
  return kind === 'page' ? Object.entries(SETTINGS) : [];
}
