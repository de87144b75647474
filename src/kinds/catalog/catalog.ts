import { type CatalogKind, formatAddress } from '../../model/address.js';
import type { Dialect } from '../../model/dialect.js';
import { getOwn, isJsonObject, type Json, type JsonObject, pickKeys } from '../../model/json.js';
import type { CatalogItem } from '../../model/live-api.js';
import type { LiveResource } from '../../model/resource.js';
import { compareBodies } from '../compare.js';
import { buildFieldRules, type KindRules } from '../kind-definition.js';
import { listRemovals, overlayBody, projectBody } from '../overlay.js';
import { ATTRIBUTE_ROWS } from './attributes.js';
import { listCreateOnlyRows, narrowTo, pickCreateOnly, readCreateOnly } from './create-only.js';

const UNIT_DEPTH = 2;

/**
 * Items of the catalog: changed through bulk-update, made by creation jobs (API reference, sections
 * 3 to 5). The body is `{attributes}` and, beside it, what only a creation sends.
 */
export function createCatalogKind(kind: CatalogKind, dialect: Dialect): KindRules {
  const rows = [...listCreateOnlyRows(kind), ...ATTRIBUTE_ROWS];
  const rules = buildFieldRules(rows);
  const { removal, merge } = dialect.bulkUpdate;
  const listUnremovable = (before: JsonObject, after: JsonObject): string[] =>
    removal === 'unsupported'
      ? listRemovals(attributesOf(before), attributesOf(after), merge === 'deep', ['attributes'])
      : [];
  return {
    kind,
    rows,
    async read(reader, path) {
      const item = await reader.readItem(path);
      return item && toCatalogResource(kind, item, true);
    },
    project: (body, like) => ({
      ...projectCreateOnly(kind, body, like),
      ...projectBody(body, { attributes: attributesOf(like) }, UNIT_DEPTH),
    }),
    compare: (from, to) => compareBodies(from, to, rules),
    compareWithLive(desired, live) {
      const declared = { attributes: attributesOf(desired.body) };
      const overlay = overlayBody(declared, live?.body ?? {}, UNIT_DEPTH, rules);
      const { before } = overlay;
      const after = live ? overlay.after : { ...pickCreateOnly(kind, desired.body), ...overlay.after };
      return {
        before,
        after,
        fields: compareBodies(before, after, rules),
        unconfirmed: [],
        unremovable: listUnremovable(before, after),
      };
    },
    pairSides: (desired, live) => ({
      declared: pickKeys(desired.body, ['attributes']),
      live: pickKeys(live.body, ['attributes']),
      rules,
    }),
    listUnremovable,
    present: (body) => body,
  };
}

export function toCatalogResource(kind: CatalogKind, item: CatalogItem, atHead: boolean): LiveResource {
  return {
    address: formatAddress(kind, item.path),
    kind,
    name: item.path,
    body: { ...readCreateOnly(kind, item), attributes: item.attributes },
    id: item.id,
    ...(item.version === undefined ? {} : { version: item.version }),
    atHead,
    record: item.data,
  };
}

function projectCreateOnly(kind: CatalogKind, body: JsonObject, like: JsonObject): JsonObject {
  const wanted = pickCreateOnly(kind, like);
  return Object.fromEntries(
    Object.entries(pickCreateOnly(kind, body)).flatMap(([key, value]): [string, Json][] => {
      const part = getOwn(wanted, key);
      return part === undefined ? [] : [[key, narrowTo(value, part)]];
    }),
  );
}

function attributesOf(body: JsonObject): JsonObject {
  const attributes = getOwn(body, 'attributes');
  return isJsonObject(attributes) ? attributes : {};
}
