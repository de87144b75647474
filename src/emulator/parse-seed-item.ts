import { getOwn, isJsonObject, pickKeys, type Json, type JsonObject } from '../model/json.js';
import { computeItemId, hashText } from './hash.js';
import { collectPaths, guessRecordType, type ItemRecord } from './item-record.js';
import { rejectSeed } from './seed.js';

export interface SeedItem {
  item: ItemRecord;
  neverPublished: boolean;
  /** Expanded products found inside, to be shown where no such item exists. */
  productCopies: [string, JsonObject][];
}

const SEEDED_AT = '2025-01-15T09:00:00+00:00';

/**
 * One catalog item of a seed with its bookkeeping filled in. Accepts the outer shape and flat
 * products; expanded `products` become paths, as they are at head. Inner copies are kept as given.
 * @throws LimioError CONFIG_INVALID naming the file and the reason.
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
  const inner = givenData ?? omitKeys(raw, new Set(['path', 'neverPublished']));
  const recordType = getText(inner, 'record_type') ?? guessRecordType(path);
  if (recordType === undefined) throw rejectSeed(file, `${where} (${path}) has neither a record_type nor a known root`);
  const attributes = getOwn(inner, 'attributes') ?? {};
  if (!isJsonObject(attributes)) throw rejectSeed(file, `${where} (${path}): attributes is not an object`);

  const { paths, copies } = splitProducts(getOwn(inner, 'products'));
  const outer = flat ? pickKeys(raw, ['path']) : omitKeys(raw, new Set(['data', 'neverPublished']));
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
 * Inner copies for items whose seed has none. Live, 6 of 8 offers hold wrong or missing ones
 * (section 3): some name another item (a left-over of "duplicate"), some are missing, some are right.
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

function omitKeys(object: JsonObject, keys: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.has(key)));
}
