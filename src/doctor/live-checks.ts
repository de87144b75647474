import { CONDITION_TYPES } from '../kinds/documents/document-parts.js';
import { createJourneyCodec } from '../kinds/journey/codec.js';
import { getOwn, isJsonObject } from '../model/json.js';
import type { PromoCodeRecord } from '../model/live-api.js';
import { formatCommand } from '../model/text.js';
import { countThings } from '../model/words.js';
import { type Check, defineCheck, finding, listSome } from './check.js';

/** Promo codes and journeys, whose changes are live at once. */
export const LIVE_CHECKS: readonly Check[] = [
  {
    id: 'promo-version',
    title: 'Promo codes',
    evaluate({ promoCodes, promoSample }) {
      if ('failure' in promoCodes) {
        const { message, status } = promoCodes.failure;
        if (status !== 404)
          return finding('unknown', `Not checked: the list of promo codes could not be read: ${message}`);
        return finding(
          'problem',
          'The tenant has no promo codes v2.',
          [message],
          'limio-sync only manages promo codes v2. Do not declare any for this environment.',
        );
      }
      const codes = 'value' in promoSample ? promoSample.value : [];
      const newer = codes.filter(isNewer);
      if (newer.length > 0)
        return finding(
          'warning',
          'Some promo codes look newer than v2.',
          listSome(
            newer.map(
              ({ name, record }) => `${name}: record_type ${JSON.stringify(getOwn(record, 'record_type') ?? null)}`,
            ),
          ),
          'Edit these in the web app. limio-sync only manages promo codes v2.',
        );
      return finding('ok', 'The tenant has promo codes v2.', [
        `${countThings(promoCodes.value.items.length, 'code')}, ${codes.length} checked`,
      ]);
    },
  },
  defineCheck(
    'journey-forms',
    'Journey codec',
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
        `confirmed ${how}: ${conditions.join(', ') || 'no condition'}`,
        ...(unproved.length > 0 ? [`not confirmed: ${unproved.join(', ')}`] : []),
      ];
      if (unproved.length === 0)
        return finding('ok', 'The wire form of every condition and action type is confirmed.', lines);
      return finding(
        'warning',
        'Some condition or action types cannot be sent yet.',
        lines,
        'Journeys that use them are withheld (CODEC_UNCONFIRMED). To learn them, run: ' +
          formatCommand('doctor', '--learn-journeys', 'limio-sync-probe', '--env', environment),
      );
    },
  ),
];

/** "v3" codes reference `discount` items of the catalog (API reference, section 6). */
function isNewer({ record, data }: PromoCodeRecord): boolean {
  const type = getOwn(record, 'record_type');
  const discount = getOwn(data, 'discount');
  const refers =
    typeof discount === 'string' || (isJsonObject(discount) && typeof getOwn(discount, 'path') === 'string');
  return refers || (typeof type === 'string' && type !== 'promo_code_v2');
}
