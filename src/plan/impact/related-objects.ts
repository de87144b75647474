import type { JourneyCodec } from '../../kinds/journey/codec.js';
import { codeOf } from '../../kinds/promo-code/promo-code.js';
import type { LiveState } from '../../kinds/read-live.js';
import { type Address, formatAddress, isCatalogKind, parseAddress } from '../../model/address.js';
import { mapConcurrent } from '../../model/async.js';
import type { JsonObject } from '../../model/json.js';
import type { CatalogItem, Listing, LiveReader } from '../../model/live-api.js';
import { type Change, isMove, type PlanWarning } from '../../model/plan.js';
import { compareBy } from '../../model/words.js';
import { effectiveBody } from '../compare.js';
import { explainRefusal, READS_AT_ONCE } from '../incomplete-reads.js';
import type { KnownPlaces } from '../pages/places.js';
import type { PriceStep } from '../prices.js';

export interface ImpactInput {
  changes: readonly Change[];
  prices: readonly PriceStep[];
  state: LiveState;
  codec: JourneyCodec;
  /** Milliseconds since the epoch: decides which promo codes are active. */
  now: number;
  /** The working copies of all pages and campaigns, where they were read already. */
  places?: KnownPlaces;
}

/** An object as it is after the plan. */
export interface RelatedObject {
  address: Address;
  body: JsonObject;
}

/** What may use the objects that are re-priced or deleted, as it is after the plan. */
export interface RelatedObjects {
  /** Working copies, campaigns too. */
  pages: CatalogItem[];
  /** Paths of the pages and campaigns that are published. */
  publishedPages: Set<string>;
  items: RelatedObject[];
  journeys: RelatedObject[];
  promoCodes: RelatedObject[];
  /** What is deleted, as it was. */
  deleted: Map<Address, JsonObject>;
}

/** Reads only what prices and deletions of the plan require, and what was not read for the plan itself. */
export async function readRelatedObjects(
  reader: LiveReader,
  { changes, prices, state, places }: ImpactInput,
): Promise<{ related: RelatedObjects; warnings: PlanWarning[] }> {
  const warnings: PlanWarning[] = [];
  const warn = (what: string, why: string): void => {
    const message = `The impact may be incomplete: the ${what} could not all be read (${why}).`;
    warnings.push({ code: 'IMPACT_INCOMPLETE', message });
  };
  /** Undefined, with a warning, when the tenant refuses. */
  const attempt: Attempt = (what, work) =>
    work().catch((error: unknown) => {
      warn(what, explainRefusal(error));
      return undefined;
    });
  const list: List = async (what, work) => {
    const listing = await attempt(what, work);
    if (listing && !listing.complete) warn(what, listing.note ?? 'not read to the end');
    return listing?.items ?? [];
  };
  const listItems = async (kind: 'offer' | 'add_on'): Promise<RelatedObject[]> => {
    if (state.listings[kind]) return [];
    const items = await list(kind === 'offer' ? 'offers' : 'add-ons', () => reader.listItems(kind, 'catalog'));
    return items.map(({ path, attributes }) => ({ address: formatAddress(kind, path), body: { attributes } }));
  };
  const isRepriced = prices.length > 0;
  const deletes = changes.filter(({ action }) => action === 'delete');
  const needsPages = isRepriced || listLostCodes(changes).length > 0;
  const [workingPages, published, offers, addOns, journeys, promoCodes] = await Promise.all([
    needsPages ? (places?.page?.items ?? list('pages', () => reader.listItems('page', 'catalog'))) : [],
    isRepriced ? list('published pages', () => reader.listItems('page', 'published')) : [],
    isRepriced ? listItems('offer') : [],
    isRepriced ? listItems('add_on') : [],
    state.listings.journey ? [] : list('journeys', () => reader.listJourneys()),
    isRepriced ? readPromoCodes(reader, state, list, attempt) : [],
  ]);
  const campaigns = needsPages ? (places?.campaign?.items ?? []) : [];
  const publishedCampaigns =
    isRepriced && campaigns.length > 0
      ? await list('published campaigns', () => reader.listItems('campaign', 'published'))
      : [];
  const live: RelatedObject[] = [
    ...state.resources.values(),
    ...offers,
    ...addOns,
    ...journeys.map(({ name, data }) => ({ address: formatAddress('journey', name), body: data })),
    ...promoCodes,
  ];
  const all = applyChanges(live, changes);
  const ofKind = (kind: 'journey' | 'promo_code'): RelatedObject[] =>
    all.filter(({ address }) => parseAddress(address).kind === kind);
  return {
    related: {
      pages: [...workingPages, ...campaigns],
      publishedPages: new Set([...published, ...publishedCampaigns].map(({ path }) => path)),
      items: all.filter(({ address }) => isCatalogKind(parseAddress(address).kind)),
      journeys: ofKind('journey'),
      promoCodes: ofKind('promo_code'),
      deleted: new Map(deletes.map(({ address, before = {} }) => [address, before])),
    },
    warnings: warnings.sort(compareBy(({ message }) => message)),
  };
}

/** Codes that nobody can redeem any more, deleted or moved to another name. */
export function listLostCodes(changes: readonly Change[]): Address[] {
  return changes
    .filter(({ kind }) => kind === 'promo_code')
    .flatMap((change) =>
      isMove(change) ? [change.movedFrom.address] : change.action === 'delete' ? [change.address] : [],
    );
}

type Attempt = <T>(what: string, work: () => Promise<T>) => Promise<T | undefined>;
type List = <T>(what: string, work: () => Promise<Listing<T>>) => Promise<T[]>;

/** Lists hold summaries, so every code that the plan has not read needs a call (API reference, section 6). */
async function readPromoCodes(
  reader: LiveReader,
  state: LiveState,
  list: List,
  attempt: Attempt,
): Promise<RelatedObject[]> {
  const unread = state.listings.promo_code
    ? [...state.resources.values()].flatMap(({ kind, atHead, id }) =>
        kind === 'promo_code' && !atHead && id !== undefined ? [id] : [],
      )
    : (await list('promo codes', () => reader.listPromoCodes())).map(({ id }) => id);
  const records = await attempt('promo codes', () =>
    mapConcurrent(unread, READS_AT_ONCE, (id) => reader.readPromoCode(id)),
  );
  return (records ?? []).flatMap((record) =>
    record ? [{ address: formatAddress('promo_code', codeOf(record)), body: record.data }] : [],
  );
}

function applyChanges(live: readonly RelatedObject[], changes: readonly Change[]): RelatedObject[] {
  const changed = new Map(changes.map((change) => [change.movedFrom?.address ?? change.address, change]));
  const parked = new Set(changes.flatMap((change) => (isMove(change) ? [change.address] : [])));
  // The same object may have been read twice; the last reading counts.
  const bodies = new Map(live.map(({ address, body }) => [address, body]));
  const kept = [...bodies].flatMap(([address, body]): RelatedObject[] => {
    const change = changed.get(address);
    const after = parked.has(address) ? undefined : effectiveBody(body, change);
    return after ? [{ address: change?.address ?? address, body: after }] : [];
  });
  const created = changes.flatMap(({ address, action, after }): RelatedObject[] =>
    action === 'create' && after ? [{ address, body: after }] : [],
  );
  return [...kept, ...created].sort(compareBy(({ address }) => address));
}
