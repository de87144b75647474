import type { Address } from '../../model/address.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject, pickKeys } from '../../model/json.js';
import type { PromoCodeRecord } from '../../model/live-api.js';
import type { DialectProbe } from '../../model/probes.js';
import { type CanaryFinding, Inconclusive, listTopDifferences, sendAndTell, type Trial } from './learn.js';

const SETTING = 'journeyPut';

/**
 * Learns whether saving a journey replaces it whole: it is sent without one key that is there, read
 * back, and sent whole. Where the tenant merges, nothing changes at all.
 */
export function createJourneyTrial(address: Address, name: string, probe: DialectProbe): Trial {
  return {
    address,
    describe(saved) {
      const [key] = listOptionalKeys(asObject(saved));
      if (key === undefined)
        return { steps: ['nothing: it has no key that could be left out; give it a fallback_tag'], mayStay: [] };
      return { steps: [`save it without ${key}, and save it whole again; saving is live at once`], mayStay: [] };
    },
    read: async () => (await probe.readJourney(name))?.data,
    listDifferences: (saved, now) => listTopDifferences(asObject(saved), asObject(now), []),
    isOurs: (saved, pointer) => listOptionalKeys(asObject(saved)).some((key) => pointer === `/${key}`),
    run: (saved, finding, isStopped) => learnPut(name, asObject(saved), probe, finding, isStopped),
    async restore(saved) {
      await sendAndTell(() => probe.putJourney(name, asObject(saved)));
    },
  };
}

/** The harmless ones first: without a fallback, visitors stay where they are. */
function listOptionalKeys(data: JsonObject): string[] {
  const others = Object.keys(data).filter(
    (key) => !['journeys', 'starting_point', 'fallback_tag', 'domains'].includes(key),
  );
  return ['fallback_tag', 'domains', ...others].filter((key) => Object.hasOwn(data, key));
}

async function learnPut(
  name: string,
  saved: JsonObject,
  probe: DialectProbe,
  finding: CanaryFinding,
  isStopped: () => boolean,
): Promise<void> {
  const refused: string[] = [];
  for (const key of listOptionalKeys(saved)) {
    if (isStopped()) break;
    const without = Object.fromEntries(Object.entries(saved).filter(([other]) => other !== key));
    const outcome = await tryPut(name, without, key, saved, probe);
    if (outcome === 'refused') {
      refused.push(key);
      continue;
    }
    await sendAndTell(() => probe.putJourney(name, saved));
    finding.learned.push({
      setting: SETTING,
      value: outcome,
      how: `the journey ${name} was saved without ${key}, which was ${outcome === 'replace' ? 'gone' : 'still there'} afterwards`,
    });
    return;
  }
  const why = isStopped()
    ? 'interrupted'
    : refused.length > 0
      ? `the tenant refuses a journey without ${refused.join(' and without ')}`
      : 'the journey has no key that could be left out; give it a fallback_tag';
  finding.notLearned.push({ setting: SETTING, why });
}

async function tryPut(
  name: string,
  data: JsonObject,
  key: string,
  saved: JsonObject,
  probe: DialectProbe,
): Promise<'replace' | 'merge' | 'refused'> {
  for (let attempt = 1; ; attempt++) {
    const sent = await sendAndTell(() => probe.putJourney(name, data));
    const now = (await probe.readJourney(name))?.data;
    if (now === undefined) throw new Inconclusive('the journey is gone');
    const left = getOwn(now, key) ?? null;
    if (left === null) return 'replace';
    if (!jsonEqual(left, getOwn(saved, key))) throw new Inconclusive(`${key} was neither gone nor as before`);
    if (sent.kind === 'accepted') return 'merge';
    if (sent.kind === 'refused') return 'refused';
    if (attempt === 2) throw new Inconclusive(`the tenant did not answer: ${sent.message}`);
  }
}

function asObject(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}

const SETTINGProbePromoCode = 'promo.removal';

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
          setting: SETTINGProbePromoCode,
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
        setting: SETTINGProbePromoCode,
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
