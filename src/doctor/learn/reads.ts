import { mapConcurrent } from '../../model/async.js';
import { getOwn, isJsonObject } from '../../model/json.js';
import type { TenantProbe } from '../../model/probes.js';
import { JOURNEY_LIST_SHAPES, tryRead } from '../check.js';
import type { Learned } from './learn.js';

const PROMO_SAMPLE = 50;

/** Settings that reading alone proves: read paths, the shape of journeys, the type of a fixed amount. */
export async function learnReads(probe: TenantProbe): Promise<Learned[]> {
  return [...(await learnCatalogRead(probe)), ...(await learnJourneyList(probe)), ...(await learnFixedAmount(probe))];
}

async function learnCatalogRead(probe: TenantProbe): Promise<Learned[]> {
  const [typed, entry] = [
    await tryRead(() => probe.observePage({ type: 'offer', read: 'typed', all: true })),
    await tryRead(() => probe.observePage({ type: 'offer', read: 'catalog_items', all: true })),
  ];
  if ('value' in typed) return [{ setting: 'catalogRead', value: 'typed', how: '/offers/v2 lists the offers' }];
  if ('value' in entry && typed.failure.status === 404)
    return [
      {
        setting: 'catalogRead',
        value: 'catalog_items',
        how: '/offers/v2 returns 404, and /catalog_items lists the offers',
      },
    ];
  return [];
}

async function learnJourneyList(probe: TenantProbe): Promise<Learned[]> {
  const listing = await tryRead(() => probe.listJourneys());
  if (!('value' in listing) || listing.value.shape === 'none') return [];
  const { shape } = listing.value;
  return [{ setting: 'journeyList', value: shape, how: `GET /v2/journey returns ${JOURNEY_LIST_SHAPES[shape]}` }];
}

/** Only a code with a fixed amount shows the type (API reference, section 6). */
async function learnFixedAmount(probe: TenantProbe): Promise<Learned[]> {
  const codes = await tryRead(async () => {
    const { items } = await probe.listPromoCodes();
    return mapConcurrent(items.slice(0, PROMO_SAMPLE), 8, ({ id }) => probe.readPromoCode(id));
  });
  if (!('value' in codes)) return [];
  const shown = codes.value.flatMap((code) => {
    const discount = code && getOwn(code.data, 'discount');
    const type =
      isJsonObject(discount) && Object.hasOwn(discount, 'amountDiscount')
        ? getOwn(discount, 'discountType')
        : undefined;
    return code && typeof type === 'string' && type !== '' && type !== 'DiscountPercentage'
      ? [{ name: code.name, type }]
      : [];
  });
  const [first] = shown;
  if (first === undefined || shown.some(({ type }) => type !== first.type)) return [];
  return [
    {
      setting: 'promo.fixedAmountType',
      value: first.type,
      how: `the promo code ${first.name} has an amountDiscount and this discountType`,
    },
  ];
}
