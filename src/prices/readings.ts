import { LimioError } from '../errors/errors.js';
import type { OrderPreview, OrderPreviewer, OrderPreviewRequest } from '../model/doctor.js';
import { defined, getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import type { CatalogItem, Listing } from '../model/live-api.js';
import type { DesiredResource } from '../model/model.js';
import { compareBy } from '../model/words.js';
import type { SourcedReading } from './cases.js';
import { addAmounts, formatUnits, spellPrice, subtractAmounts } from './charge.js';
import type { DayAmount, OrderItem, PriceCase, PriceQuestion, PriceReading, Quote } from './order.js';
import { priceOrder } from './prices.js';
import { findRefusal, listDiscounted } from './promo-code.js';

/** What the calculator says about a case over declared offers and promo codes, and what it had to take for granted. */
export function priceOffline(
  desired: readonly DesiredResource[],
  { offers, addOns = [], date, country, promoCode }: PriceCase,
): { reading: PriceReading; assumed: string[] } {
  const find = (kind: 'offer' | 'add_on' | 'promo_code', name: string): JsonObject | undefined =>
    desired.find((one) => one.kind === kind && one.name === name)?.body;
  const findItem = (kind: 'offer' | 'add_on', { path, quantity }: { path: string; quantity: number }) => ({
    path,
    quantity,
    attributes: getOwn(find(kind, path) ?? {}, 'attributes'),
  });
  const items = [...offers.map((one) => findItem('offer', one)), ...addOns.map((one) => findItem('add_on', one))];
  const body = promoCode === undefined ? undefined : find('promo_code', promoCode);
  const undeclared = [
    ...items.flatMap(({ path, attributes }) => (isJsonObject(attributes) ? [] : [path])),
    ...(promoCode !== undefined && !body ? [`promo code ${promoCode}`] : []),
  ];
  if (undeclared.length > 0)
    return {
      reading: {
        outcome: 'unknown',
        reason: `Not declared in these files: ${undeclared.join(', ')}. Only the tenant can price it.`,
      },
      assumed: [],
    };
  const declared = items.map((item) => ({ ...item, attributes: isJsonObject(item.attributes) ? item.attributes : {} }));
  const quote = priceOrder({
    items: declared,
    date,
    ...(country === undefined ? {} : { country }),
    ...(promoCode !== undefined && body ? { promoCode: { code: promoCode, body } } : {}),
  });
  const assumed = declared.flatMap(({ path, attributes }) => {
    const has = (key: string): boolean => Object.hasOwn(attributes, key);
    const term =
      has('term__limio') || has('initial_term__limio')
        ? []
        : [`${path} declares no term: twelve months are calculated.`];
    const countries =
      country === undefined || has('allowed_countries__limio')
        ? []
        : [`${path} declares no countries: it counts as sold everywhere.`];
    return [...term, ...countries];
  });
  return { reading: toReading(quote), assumed };
}

/** What a tenant is asked with. Every method reads only. */
export interface PricedTenant extends OrderPreviewer {
  listPublished(type: 'offer' | 'add_on'): Promise<Listing<CatalogItem>>;
  /** The `data` of a code; undefined when the tenant has none. */
  findPromoCode(code: string): Promise<JsonObject | undefined>;
}

/**
 * What the tenant says about a case. Countries, labels and codes are judged by what is published and
 * live: the preview takes a discount, not a code (API reference, section 8).
 *
 * @throws LimioError NETWORK, TIMEOUT, AUTH_*, INTERRUPTED: then no other case would fare better.
 */
export async function askTenant(
  tenant: PricedTenant,
  published: PublishedItems,
  one: PriceCase,
  channels: readonly ('live' | 'partner')[],
): Promise<SourcedReading[]> {
  const question = await findQuestion(tenant, published, one);
  if ('outcome' in question) return channels.map((source) => ({ source, reading: question }));
  const readings: SourcedReading[] = [];
  for (const source of channels) readings.push({ source, reading: await preview(tenant, question, one, source) });
  return readings;
}

export interface PublishedItems {
  offers: Listing<CatalogItem>;
  /** Read when a case orders one. */
  addOns?: Listing<CatalogItem>;
}

type Question = Parameters<typeof buildPreviewRequest>[0];

async function findQuestion(
  tenant: PricedTenant,
  published: PublishedItems,
  { offers, addOns = [], date, country, billing, delivery, promoCode }: PriceCase,
): Promise<Question | PriceReading> {
  const items: PublishedItem[] = [];
  for (const [type, list, { path, quantity }] of [
    ...offers.map((one) => ['offer', published.offers, one] as const),
    ...addOns.map((one) => ['add_on', published.addOns, one] as const),
  ]) {
    const found = list?.items.find((item) => item.path === path);
    if (!found) {
      const doubt = list?.complete === true ? '' : `, or not in the list: ${list?.note ?? 'it is incomplete'}`;
      return { outcome: 'unknown', reason: `${path} is not published${doubt}.` };
    }
    if (found.version === undefined) return { outcome: 'unknown', reason: `${path} is published without a version.` };
    items.push({ type, path, quantity, attributes: found.attributes, id: found.id, version: found.version });
  }
  const body = promoCode === undefined ? undefined : await tenant.findPromoCode(promoCode);
  if (promoCode !== undefined && !body)
    return { outcome: 'unknown', reason: `The tenant has no promo code ${promoCode}.` };
  const question: Question = {
    items,
    date,
    ...defined({ country, billing, delivery }),
    ...(promoCode !== undefined && body ? { promoCode: { code: promoCode, body } } : {}),
  };
  const refused = findRefusal(question);
  return refused ? { outcome: 'refused', ...refused } : question;
}

async function preview(
  tenant: PricedTenant,
  question: Question,
  one: PriceCase,
  source: 'live' | 'partner',
): Promise<PriceReading> {
  try {
    const channel = source === 'live' ? 'shop' : 'partner';
    return readPreview(await tenant.previewOrder(buildPreviewRequest(question), channel), one);
  } catch (error) {
    // Where the shop's preview was answered, a refusal is about partners and not about the credentials.
    const isAnswer =
      error instanceof LimioError &&
      (error.code.startsWith('HTTP_') || (source === 'partner' && error.code === 'AUTH_REFUSED'));
    if (!isAnswer) throw error;
    return { outcome: 'unknown', reason: error.message };
  }
}

/** An offer or add-on as it is published. */
export interface PublishedItem extends OrderItem {
  /** Absent: an offer. */
  type?: 'offer' | 'add_on';
  id: string;
  version: string;
}

/** The same question to the tenant. */
export function buildPreviewRequest({
  items,
  date,
  country,
  billing,
  delivery,
  promoCode,
}: Omit<PriceQuestion, 'items'> &
  Pick<PriceCase, 'billing' | 'delivery'> & { items: readonly PublishedItem[] }): OrderPreviewRequest {
  const toItem = ({ id, version, quantity }: PublishedItem) => ({ id, version, quantity });
  const addOns = items.filter(({ type }) => type === 'add_on');
  const selected = promoCode && getOwn(promoCode.body, 'applicationLevel') === 'selectedItems';
  return {
    offers: items.filter(({ type }) => type !== 'add_on').map(toItem),
    ...(addOns.length === 0 ? {} : { addOns: addOns.map(toItem) }),
    date,
    ...defined({ country, billing, delivery }),
    ...(promoCode
      ? {
          discount: {
            ...promoCode,
            ...(selected ? { offerIds: listDiscounted(promoCode.body, items).map(({ id }) => id) } : {}),
          },
        }
      : {}),
  };
}

/** What the calculator says, as texts, with one amount for each day. */
function toReading(quote: Quote): PriceReading {
  if (quote.outcome === 'unpriced') return { outcome: 'unknown', reason: quote.reason };
  if (quote.outcome === 'refused') return quote;
  const { currency = '', firstPayment, recurring, schedule } = quote;
  return {
    outcome: 'priced',
    ...(currency === '' ? {} : { currency }),
    firstPayment: formatUnits(firstPayment, currency),
    recurring: recurring === undefined ? null : formatUnits(recurring, currency),
    schedule: sumDays(schedule.map(({ date, units }) => ({ date, amount: formatUnits(units, currency) }))),
  };
}

/**
 * What the tenant answers: no recurring amount. Where it does not return what was paid, that is what
 * falls due on the order date (docs/prices.md).
 */
function readPreview(
  { firstPayment, currency, schedule, taxes, refused }: OrderPreview,
  { date, taxes: mode }: PriceCase,
): PriceReading {
  if (refused !== undefined) return { outcome: 'unknown', reason: refused };
  const spell = (amount: string): string => spellPrice(amount, currency ?? '');
  const days = schedule && sumDays(schedule).map((due) => ({ ...due, amount: spell(due.amount) }));
  const tax = taxes && spell(sumDays(taxes).find((due) => due.date === date)?.amount ?? '0');
  const total = firstPayment === undefined ? undefined : spell(firstPayment);
  const first = total !== undefined && tax !== undefined && mode === 'added' ? subtractAmounts(total, tax) : total;
  const paid = first ?? (days && (days.find((due) => due.date === date)?.amount ?? '0'));
  if (paid === undefined)
    return {
      outcome: 'unknown',
      reason: 'The answer contains no readable paid amount, schedule or invoices.',
    };
  return {
    outcome: 'priced',
    firstPayment: paid,
    ...(currency === undefined ? {} : { currency }),
    ...(tax === undefined ? {} : { tax }),
    ...(days ? { schedule: days } : {}),
  };
}

function sumDays(schedule: readonly DayAmount[]): DayAmount[] {
  const days = new Map<string, string>();
  for (const { date, amount } of schedule) days.set(date, addAmounts(days.get(date) ?? '0', amount));
  return [...days].map(([date, amount]) => ({ date, amount })).sort(compareBy(({ date }) => date));
}
