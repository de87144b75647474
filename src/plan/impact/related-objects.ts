import { LimioError } from '../../errors/errors.js';
import type { JourneyCodec } from '../../kinds/journey/codec.js';
import { codeOf } from '../../kinds/promo-code/promo-code.js';
import type { LiveState } from '../../kinds/read-live.js';
import { type Address, formatAddress, isCatalogKind, parseAddress } from '../../model/address.js';
import { mapConcurrent } from '../../model/async.js';
import type { JsonObject } from '../../model/json.js';
import type { CatalogItem, Listing, LiveReader } from '../../model/live-api.js';
import type { Change, PlanWarning } from '../../model/plan.js';
import { effectiveBody } from '../compare.js';
import type { PriceStep } from '../prices.js';

export interface ImpactInput {
  changes: readonly Change[];
  prices: readonly PriceStep[];
  state: LiveState;
  codec: JourneyCodec;
  /** Milliseconds since the epoch: which promo codes are active. */
  now: number;
  /** The working copies of all pages, where they were read already. */
  pages?: Listing<CatalogItem>;
}

/** An object as it is after the plan. */
export interface Neighbour {
  address: Address;
  body: JsonObject;
}

/** What may use the objects that are re-priced or deleted, as it is after the plan. */
export interface Surroundings {
  /** Working copies. */
  pages: CatalogItem[];
  /** Paths of the pages that are published. */
  publishedPages: Set<string>;
  items: Neighbour[];
  journeys: Neighbour[];
  promoCodes: Neighbour[];
  /** What is deleted, as it was. */
  deleted: Map<Address, JsonObject>;
}

const READS_AT_ONCE = 8;

/** A tenant that refuses to show one thing must not hide the plan of another. */
const NOT_FATAL = new Set(['AUTH_REFUSED', 'HTTP_STATUS', 'HTTP_BAD_BODY']);

/** Only what the plan's prices and deletions ask for, and what was not read for the plan itself. */
export async function readSurroundings(
  reader: LiveReader,
  { changes, prices, state, pages }: ImpactInput,
): Promise<{ surroundings: Surroundings; warnings: PlanWarning[] }> {
  const warnings: PlanWarning[] = [];
  const repriced = prices.length > 0;
  const deletes = changes.filter(({ action }) => action === 'delete');
  const deletesCode = deletes.some(({ kind }) => kind === 'promo_code');
  const needsPages = repriced || deletesCode;
  const read = async <T>(what: string, work: () => Promise<Listing<T>>): Promise<T[]> => {
    const listing = await work().catch(noteFailure(what, warnings));
    if (listing && !listing.complete) warnings.push(describeGap(what, listing.note ?? 'not read to its proven end'));
    return listing?.items ?? [];
  };
  const readItems = async (kind: 'offer' | 'add_on'): Promise<Neighbour[]> => {
    if (state.listings[kind]) return [];
    const items = await read(kind === 'offer' ? 'offers' : 'add-ons', () => reader.listItems(kind, 'catalog'));
    return items.map(({ path, attributes }) => ({ address: formatAddress(kind, path), body: { attributes } }));
  };
  const [workingPages, published, offers, addOns, journeys, promoCodes] = await Promise.all([
    needsPages ? (pages?.items ?? read('pages', () => reader.listItems('page', 'catalog'))) : [],
    repriced ? read('published pages', () => reader.listItems('page', 'published')) : [],
    repriced ? readItems('offer') : [],
    repriced ? readItems('add_on') : [],
    state.listings.journey ? [] : read('journeys', () => reader.listJourneys()),
    repriced ? readPromoCodes(reader, state, read, warnings) : [],
  ]);

  const changed = new Map(changes.map((change) => [change.address, change]));
  const created = changes.flatMap(({ address, action, after }) =>
    action === 'create' && after ? [{ address, body: after }] : [],
  );
  const seen: Neighbour[] = [
    ...state.resources.values(),
    ...offers,
    ...addOns,
    ...journeys.map(({ name, data }) => ({ address: formatAddress('journey', name), body: data })),
    ...promoCodes,
  ];
  const live = new Map(seen.map(({ address, body }) => [address, body]));
  const after = [...live].flatMap(([address, body]): Neighbour[] => {
    const whole = effectiveBody(body, changed.get(address));
    return whole ? [{ address, body: whole }] : [];
  });
  const all = [...after, ...created].sort((a, b) => (a.address < b.address ? -1 : 1));
  const ofKind = (wanted: 'journey' | 'promo_code'): Neighbour[] =>
    all.filter(({ address }) => parseAddress(address).kind === wanted);
  return {
    surroundings: {
      pages: workingPages,
      publishedPages: new Set(published.map(({ path }) => path)),
      items: all.filter(({ address }) => isCatalogKind(parseAddress(address).kind)),
      journeys: ofKind('journey'),
      promoCodes: ofKind('promo_code'),
      deleted: new Map(deletes.map(({ address, before = {} }) => [address, before])),
    },
    warnings: warnings.sort((a, b) => (a.message < b.message ? -1 : 1)),
  };
}

type ReadList = <T>(what: string, work: () => Promise<Listing<T>>) => Promise<T[]>;

/** Lists hold summaries, so every code that the plan has not read needs a call (API reference, section 6). */
async function readPromoCodes(
  reader: LiveReader,
  state: ImpactInput['state'],
  read: ReadList,
  warnings: PlanWarning[],
): Promise<Neighbour[]> {
  const unread = state.listings.promo_code
    ? [...state.resources.values()].flatMap(({ kind, atHead, id }) =>
        kind === 'promo_code' && !atHead && id !== undefined ? [id] : [],
      )
    : (await read('promo codes', () => reader.listPromoCodes())).map(({ id }) => id);
  const records = await mapConcurrent(unread, READS_AT_ONCE, (id) => reader.readPromoCode(id)).catch(
    noteFailure('promo codes', warnings),
  );
  return (records ?? []).flatMap((record) =>
    record ? [{ address: formatAddress('promo_code', codeOf(record)), body: record.data }] : [],
  );
}

function noteFailure(what: string, warnings: PlanWarning[]): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof LimioError) || !NOT_FATAL.has(error.code)) throw error;
    warnings.push(describeGap(what, error.message));
    return undefined;
  };
}

function describeGap(what: string, why: string): PlanWarning {
  return {
    code: 'IMPACT_INCOMPLETE',
    message: `The impact may lack something, since the ${what} could not all be read: ${why.replace(/\.$/, '')}.`,
  };
}
