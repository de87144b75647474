import type { JourneyGuide } from '../../../src/doctor/journeys/guide.js';
import { translateJourneyData } from '../../../src/emulator/journey-codec.js';
import { createJourneyCodec } from '../../../src/kinds/journey/codec.js';
import type { JourneyCodecTemplates } from '../../../src/model/dialect.js';
import type { Json, JsonObject } from '../../../src/model/json.js';

/** What a person builds by the guide, in typed form. */
export function buildByGuide({ branches, destinations }: JourneyGuide): JsonObject {
  const [first = '', second = ''] = destinations ?? [];
  const typed: Json[] = branches.map(({ type, markers }, i) => ({
    id: id(i),
    conditions: [{ type, values: markers.map(({ texts }) => texts[0] ?? '') }],
    actions: [to(first, 100)],
  }));
  return {
    starting_point: '/scratch/',
    journeys: [...typed, { id: id(99), conditions: [], actions: [to(first, 30), to(second, 70)] }],
  };
}

const to = (destination: string, split: number): Json => ({ type: 'destination', destination, split });
const id = (i: number): string => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
const assumed = createJourneyCodec('assumed', []);
/** A typed journey as a tenant of that form holds it; by the emulator's own code. */
export function inForm(typed: JsonObject, form: JourneyCodecTemplates): JsonObject {
  return translateJourneyData(assumed.encode(typed).wire, form);
}
