import { LimioError } from '../errors/errors.js';
import { asObject, getOwn, isJsonObject, type Json, type JsonObject, listAt, textAt } from '../model/json.js';
import { applyDiff, readItemPath } from './catalog-items.js';
import type { FaultCall } from './faults/fault-rules.js';
import type { ItemRecord } from './item-record.js';
import { buildJourneyRecord, mergeTopLevel } from './journeys.js';
import { buildPromoCodeRecord } from './promo-codes.js';
import { parseJson } from './route.js';
import { parseSeedItem } from './seed-format.js';
import { removeItem, type StoredPromoCode, type Tenant, writeItem } from './tenant.js';

/**
 * Edits by people in the web app, outside the API. Null removes a key.
 * Each throws LimioError ITEM_NOT_FOUND if there is nothing to edit.
 */
export interface TenantEdit {
  /** Sets attributes of an item at head. */
  item: (path: string, attributes: JsonObject) => void;
  /** Sets fields of an item's `data`, such as a page's `offers` or `referencedLabel`. */
  itemData: (path: string, data: JsonObject) => void;
  /** Adds an item in seed format. */
  addItem: (item: JsonObject) => void;
  deleteItem: (path: string) => void;
  /** Creates a journey, or replaces its `data`, in the tenant's wire form. */
  journey: (name: string, data: JsonObject) => void;
  deleteJourney: (name: string) => void;
  /** Sets fields of a code's `data`, as a redemption does with `usage`. */
  promoCode: (promoCode: string, data: JsonObject) => void;
  deletePromoCode: (promoCode: string) => void;
  /** The first publish of a route, in the Page Builder. */
  registerRoute: (route: string) => void;
  /** Invalidates every token. */
  expireTokens: () => void;
  /** Invalidates every list cursor. */
  expireCursors: () => void;
  /** Empties the request log. */
  clearLog: () => void;
}

const EDIT_RULES = { merge: 'shallow', removal: 'null', maxDiffs: Number.POSITIVE_INFINITY } as const;

export function createTenantEdit(tenant: Tenant): TenantEdit {
  return {
    item: (path, attributes) => {
      writeItem(tenant, applyDiff(getItem(tenant, path), attributes, { ...EDIT_RULES, wrapper: 'bare' }));
    },
    itemData: (path, data) => {
      const item = getItem(tenant, path);
      writeItem(tenant, { ...item, data: mergeTopLevel(item.data, data) });
    },
    addItem: (raw) => {
      const { item, productCopies } = parseSeedItem(raw, 'edit', 'the item');
      for (const [path, copy] of productCopies) tenant.productCopies.set(path, copy);
      writeItem(tenant, item);
    },
    deleteItem: (path) => {
      if (!removeItem(tenant, path)) throw notFound(path);
    },
    journey: (name, data) => {
      const previous = tenant.journeys.get(name)?.record;
      tenant.journeys.set(name, { name, record: buildJourneyRecord(tenant, name, data, previous) });
    },
    deleteJourney: (name) => {
      if (!tenant.journeys.delete(name)) throw notFound(`journey ${name}`);
    },
    promoCode: (promoCode, data) => {
      const { record, sequence } = getPromoCode(tenant, promoCode);
      const { name, id } = record;
      const next = buildPromoCodeRecord(tenant, { name, id, data: mergeTopLevel(record.data, data) }, record);
      tenant.promoCodes.set(id, { sequence, record: next });
    },
    deletePromoCode: (promoCode) => {
      tenant.promoCodes.delete(getPromoCode(tenant, promoCode).record.id);
    },
    registerRoute: (route) => {
      tenant.routes.add(route);
    },
    expireTokens: () => tenant.tokens.clear(),
    expireCursors: () => tenant.scrolls.clear(),
    clearLog: () => {
      tenant.log.length = 0;
    },
  };
}

function getItem(tenant: Tenant, path: string): ItemRecord {
  const item = tenant.items.get(path);
  if (!item) throw notFound(path);
  return item;
}

function getPromoCode(tenant: Tenant, promoCode: string): StoredPromoCode {
  const wanted = promoCode.toUpperCase();
  const found = [...tenant.promoCodes.values()].find(({ record }) => getOwn(record.data, 'promoCode') === wanted);
  if (!found) throw notFound(`promo code ${promoCode}`);
  return found;
}

function notFound(subject: string): LimioError {
  return new LimioError({ code: 'ITEM_NOT_FOUND', message: `The emulated tenant has no ${subject}.` });
}

/** An edit as JSON: the body of `POST /__emulator/edit`, and of the fault `edit`. Null removes a key. */
export type TenantEditCall =
  | { path: string; attributes: JsonObject }
  | { journey: string; data: JsonObject }
  | { promoCode: string; data: JsonObject }
  | { path: string; deleted: true }
  | { journey: string; deleted: true }
  | { promoCode: string; deleted: true }
  | { route: string };

const USAGE =
  'Send {path, attributes}, {journey, data}, {promoCode, data} or {route}. ' +
  'To delete, send "deleted": true instead of attributes or data';

/** Narrows a value to an edit, or returns the problem in one sentence. */
export function parseTenantEditCall(value: Json): TenantEditCall | { problem: string } {
  if (!isJsonObject(value)) return { problem: USAGE };
  const subjects = ['path', 'journey', 'promoCode', 'route'].filter((key) => Object.hasOwn(value, key));
  const [subject] = subjects;
  const name = subject === undefined ? undefined : getOwn(value, subject);
  if (subject === undefined || subjects.length > 1 || typeof name !== 'string' || name === '')
    return { problem: USAGE };
  const part = subject === 'path' ? 'attributes' : 'data';
  const allowed = subject === 'route' ? ['route'] : [subject, part, 'deleted'];
  const unknown = Object.keys(value).find((key) => !allowed.includes(key));
  if (unknown !== undefined) return { problem: `An edit of a ${subject} has no key ${JSON.stringify(unknown)}` };
  if (subject !== 'route') {
    if (Object.hasOwn(value, 'deleted')) {
      if (value['deleted'] !== true || Object.hasOwn(value, part))
        return { problem: `deleted must be true, without ${part}` };
    } else if (!isJsonObject(getOwn(value, part))) return { problem: `${part} must be an object` };
  }
  // The subject and all keys were checked above.
  return value as TenantEditCall;
}

/** @throws LimioError ITEM_NOT_FOUND if there is nothing to edit. */
export function runTenantEditCall(tenant: Tenant, call: TenantEditCall): void {
  const edit = createTenantEdit(tenant);
  if ('route' in call) edit.registerRoute(call.route);
  else if ('path' in call) {
    if ('deleted' in call) edit.deleteItem(call.path);
    else edit.item(call.path, call.attributes);
  } else if ('journey' in call) {
    if ('deleted' in call) edit.deleteJourney(call.journey);
    else edit.journey(call.journey, call.data);
  } else if ('deleted' in call) edit.deletePromoCode(call.promoCode);
  else edit.promoCode(call.promoCode, call.data);
}

/** The field that an edit of `target` sets. No repository declares it. */
const FIELD = 'edited_by_hand';

/** An edit by another person. Returns false if there is nothing to edit. */
export function runEdit(edit: 'target' | TenantEditCall, call: FaultCall, turn: number): boolean {
  try {
    if (edit !== 'target') runTenantEditCall(call.tenant, edit);
    else return editTarget(call, `by a colleague, ${turn}`);
    return true;
  } catch (error) {
    if (error instanceof LimioError && error.code === 'ITEM_NOT_FOUND') return false;
    throw error;
  }
}

/** Edits the object of the request, or the first one of a bulk-update. */
function editTarget({ tenant, operation, request }: FaultCall, note: string): boolean {
  const edit = createTenantEdit(tenant);
  const [journey, promo] = [request.params['name'] ?? '', request.params['id'] ?? ''];
  switch (operation) {
    case 'head-item':
      edit.item(readItemPath(request), { [FIELD]: note });
      return true;
    case 'bulk-update':
      edit.item(readFirstPath(request.bodyText), { [FIELD]: note });
      return true;
    case 'get-journey':
    case 'put-journey': {
      const data = tenant.journeys.get(journey)?.record.data;
      if (data) edit.journey(journey, { ...data, [FIELD]: note });
      return data !== undefined;
    }
    case 'get-promo':
    case 'put-promo': {
      const code = getOwn(tenant.promoCodes.get(promo)?.record.data ?? {}, 'promoCode');
      if (typeof code === 'string') edit.promoCode(code, { [FIELD]: note });
      return typeof code === 'string';
    }
    default:
      return false;
  }
}

function readFirstPath(bodyText: string): string {
  const [first] = listAt(asObject(parseJson(bodyText)), 'diffs');
  return textAt(asObject(first), 'path') ?? '';
}
