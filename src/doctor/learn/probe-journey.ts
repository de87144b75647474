import type { Address } from '../../model/address.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';
import type { DialectProbe } from '../../model/probes.js';
import type { CanaryFinding, Trial } from './canary-finding.js';
import { listTopDifferences } from './list-top-differences.js';
import { Inconclusive, sendAndTell } from './send-and-tell.js';

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
