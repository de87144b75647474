import type { Address } from '../../model/address.js';
import type { DialectProbe } from '../../model/doctor.js';
import { asObject, getOwn, type Json, jsonEqual, type JsonObject, pickKeys } from '../../model/json.js';
import type { PromoCodeRecord } from '../../model/live-api.js';
import { type CanaryFinding, type CanaryTrial, Inconclusive, listTopDifferences, trySend } from './learn.js';

const JOURNEY_PUT = 'journeyPut';

/**
 * Learns whether saving a journey replaces it: saves it without one of its keys, reads it back, and saves
 * it completely. If the tenant merges, nothing changes.
 */
export function createJourneyTrial(address: Address, name: string, probe: DialectProbe): CanaryTrial {
  return {
    address,
    describe(saved) {
      const [key] = listOptionalKeys(asObject(saved));
      if (key === undefined) return { steps: ['nothing: it has no optional key; give it a fallback_tag'], mayStay: [] };
      return {
        steps: [`save it without ${key}, and save it completely again (changes are live at once)`],
        mayStay: [],
      };
    },
    read: async () => (await probe.readJourney(name))?.data,
    listDifferences: (saved, now) => listTopDifferences(asObject(saved), asObject(now), []),
    isOurs: (saved, pointer) => listOptionalKeys(asObject(saved)).some((key) => pointer === `/${key}`),
    run: (saved, finding, isStopped) => learnPut(name, asObject(saved), probe, finding, isStopped),
    async restore(saved) {
      await trySend(() => probe.putJourney(name, asObject(saved)));
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
    await trySend(() => probe.putJourney(name, saved));
    finding.learned.push({
      setting: JOURNEY_PUT,
      value: outcome,
      how: `the journey ${name} was saved without ${key}, which was ${outcome === 'replace' ? 'removed' : 'kept'}`,
    });
    return;
  }
  const reason = isStopped()
    ? 'interrupted'
    : refused.length > 0
      ? `the tenant rejects a journey without ${refused.join(' and without ')}`
      : 'the journey has no optional key; give it a fallback_tag';
  finding.notLearned.push({ setting: JOURNEY_PUT, reason });
}

async function tryPut(
  name: string,
  data: JsonObject,
  key: string,
  saved: JsonObject,
  probe: DialectProbe,
): Promise<'replace' | 'merge' | 'refused'> {
  for (let attempt = 1; ; attempt++) {
    const sent = await trySend(() => probe.putJourney(name, data));
    const now = (await probe.readJourney(name))?.data;
    if (now === undefined) throw new Inconclusive('the journey no longer exists');
    const left = getOwn(now, key) ?? null;
    if (left === null) return 'replace';
    if (!jsonEqual(left, getOwn(saved, key))) throw new Inconclusive(`${key} was neither removed nor unchanged`);
    if (sent.kind === 'accepted') return 'merge';
    if (sent.kind === 'refused') return 'refused';
    if (attempt === 2) throw new Inconclusive(`the tenant did not answer: ${sent.message}`);
  }
}

const PROMO_REMOVAL = 'promo.removal';

/** The only key of a code without an effect on customers. */
const KEY = 'description';

/** Required in every PUT (API reference, section 6). */
const REQUIRED = ['applicationLevel', 'promoCode', 'status', 'productDetails', 'discount'];

/** Learns whether null removes a key of a promo code, using its description. */
export function createPromoCodeTrial(
  address: Address,
  { id, name }: Pick<PromoCodeRecord, 'id' | 'name'>,
  probe: DialectProbe,
): CanaryTrial {
  const put = (saved: Json, description: Json) =>
    trySend(() =>
      probe.updatePromoCode({ id, name, data: { ...pickKeys(asObject(saved), REQUIRED), [KEY]: description } }),
    );
  return {
    address,
    describe: (saved) =>
      hasText(saved)
        ? { steps: [`set its ${KEY} to null, and restore it`], mayStay: [] }
        : { steps: [`nothing: it has no ${KEY}; add one`], mayStay: [] },
    read: async () => (await probe.readPromoCode(id))?.data,
    listDifferences: (saved, now) => listTopDifferences(asObject(saved), asObject(now), []),
    isOurs: (_saved, pointer) => pointer === `/${KEY}`,
    async run(saved, finding, isStopped) {
      if (isStopped() || !hasText(saved)) {
        finding.notLearned.push({
          setting: PROMO_REMOVAL,
          reason: isStopped() ? 'interrupted' : `the promo code has no ${KEY}; add one`,
        });
        return;
      }
      const value = await learnRemoval(
        saved,
        (description) => put(saved, description),
        async () => (await probe.readPromoCode(id))?.data,
      );
      finding.learned.push({
        setting: PROMO_REMOVAL,
        value,
        how: `after null, the ${KEY} of ${name} was ${value === 'null' ? 'removed' : 'kept'}`,
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
  put: (description: Json) => ReturnType<typeof trySend>,
  read: () => Promise<JsonObject | undefined>,
): Promise<'null' | 'unsupported'> {
  for (let attempt = 1; ; attempt++) {
    const sent = await put(null);
    const now = await read();
    if (now === undefined) throw new Inconclusive('the promo code no longer exists');
    const left = getOwn(now, KEY) ?? null;
    if (left === null) return 'null';
    if (!jsonEqual(left, getOwn(asObject(saved), KEY)))
      throw new Inconclusive(`the ${KEY} was neither removed nor unchanged`);
    if (sent.kind !== 'lost') return 'unsupported';
    if (attempt === 2) throw new Inconclusive(`the tenant did not answer: ${sent.message}`);
  }
}

function hasText(saved: Json): boolean {
  const text = getOwn(asObject(saved), KEY);
  return typeof text === 'string' && text !== '';
}
