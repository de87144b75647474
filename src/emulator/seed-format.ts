import { LimioError } from '../errors/errors.js';
import { DEFAULT_DIALECT } from '../model/dialect.js';
import { getOwn, isJsonObject, type Json, type JsonObject, pickKeys, omitKeys } from '../model/json.js';
import { collectPaths, computeItemId, guessRecordType, hashText, type ItemRecord } from './item-record.js';
import { translateJourneyData } from './journey-codec.js';
import { buildJourneyRecord } from './journeys.js';
import { isRecordType } from './objects.js';
import { buildPromoCodeRecord, findPromoCodeProblem, readCode } from './promo-codes.js';
import type { StoredJourney, StoredObject, StoredPromoCode, Tenant } from './tenant.js';

/**
 * The initial state of a tenant, in wire form. The emulator adds what is missing: ids, versions, dates
 * and inner copies.
 */
export interface Seed {
  /**
   * Catalog items of every type: with an outer `data`, or flat, like exported products.
   * `"neverPublished": true` on a page leaves its routes unregistered.
   */
  items?: readonly JsonObject[];
  /** `{name, data}` or full records; conditions and actions in the assumed wire form. */
  journeys?: readonly JsonObject[];
  /** The `data` of a code, or full records. */
  promoCodes?: readonly JsonObject[];
  /**
   * Objects of customers: `{record_type, id, service?, name?, owner?, data?}`, with `parent` and `related`, ids of
   * other objects of the seed.
   */
  objects?: readonly JsonObject[];
  /** Paths (published as in the working copy) or items (published as given). */
  published?: readonly (string | JsonObject)[];
  /** Registered routes, such as `/customers/acme/`. Default: those of every page without `neverPublished`. */
  routes?: readonly string[];
}

export function rejectSeed(file: string, reason: string): LimioError {
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `Cannot load the seed ${file}: ${reason}.`,
    hint: 'Each element needs at least a path (items), a name and data (journeys) or a promoCode (promo codes).',
    details: { file, reason },
  });
}

interface SeedItem {
  item: ItemRecord;
  neverPublished: boolean;
  /** Expanded products inside the item, shown if no such item exists. */
  productCopies: [string, JsonObject][];
}

const SEEDED_AT = '2025-01-15T09:00:00+00:00';

/**
 * A catalog item of a seed, completed. Accepts the outer shape and flat products. Expanded `products`
 * become paths, as at head. Inner copies are kept as given.
 * @throws LimioError CONFIG_INVALID with the file and the reason.
 */
export function parseSeedItem(raw: Json, file: string, where: string): SeedItem {
  if (!isJsonObject(raw)) throw rejectSeed(file, `${where} is not an object`);
  const path = getOwn(raw, 'path');
  if (typeof path !== 'string' || !/^\/[^/]+(\/[^/]+)+$/.test(path)) {
    throw rejectSeed(file, `${where} has no path of the form /offers2/Name`);
  }
  const givenData = getOwn(raw, 'data');
  if (givenData !== undefined && !isJsonObject(givenData))
    throw rejectSeed(file, `${where} (${path}): data is not an object`);
  const flat = givenData === undefined;
  const inner = givenData ?? omitKeys(raw, ['path', 'neverPublished']);
  const recordType = getText(inner, 'record_type') ?? guessRecordType(path);
  if (recordType === undefined) throw rejectSeed(file, `${where} (${path}) has neither a record_type nor a known root`);
  const attributes = getOwn(inner, 'attributes') ?? {};
  if (!isJsonObject(attributes)) throw rejectSeed(file, `${where} (${path}): attributes is not an object`);

  const { paths, copies } = splitProducts(getOwn(inner, 'products'));
  const outer = flat ? pickKeys(raw, ['path']) : omitKeys(raw, ['data', 'neverPublished']);
  const item: ItemRecord = {
    ...outer,
    path,
    name: getText(raw, 'name') ?? path.slice(path.lastIndexOf('/') + 1),
    id: getText(raw, 'id') ?? computeItemId(path),
    type: getText(raw, 'type') ?? 'item',
    version: getText(raw, 'version') ?? hashText(`seeded ${path}`),
    data: {
      created: SEEDED_AT,
      modified: SEEDED_AT,
      ...inner,
      record_type: recordType,
      attributes,
      ...(paths === undefined ? {} : { products: paths }),
    },
  };
  return { item, neverPublished: getOwn(raw, 'neverPublished') === true, productCopies: copies };
}

/**
 * Inner copies for items without them. On live tenants they are often wrong or missing (section 3): some
 * name another item (a remnant of "duplicate"), some are missing, some are right.
 */
export function addInnerCopies(item: ItemRecord, neighbour: ItemRecord | undefined): ItemRecord {
  if (getOwn(item.data, 'path') !== undefined || getOwn(item.data, 'name') !== undefined) return item;
  const leftOvers = { price__limio: [], price: [], version: hashText(`inner ${item.path}`) };
  switch (neighbour === undefined ? 0 : Number.parseInt(computeItemId(item.path).slice(0, 2), 16) % 3) {
    case 0:
      return { ...item, data: { path: item.path, name: item.name, id: item.id, ...leftOvers, ...item.data } };
    case 1:
      return {
        ...item,
        data: {
          path: neighbour?.path ?? '',
          name: neighbour?.name ?? '',
          duplicatedFrom: neighbour?.path ?? '',
          ...leftOvers,
          ...item.data,
        },
      };
    default:
      return { ...item, data: { price__limio: [], ...item.data } };
  }
}

function splitProducts(products: Json | undefined): { paths?: Json[]; copies: [string, JsonObject][] } {
  if (!Array.isArray(products)) return { copies: [] };
  const copies = products.flatMap((product): [string, JsonObject][] => {
    const [path] = collectPaths([product]);
    return path !== undefined && isJsonObject(product) && Object.keys(product).length > 1 ? [[path, product]] : [];
  });
  return { paths: products.map((product) => collectPaths([product])[0] ?? product), copies };
}

function getText(object: JsonObject, key: string): string | undefined {
  const value = getOwn(object, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * A journey of a seed: `{name, data}`, or a full record with the id `journey-<name>`. Translates its
 * conditions and actions from the assumed form to the tenant's.
 * @throws LimioError CONFIG_INVALID with the file and the reason.
 */
export function parseSeedJourney(raw: Json, tenant: Tenant, file: string, where: string): StoredJourney {
  if (!isJsonObject(raw)) throw rejectSeed(file, `${where} is not an object`);
  const id = getOwn(raw, 'id');
  const name = getOwn(raw, 'name') ?? (typeof id === 'string' ? id.replace(/^journey-/, '') : undefined);
  if (typeof name !== 'string' || name === '') throw rejectSeed(file, `${where} has no name`);
  const data = getOwn(raw, 'data');
  if (!isJsonObject(data)) throw rejectSeed(file, `${where} ("${name}") has no data`);
  if (!Array.isArray(getOwn(data, 'journeys')))
    throw rejectSeed(file, `${where} ("${name}"): data.journeys is not an array`);
  const given = Object.fromEntries(Object.entries(raw).filter(([key]) => key !== 'name'));
  const record = buildJourneyRecord(tenant, name, translateJourneyData(data, tenant.journeyCodec));
  return { name, record: { ...record, ...given, data: record.data } };
}

/**
 * A promo code of a seed: its `data`, or a full record. The name defaults to the code. Translates the
 * discount type of a fixed amount from the default to the tenant's.
 * @throws LimioError CONFIG_INVALID with the file and the reason.
 */
export function parseSeedPromoCode(raw: Json, tenant: Tenant, file: string, where: string): StoredPromoCode {
  if (!isJsonObject(raw)) throw rejectSeed(file, `${where} is not an object`);
  const inner = getOwn(raw, 'data');
  if (inner !== undefined && !isJsonObject(inner)) throw rejectSeed(file, `${where}: data is not an object`);
  const data = translateDiscount(inner ?? raw, tenant.options.dialect.promo.fixedAmountType);
  const name = (inner ? getOwn(raw, 'name') : undefined) ?? getOwn(data, 'promoCode');
  if (typeof name !== 'string' || name === '') throw rejectSeed(file, `${where} has no promoCode`);
  const problem = findPromoCodeProblem(data, tenant.options.dialect.promo.fixedAmountType);
  if (problem !== undefined) throw rejectSeed(file, `${where} ("${name}"): ${problem}`);
  for (const other of tenant.promoCodes.values()) {
    if (readCode(other.record.data) === readCode(data)) {
      throw rejectSeed(file, `${where}: the code ${readCode(data)} occurs twice`);
    }
  }
  const record = buildPromoCodeRecord(tenant, { name, id: `promo_code_v2-${name}`, data });
  return {
    sequence: tenant.counter,
    record: inner ? { ...record, ...raw, id: record.id, name, data: record.data } : record,
  };
}

/** Seeds use the default type of a fixed amount; the tenant's may differ (API reference, section 6). */
function translateDiscount(data: JsonObject, fixedAmountType: string): JsonObject {
  const discount = getOwn(data, 'discount');
  if (!isJsonObject(discount) || getOwn(discount, 'discountType') !== DEFAULT_DIALECT.promo.fixedAmountType)
    return data;
  return { ...data, discount: { ...discount, discountType: fixedAmountType } };
}

/**
 * An object of a seed, with what its id refers to.
 * @throws LimioError CONFIG_INVALID with the file and the reason.
 */
export function parseSeedObject(raw: Json, file: string, where: string): SeedObject {
  if (!isJsonObject(raw)) throw rejectSeed(file, `${where} is not an object`);
  const [id, type] = [getText(raw, 'id'), getOwn(raw, 'record_type')];
  if (id === undefined) throw rejectSeed(file, `${where} has no id`);
  if (!isRecordType(type)) throw rejectSeed(file, `${where} (${id}) has no known record_type, such as "subscription"`);
  const data = getOwn(raw, 'data') ?? {};
  if (!isJsonObject(data)) throw rejectSeed(file, `${where} (${id}): data is not an object`);
  const parent = getText(raw, 'parent');
  const record = { service: 'limio', ...omitKeys(raw, ['parent', 'related']), id, record_type: type, data };
  return {
    record: { ...record, service: getText(record, 'service') ?? 'limio' },
    links: { related: collectPaths(getOwn(raw, 'related')), ...(parent === undefined ? {} : { parent }) },
  };
}

interface SeedObject {
  record: StoredObject['record'];
  links: Pick<StoredObject, 'parent' | 'related'>;
}
