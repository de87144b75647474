import { LimioError } from '../errors/errors.js';
import type { JsonObject } from '../model/json.js';
import type { CatalogItem, Listing } from '../model/live-api.js';
import type { OrderPreviewer } from '../model/probes.js';
import { buildPreviewRequest, type PublishedItem } from './build-preview-request.js';
import { findRefusal } from './find-refusal.js';
import type { SourcedReading } from './judge-prices.js';
import type { PriceCase, PriceReading } from './price-case.js';
import { readPreview } from './to-reading.js';

/** What a tenant is asked with. Every method reads only. */
export interface PricedTenant extends OrderPreviewer {
  listPublished(): Promise<Listing<CatalogItem>>;
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
  published: Listing<CatalogItem>,
  one: PriceCase,
  channels: readonly ('live' | 'partner')[],
): Promise<SourcedReading[]> {
  const question = await findQuestion(tenant, published, one);
  if ('outcome' in question) return channels.map((source) => ({ source, reading: question }));
  const readings: SourcedReading[] = [];
  for (const source of channels) readings.push({ source, reading: await preview(tenant, question, source) });
  return readings;
}

type Question = Parameters<typeof buildPreviewRequest>[0];

async function findQuestion(
  tenant: PricedTenant,
  published: Listing<CatalogItem>,
  { offers, date, country, promoCode }: PriceCase,
): Promise<Question | PriceReading> {
  const items: PublishedItem[] = [];
  for (const { path, quantity } of offers) {
    const found = published.items.find((item) => item.path === path);
    if (!found)
      return {
        outcome: 'unknown',
        reason: `${path} is not published${published.complete ? '' : `, or not in the list: ${published.note ?? 'it is incomplete'}`}.`,
      };
    if (found.version === undefined) return { outcome: 'unknown', reason: `${path} is published without a version.` };
    items.push({ path, quantity, attributes: found.attributes, id: found.id, version: found.version });
  }
  const body = promoCode === undefined ? undefined : await tenant.findPromoCode(promoCode);
  if (promoCode !== undefined && !body)
    return { outcome: 'unknown', reason: `The tenant has no promo code ${promoCode}.` };
  const question: Question = {
    items,
    date,
    ...(country === undefined ? {} : { country }),
    ...(promoCode !== undefined && body ? { promoCode: { code: promoCode, body } } : {}),
  };
  const refused = findRefusal(question);
  return refused ? { outcome: 'refused', ...refused } : question;
}

async function preview(tenant: PricedTenant, question: Question, source: 'live' | 'partner'): Promise<PriceReading> {
  try {
    return readPreview(
      await tenant.previewOrder(buildPreviewRequest(question), source === 'live' ? 'shop' : 'partner'),
      question.date,
    );
  } catch (error) {
    // Where the shop's preview was answered, a refusal is about partners and not about the credentials.
    const isAnswer =
      error instanceof LimioError &&
      (error.code.startsWith('HTTP_') || (source === 'partner' && error.code === 'AUTH_REFUSED'));
    if (!isAnswer) throw error;
    return { outcome: 'unknown', reason: error.message };
  }
}
