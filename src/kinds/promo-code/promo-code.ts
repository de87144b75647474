import { matchGlobs } from '../../glob/glob.js';
import { type Address, formatAddress, parseAddress } from '../../model/address.js';
import type { Dialect } from '../../model/dialect.js';
import {
  getAt,
  getOwn,
  isJsonObject,
  type JsonObject,
  objectAt,
  parsePointer,
  pickKeys,
  textAt,
} from '../../model/json.js';
import type { LiveReader, PromoCodeBody, PromoCodeRecord } from '../../model/live-api.js';
import type { DesiredResource, LiveResource, WriteTarget } from '../../model/model.js';
import type { Change } from '../../model/plan.js';
import { compareBodies } from '../compare.js';
import { buildFieldRules, type KindDefinition, type KindRules, type ReadKindInput } from '../kind-definition.js';
import { listRemovals, overlayBody, projectBody } from '../overlay.js';
import { readOrNote } from '../odd-answers.js';
import type { LiveState } from '../read-live.js';
import { type Reference, toItemReference, toLabels } from '../references.js';
import { PROMO_CODE_ROWS, promoCodeDocument } from './document.js';

const FIELDS = buildFieldRules(PROMO_CODE_ROWS);

/** What a creation requires, and what a PUT needs whole, whatever it changes (API reference, section 6). */
const REQUIRED_KEYS = ['applicationLevel', 'status', 'productDetails', 'discount'];

/** Promo codes (API reference, section 6). The body is the `data` of the object. Live at once, no build. */
export const PROMO_CODE: KindDefinition = {
  kind: 'promo_code',
  identityKey: 'promoCode',
  document: promoCodeDocument,
  fields: FIELDS,
  checks: [
    'shape',
    'text',
    'unusual',
    'promo-code-syntax',
    'promo-code-dates',
    'promo-code-numbers',
    'promo-code-discount',
    'promo-code-label',
  ],
  writePhase: 'promo-codes',
  writeRank: 4,
  tenantFolders: [],
  fileFolder: { base: 'catalog', name: 'promo-codes' },
  scopeKey: 'promo_codes',
  toBody(document, name) {
    const { kind: _kind, ownership: _own, moved_from: _old, only: _only, except: _except, ...data } = document;
    return { ...data, promoCode: name };
  },
  listReferences: listPromoCodeReferences,
  listMissing: (body) => REQUIRED_KEYS.filter((key) => !Object.hasOwn(body, key)),
  findPolicyFault: ([top]) =>
    top === 'promoCode'
      ? { message: 'The code itself cannot be ignored.', hint: 'To ignore the whole object, leave out the field.' }
      : undefined,
  createRules: createPromoCodeRules,
  readLive: readPromoCodes,
};

/** One write replaces whole top-level keys. */
const FIELD_DEPTH = 1;

function createPromoCodeRules(dialect: Dialect): KindRules {
  const listUnremovable = (before: JsonObject, after: JsonObject): string[] =>
    dialect.promo.removal === 'unsupported' ? listRemovals(before, after, false) : [];
  return {
    kind: 'promo_code',
    phase: 'promo-codes',
    fields: FIELDS,
    async read(reader, name, id) {
      const record = await reader.readPromoCode(id ?? makePromoCodeId(name));
      return record && toPromoCodeResource(record);
    },
    project: (body, like) => projectBody(body, like, FIELD_DEPTH),
    compare: (from, to) => compareBodies(from, to, FIELDS),
    parking: {
      park,
      isParked,
      unpark: (body) => unpark(body, dialect),
    },
    followCounts,
    compareWithLive(desired, live) {
      const unparked = live && isParked(live.body) ? unpark(live.body, dialect) : {};
      // Compared with the code that it was before it moved, only the identity differs for certain.
      const identity = live && live.address !== desired.address ? { promoCode: desired.name } : {};
      const fields = live ? { ...unparked, ...dropServerFields(desired), ...identity } : desired.body;
      const declared = spellFixedAmount(fields, dialect);
      const { before, after } = overlayBody(declared, live?.body ?? {}, FIELD_DEPTH, FIELDS);
      return {
        before,
        after,
        fields: compareBodies(before, after, FIELDS),
        unconfirmed: [],
        unremovable: listUnremovable(before, after),
      };
    },
    pairSides: (desired, live) => ({
      declared: spellFixedAmount(dropServerFields(desired), dialect),
      live: live.body,
      rules: FIELDS,
    }),
    listUnremovable,
    write: writePromoCode,
    present: (body) => body,
  };
}

/**
 * The API cannot rename a promo code. A parked one is switched off, and its description says why to whoever sees it in
 * the web app. The status that it will have again is read from there, since a file need not declare it.
 */
const PARKED = / ?\[limio-sync is renaming this code, which was (active|inactive)\]$/;

function park(body: JsonObject): JsonObject {
  const was = getOwn(body, 'status') === true ? 'active' : 'inactive';
  const mark = `[limio-sync is renaming this code, which was ${was}]`;
  const description = [textAt(body, 'description') ?? '', mark].filter((text) => text !== '').join(' ');
  return { ...body, status: false, description };
}

function isParked(body: JsonObject): boolean {
  return PARKED.test(textAt(body, 'description') ?? '');
}

function unpark(body: JsonObject, { promo }: Pick<Dialect, 'promo'>): JsonObject {
  const text = textAt(body, 'description') ?? '';
  const description = text.replace(PARKED, '');
  const cleared = promo.removal === 'unsupported' ? '' : null;
  return { status: PARKED.exec(text)?.[1] === 'active', description: description === '' ? cleared : description };
}

/** What a code gives once it is no longer parked. */
export function toRedeemable(body: JsonObject, dialect: Pick<Dialect, 'promo'>): JsonObject {
  return isParked(body) ? { ...body, ...unpark(body, dialect) } : body;
}

/** A redemption may lower the quantity (API reference, section 6). A higher one is an edit. */
function followCounts(planned: JsonObject, live: JsonObject): JsonObject {
  const [was, is] = [planned, live].map((body) => getAt(body, ['usage', 'availableQuantity']));
  if (typeof was !== 'number' || typeof is !== 'number' || is >= was) return planned;
  return { ...planned, usage: { ...objectAt(planned, 'usage'), availableQuantity: is } };
}

export function makePromoCodeId(code: string): string {
  return `promo_code_v2-${code}`;
}

function toPromoCodeResource(record: PromoCodeRecord): LiveResource {
  const name = codeOf(record);
  return {
    address: formatAddress('promo_code', name),
    kind: 'promo_code',
    name,
    body: record.data,
    id: record.id,
    ...(record.version === undefined ? {} : { version: record.version }),
    atHead: true,
    record: { ...record.record, name: record.name },
  };
}

/** Codes are compared in upper case, which is how they are stored. */
export function codeOf(record: PromoCodeRecord): string {
  const code = getOwn(record.data, 'promoCode');
  return (typeof code === 'string' ? code : record.name).toUpperCase();
}

/** Drops what only a creation sets: the identity, and the fields that the server owns afterwards. */
function dropServerFields(desired: DesiredResource): JsonObject {
  const { promoCode: _identity, ...rest } = desired.body;
  const usage = getOwn(rest, 'usage');
  if (!isJsonObject(usage) || desired.owned.includes('usage.availableQuantity')) return rest;
  const { availableQuantity: _counted, ...kept } = usage;
  const { usage: _usage, ...others } = rest;
  return Object.keys(kept).length === 0 ? others : { ...others, usage: kept };
}

/** A fixed amount in files (API reference, section 6); tenants may use another name. */
const FIXED_AMOUNT = 'DiscountFixedAmount';

function spellFixedAmount(body: JsonObject, dialect: Dialect): JsonObject {
  const discount = getOwn(body, 'discount');
  if (!isJsonObject(discount) || getOwn(discount, 'discountType') !== FIXED_AMOUNT) return body;
  return { ...body, discount: { ...discount, discountType: dialect.promo.fixedAmountType } };
}

const writePromoCode: NonNullable<KindRules['write']> = async (writer, change, target, renew) => {
  const name = change.address.slice('promo_code:'.length);
  const id = target.live?.id ?? change.live?.id ?? makePromoCodeId(name);
  if (change.action === 'delete') {
    await writer.deletePromoCode(id, renew && (async () => void (await renew())));
  } else if (change.action === 'create') {
    const body = { name, id, data: dropNulls(target.body) };
    await writer.createPromoCode(body, renew && (async () => (await renew(), body)));
  } else {
    const build = (now: WriteTarget): PromoCodeBody => buildUpdate(change, name, id, now);
    await writer.updatePromoCode(build(target), renew && (async () => build(await renew())));
  }
};

function buildUpdate({ patch }: Change, name: string, id: string, { live, body }: WriteTarget): PromoCodeBody {
  const changed = patch.map(({ path }) => parsePointer(path)[0] ?? '');
  const storedName = getOwn(live?.record ?? {}, 'name');
  return {
    name: typeof storedName === 'string' ? storedName : name,
    id,
    data: pickKeys(body, ['promoCode', ...REQUIRED_KEYS, ...changed]),
  };
}

function dropNulls(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
}

function listPromoCodeReferences(body: JsonObject): Reference[] {
  const path = getOwn(objectAt(objectAt(body, 'productDetails'), 'product'), 'path');
  return [
    ...toItemReference(path, ['productDetails', 'product', 'path']),
    ...toLabels(getOwn(body, 'referencedOfferLabel'), ['referencedOfferLabel']),
  ];
}

/**
 * Lists hold summaries, and a code may be stored under another name (API reference, section 6). Codes
 * that no summary names are found by reading the rest.
 */
async function readPromoCodes(reader: LiveReader, { declared, scope }: ReadKindInput, state: LiveState): Promise<void> {
  const listing = await reader.listPromoCodes();
  state.listings.promo_code = {
    complete: listing.complete,
    ...(listing.note === undefined ? {} : { note: listing.note }),
    ...(listing.complete || scope.length === 0 ? {} : { hidesDeletions: true }),
  };
  const byId = new Map(listing.items.map((summary) => [summary.id.toUpperCase(), summary.id]));
  const remaining = new Set(listing.items.map((summary) => summary.id));
  const read = async (id: string, address: Address, name: 'declared' | 'found'): Promise<void> => {
    remaining.delete(id);
    const record = await readOrNote(state.unreadable, address, () => reader.readPromoCode(id), name);
    if (record) {
      const resource = toPromoCodeResource(record);
      state.resources.set(resource.address, resource);
    }
  };
  const wanted = new Set(declared.flatMap(({ address, movedFrom }) => [address, ...(movedFrom ? [movedFrom] : [])]));
  await Promise.all(
    Array.from(wanted, (address) => {
      const id = makePromoCodeId(parseAddress(address).name);
      return read(byId.get(id.toUpperCase()) ?? id, address, 'declared');
    }),
  );
  const isSeen = (address: Address): boolean => state.resources.has(address) || state.unreadable.has(address);
  // A code that an earlier run left half-way through its move may have its old one under another id.
  const isWhole = (address: Address): boolean => !isParked(state.resources.get(address)?.body ?? {});
  const allFound = declared.every(
    ({ address, movedFrom }) => isSeen(address) && (movedFrom === undefined || isSeen(movedFrom) || isWhole(address)),
  );
  const inScope = (id: string): boolean => matchGlobs(scope, nameInId(id));
  const rest = [...remaining].filter((id) => !allFound || inScope(id));
  await Promise.all(rest.map((id) => read(id, formatAddress('promo_code', nameInId(id)), 'found')));
  for (const id of allFound ? remaining : []) addUnread(id, state);
}

/** Unmanaged, by the name in its id; its content is not read. */
function addUnread(id: string, state: LiveState): void {
  const name = nameInId(id);
  const address = formatAddress('promo_code', name);
  if (state.resources.has(address)) return;
  const resource: LiveResource = { address, kind: 'promo_code', name, id, body: {}, atHead: false, record: {} };
  state.resources.set(address, resource);
}

function nameInId(id: string): string {
  return id.slice(makePromoCodeId('').length).toUpperCase();
}
