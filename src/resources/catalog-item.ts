import { type CatalogKind, formatAddress } from '../model/address.js';
import type { Dialect } from '../model/dialect.js';
import { type JsonObject, getOwn, isJsonObject } from '../model/json.js';
import type { CatalogItem } from '../model/live-api.js';
import type { LiveResource } from '../model/resource.js';
import { ATTRIBUTE_ROWS } from './catalog-rows.js';
import { compareBodies } from './compare-bodies.js';
import { buildFieldRules } from './field-rule.js';
import type { KindRules } from './kind-rules.js';
import { overlayBody, projectBody } from './overlay-declared.js';
import { listRemovals } from './removals.js';

const UNIT_DEPTH = 2;

/**
 * Offers, add-ons and products: items of the catalog, changed through bulk-update
 * (API reference, sections 3 and 4). The body is `{attributes}`; all else of an item is not ours.
 */
export function createCatalogKind(kind: CatalogKind, dialect: Dialect): KindRules {
  const rules = buildFieldRules(ATTRIBUTE_ROWS);
  const { removal, merge } = dialect.bulkUpdate;
  const listUnremovable = (before: JsonObject, after: JsonObject): string[] =>
    removal === 'unsupported' ? listRemovals(attributesOf(before), attributesOf(after), merge === 'deep', ['attributes']) : [];
  return {
    kind,
    rows: ATTRIBUTE_ROWS,
    async read(reader, path) {
      const item = await reader.readItem(path);
      return item && toCatalogResource(kind, item, true);
    },
    project: (body, like) => projectBody(body, like, UNIT_DEPTH),
    compare: (from, to) => compareBodies(from, to, rules),
    compareWithLive(desired, live) {
      const { before, after } = overlayBody(desired.body, live?.body ?? {}, UNIT_DEPTH, rules);
      return { before, after, fields: compareBodies(before, after, rules), unconfirmed: [], unremovable: listUnremovable(before, after) };
    },
    listUnremovable,
    present: (body) => body,
  };
}

export function toCatalogResource(kind: CatalogKind, item: CatalogItem, atHead: boolean): LiveResource {
  return {
    address: formatAddress(kind, item.path),
    kind,
    name: item.path,
    body: { attributes: item.attributes },
    id: item.id,
    ...(item.version === undefined ? {} : { version: item.version }),
    atHead,
    record: item.data,
  };
}

function attributesOf(body: JsonObject): JsonObject {
  const attributes = getOwn(body, 'attributes');
  return isJsonObject(attributes) ? attributes : {};
}
