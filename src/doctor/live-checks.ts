import { CONDITION_TYPES } from '../kinds/documents/document-parts.js';
import { createJourneyCodec } from '../kinds/journey/codec.js';
import { getOwn, isJsonObject } from '../model/json.js';
import type { PromoCodeRecord } from '../model/live-api.js';
import { type Check, defineCheck, find, listSome } from './check.js';

/** Promo codes and journeys: what is live at once. */
export const LIVE_CHECKS: readonly Check[] = [
  {
    id: 'promo-version',
    title: 'Promo codes',
    judge({ promoCodes, promoSample }) {
      if ('failure' in promoCodes) {
        const { message, status } = promoCodes.failure;
        if (status !== 404)
          return find('unknown', `Not checked, because the list of promo codes could not be read: ${message}`);
        return find(
          'problem',
          'The tenant has no promo codes v2.',
          [message],
          'limio-sync manages promo codes v2 only. Declare none for this environment.',
        );
      }
      const codes = 'value' in promoSample ? promoSample.value : [];
      const newer = codes.filter(isNewer);
      if (newer.length > 0)
        return find(
          'warning',
          'Some promo codes look like a newer version than v2.',
          listSome(
            newer.map(
              ({ name, record }) => `${name}: record_type ${JSON.stringify(getOwn(record, 'record_type') ?? null)}`,
            ),
          ),
          'Leave those to the web app; limio-sync manages promo codes v2.',
        );
      return find('ok', 'Promo codes v2 answer.', [
        `${promoCodes.value.items.length} ${promoCodes.value.items.length === 1 ? 'code' : 'codes'}, ${codes.length} looked at`,
      ]);
    },
  },
  defineCheck(
    'journey-forms',
    'Wire forms of journeys',
    ['journeys'],
    ({ journeys }, { environment, dialect: { journeyCodec } }) => {
      const evidence = [...journeys.items.map(({ data }) => data), ...(journeys.nameless ? [journeys.nameless] : [])];
      const codec = createJourneyCodec(journeyCodec, evidence);
      const conditions = CONDITION_TYPES.filter((type) => codec.confirmed.conditions.has(type));
      const unproved = [
        ...CONDITION_TYPES.filter((type) => !conditions.includes(type)),
        ...(codec.confirmed.actions.has('destination') ? [] : ['destination']),
      ];
      const how =
        journeyCodec === undefined
          ? 'by live journeys'
          : journeyCodec === 'assumed'
            ? 'because the dialect says "assumed"'
            : 'by learned templates or live journeys';
      const lines = [
        `proved ${how}: ${conditions.join(', ') || 'no condition'}`,
        ...(unproved.length > 0 ? [`not proved: ${unproved.join(', ')}`] : []),
      ];
      if (unproved.length === 0)
        return find('ok', 'The wire form of every type of condition and action is proved.', lines);
      return find(
        'warning',
        'Some types of conditions or actions cannot be sent yet.',
        lines,
        `A journey that declares one is withheld (CODEC_UNCONFIRMED). To learn them: limio-sync doctor --learn-journeys limio-sync-probe --env ${environment}`,
      );
    },
  ),
];

/** "v3" codes refer to `discount` items of the catalog (API reference, section 6). */
function isNewer({ record, data }: PromoCodeRecord): boolean {
  const type = getOwn(record, 'record_type');
  const discount = getOwn(data, 'discount');
  const refers =
    typeof discount === 'string' || (isJsonObject(discount) && typeof getOwn(discount, 'path') === 'string');
  return refers || (typeof type === 'string' && type !== 'promo_code_v2');
}
