import { createJourneyCodec } from '../../kinds/journey/codec.js';
import type { JourneyCodecTemplates } from '../../model/dialect.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';

export interface CodecProof {
  journeys: number;
  /** Conditions and actions of all journeys, and how many of them have a typed form now. */
  elements: number;
  typed: number;
  /** Names of journeys that do not come back as the same JSON; empty is the proof. */
  broken: string[];
}

/** Decodes every journey of the tenant and encodes it again. */
export function proveCodec(
  templates: JourneyCodecTemplates,
  journeys: readonly { name: string; data: JsonObject }[],
): CodecProof {
  const codec = createJourneyCodec(templates, []);
  const proof: CodecProof = { journeys: journeys.length, elements: 0, typed: 0, broken: [] };
  for (const { name, data } of journeys) {
    const typed = codec.decode(data);
    if (!jsonEqual(codec.encode(typed).wire, data)) proof.broken.push(name);
    const elements = listElements(typed);
    proof.elements += elements.length;
    proof.typed += elements.filter((element) => !isJsonObject(element) || !Object.hasOwn(element, 'raw')).length;
  }
  return proof;
}

function listElements(data: JsonObject): Json[] {
  const branches = asList(getOwn(data, 'journeys')).filter(isJsonObject);
  return branches.flatMap((branch) => [...asList(getOwn(branch, 'conditions')), ...asList(getOwn(branch, 'actions'))]);
}

function asList(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
