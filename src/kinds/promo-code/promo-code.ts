import { formatAddress } from '../../model/address.js';
import type { Dialect } from '../../model/dialect.js';
import { getOwn, isJsonObject, jsonEqual, type JsonObject, pickKeys } from '../../model/json.js';
import type { PromoCodeBody, PromoCodeRecord } from '../../model/live-api.js';
import type { Change } from '../../model/plan.js';
import type { DesiredResource, LiveResource } from '../../model/resource.js';
import { compareBodies } from '../compare.js';
import { buildFieldRules, type FieldRule, type KindRules } from '../kind-definition.js';
import { listRemovals, overlayBody, projectBody } from '../overlay.js';

/** The table of the kind `promo_code` (API reference, section 6). */
export const PROMO_CODE_ROWS: readonly FieldRule[] = [
  {
    path: ['promoCode'],
    type: 'text',
    owner: 'identity',
    note: 'Letters and digits. Stored in upper case, unique ignoring case, never changed.',
  },
  { path: ['applicationLevel'], type: 'wholeBasket | selectedItems', owner: 'git', note: 'What the code applies to.' },
  { path: ['status'], type: 'boolean', owner: 'git', note: 'Whether the code can be redeemed.' },
  { path: ['description'], type: 'text', owner: 'git', note: 'For colleagues.' },
  { path: ['promoStartDate'], type: 'date', owner: 'git', note: 'Absent: at once.' },
  { path: ['promoExpiryDate'], type: 'date', owner: 'git', note: 'Absent: never.' },
  {
    path: ['productDetails'],
    type: 'object',
    owner: 'git',
    note: 'product.path and ratePlan.path of the discount in the billing system.',
  },
  {
    path: ['referencedOfferLabel'],
    type: 'text',
    owner: 'git',
    note: 'With selectedItems: the label of the offers it applies to.',
  },
  { path: ['usage'], type: 'object', owner: 'git', note: 'Limits of use.' },
  {
    path: ['usage', 'availableQuantity'],
    type: 'number',
    owner: 'server-after-create',
    note: 'Set on create. Then the server counts it down and it is not compared, unless the file says `ownership: { usage.availableQuantity: git }`.',
  },
  {
    path: ['discount'],
    type: 'object',
    owner: 'git',
    note: 'discountType, percentageDiscount or amountDiscount and currency, durationLength, durationType.',
  },
];

/** A PUT needs these whole, whatever it changes (API reference, section 6). */
const REQUIRED_KEYS = ['applicationLevel', 'promoCode', 'status', 'productDetails', 'discount'];

const RULES = buildFieldRules(PROMO_CODE_ROWS);

const UNIT_DEPTH = 1;

/** The body of a promo code is the `data` of its object. Live at once, no build. */
export function createPromoCodeKind(dialect: Dialect): KindRules {
  const listUnremovable = (before: JsonObject, after: JsonObject): string[] =>
    dialect.promo.removal === 'unsupported' ? listRemovals(before, after, false) : [];
  return {
    kind: 'promo_code',
    rows: PROMO_CODE_ROWS,
    async read(reader, name, id) {
      const record = await reader.readPromoCode(id ?? makePromoCodeId(name));
      return record && toPromoCodeResource(record);
    },
    project: (body, like) => projectBody(body, like, UNIT_DEPTH),
    compare: (from, to) => compareBodies(from, to, RULES),
    compareWithLive(desired, live) {
      const declared = spellFixedAmount(live ? dropServerFields(desired) : desired.body, dialect);
      const { before, after } = overlayBody(declared, live?.body ?? {}, UNIT_DEPTH, RULES);
      return {
        before,
        after,
        fields: compareBodies(before, after, RULES),
        unconfirmed: [],
        unremovable: listUnremovable(before, after),
      };
    },
    pairSides: (desired, live) => ({
      declared: spellFixedAmount(dropServerFields(desired), dialect),
      live: live.body,
      rules: RULES,
    }),
    listUnremovable,
    write: writePromoCode,
    present: (body) => body,
  };
}

export function makePromoCodeId(code: string): string {
  return `promo_code_v2-${code}`;
}

export function toPromoCodeResource(record: PromoCodeRecord): LiveResource {
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

/** Leaves out what only a creation sets: the identity, and the fields the server owns afterwards. */
function dropServerFields(desired: DesiredResource): JsonObject {
  const { promoCode: _identity, ...rest } = desired.body;
  const usage = getOwn(rest, 'usage');
  if (!isJsonObject(usage) || desired.owned.includes('usage.availableQuantity')) return rest;
  const { availableQuantity: _counted, ...kept } = usage;
  const { usage: _usage, ...others } = rest;
  return Object.keys(kept).length === 0 ? others : { ...others, usage: kept };
}

/** What files call a fixed amount (API reference, section 6); tenants may call it otherwise. */
const FIXED_AMOUNT = 'DiscountFixedAmount';

function spellFixedAmount(body: JsonObject, dialect: Dialect): JsonObject {
  const discount = getOwn(body, 'discount');
  if (!isJsonObject(discount) || getOwn(discount, 'discountType') !== FIXED_AMOUNT) return body;
  return { ...body, discount: { ...discount, discountType: dialect.promo.fixedAmountType } };
}

const writePromoCode: NonNullable<KindRules['write']> = async (writer, change, fresh, reread) => {
  const name = change.address.slice('promo_code:'.length);
  const id = fresh?.id ?? change.live?.id ?? makePromoCodeId(name);
  if (change.action === 'delete') {
    await writer.deletePromoCode(id, reread && (async () => void (await reread())));
  } else if (change.action === 'create') {
    const body = { name, id, data: dropNulls(change.after ?? {}) };
    await writer.createPromoCode(body, reread && (async () => (await reread(), body)));
  } else {
    const build = (live: LiveResource | undefined): PromoCodeBody => buildUpdate(change, name, id, live);
    await writer.updatePromoCode(build(fresh), reread && (async () => build(await reread())));
  }
};

function buildUpdate(
  { before = {}, after = {} }: Change,
  name: string,
  id: string,
  live: LiveResource | undefined,
): PromoCodeBody {
  const changed = Object.entries(after).filter(([key, value]) => !jsonEqual(getOwn(before, key), value));
  const required = pickKeys(live?.body ?? before, REQUIRED_KEYS);
  const storedName = getOwn(live?.record ?? {}, 'name');
  return {
    name: typeof storedName === 'string' ? storedName : name,
    id,
    data: { ...required, ...Object.fromEntries(changed) },
  };
}

function dropNulls(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
}
