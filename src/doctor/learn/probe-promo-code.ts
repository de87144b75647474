import type { Address } from '../../model/address.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject, pickKeys } from '../../model/json.js';
import type { PromoCodeRecord } from '../../model/live-api.js';
import type { DialectProbe } from '../../model/probes.js';
import type { CanaryFinding, Trial } from './canary-finding.js';
import { listTopDifferences } from './list-top-differences.js';
import { Inconclusive, sendAndTell } from './send-and-tell.js';

const SETTING = 'promo.removal';
/** The one key of a code that changes nothing for customers. */
const KEY = 'description';
/** A PUT needs these whole (API reference, section 6). */
const REQUIRED = ['applicationLevel', 'promoCode', 'status', 'productDetails', 'discount'];

/** Learns whether null removes a key of a promo code, with its description. */
export function createPromoCodeTrial(
  address: Address,
  { id, name }: Pick<PromoCodeRecord, 'id' | 'name'>,
  probe: DialectProbe,
): Trial {
  const put = (saved: Json, description: Json) =>
    sendAndTell(() =>
      probe.updatePromoCode({ id, name, data: { ...pickKeys(asObject(saved), REQUIRED), [KEY]: description } }),
    );
  return {
    address,
    describe: (saved) =>
      hasText(saved)
        ? { steps: [`set its ${KEY} to null, and set it back`], mayStay: [] }
        : { steps: [`nothing: it has no ${KEY}; give it one`], mayStay: [] },
    read: async () => (await probe.readPromoCode(id))?.data,
    listDifferences: (saved, now) => listTopDifferences(asObject(saved), asObject(now), []),
    isOurs: (_saved, pointer) => pointer === `/${KEY}`,
    async run(saved, finding, isStopped) {
      if (isStopped() || !hasText(saved)) {
        finding.notLearned.push({
          setting: SETTING,
          why: isStopped() ? 'interrupted' : `the promo code has no ${KEY}; give it one`,
        });
        return;
      }
      const value = await learnRemoval(
        saved,
        (description) => put(saved, description),
        async () => (await probe.readPromoCode(id))?.data,
      );
      finding.learned.push({
        setting: SETTING,
        value,
        how: `after null the ${KEY} of ${name} was ${value === 'null' ? 'gone' : 'still there'}`,
      });
      if (value === 'null') await put(saved, getOwn(asObject(saved), KEY) ?? null);
    },
    async restore(saved, _now, _finding: CanaryFinding) {
      await put(saved, getOwn(asObject(saved), KEY) ?? null);
    },
  };
}

async function learnRemoval(
  saved: Json,
  put: (description: Json) => ReturnType<typeof sendAndTell>,
  read: () => Promise<JsonObject | undefined>,
): Promise<'null' | 'unsupported'> {
  for (let attempt = 1; ; attempt++) {
    const sent = await put(null);
    const now = await read();
    if (now === undefined) throw new Inconclusive('the promo code is gone');
    const left = getOwn(now, KEY) ?? null;
    if (left === null) return 'null';
    if (!jsonEqual(left, getOwn(asObject(saved), KEY)))
      throw new Inconclusive(`the ${KEY} was neither gone nor as before`);
    if (sent.kind !== 'lost') return 'unsupported';
    if (attempt === 2) throw new Inconclusive(`the tenant did not answer: ${sent.message}`);
  }
}

function hasText(saved: Json): boolean {
  const text = getOwn(asObject(saved), KEY);
  return typeof text === 'string' && text !== '';
}

function asObject(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}
