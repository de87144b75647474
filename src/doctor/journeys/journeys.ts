import { createJourneyCodec } from '../../kinds/journey/codec.js';
import { decodeElement } from '../../kinds/journey/element-template.js';
import type { JourneyCodecTemplates } from '../../model/dialect.js';
import { asList, getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';
import { deriveAction, deriveCondition, findMarkers, type KnownAction, NotDerivable } from './derive.js';
import { FIRST_SPLIT, type GuideBranch, type JourneyGuide, SECOND_SPLIT } from './guide.js';

export interface LearnedCodec {
  templates: JourneyCodecTemplates;
  notLearned: { type: string; reason: string }[];
}

interface Branch {
  conditions: readonly Json[];
  actions: readonly Json[];
}

/**
 * Learns the wire form of journeys from one that a person built by the guide (guide.ts). derive.ts turns
 * each condition and action into a template. Missing and ambiguous types are skipped, with the reason.
 */
export function learnCodec(data: JsonObject, guide: JourneyGuide): LearnedCodec {
  const branches = listBranches(data);
  const conditions = new Map<string, Json>();
  const notLearned = [...guide.skipped];
  for (const [type, parts] of groupByType(guide.branches))
    tryDerive(type, () => conditions.set(type, learnCondition(branches, parts)), notLearned);
  const actions = new Map<string, Json>();
  const { destinations } = guide;
  if (destinations)
    tryDerive('destination', () => actions.set('destination', learnAction(branches, destinations, guide)), notLearned);
  dropAmbiguous(conditions, branches, guide, notLearned);
  return {
    templates: { conditions: Object.fromEntries(conditions), actions: Object.fromEntries(actions) },
    notLearned,
  };
}

function tryDerive(type: string, derive: () => void, notLearned: LearnedCodec['notLearned']): void {
  try {
    derive();
  } catch (error) {
    if (!(error instanceof NotDerivable)) throw error;
    notLearned.push({ type, reason: error.message });
  }
}

function learnCondition(branches: readonly Branch[], parts: readonly GuideBranch[]): Json {
  const derived = parts.map((part) => deriveCondition(findElement(branches, part), part));
  const [first] = derived;
  if (first === undefined || derived.some(({ template }) => !jsonEqual(template, first.template)))
    throw new NotDerivable('its branches differ by more than the value');
  const words = Object.fromEntries(derived.flatMap((one) => Object.entries(one.words)));
  const isSame = Object.entries(words).every(([ours, theirs]) => ours === theirs);
  return isSame ? first.template : { $map: words, $in: first.template };
}

function findElement(branches: readonly Branch[], part: GuideBranch): Json {
  const found = branches
    .flatMap(({ conditions }) => conditions)
    .filter((element) => findMarkers(element, part).length > 0);
  const [element, ...others] = found;
  if (element === undefined) throw new NotDerivable(`no condition contains ${part.ask}`);
  if (others.length > 0) throw new NotDerivable(`${found.length} conditions contain ${part.ask}`);
  return element;
}

function learnAction(
  branches: readonly Branch[],
  [first, second]: readonly [string, string],
  guide: JourneyGuide,
): Json {
  const tests = branches.filter(({ actions }) => actions.length === 2);
  const [test, ...others] = tests;
  if (test === undefined || others.length > 0)
    throw new NotDerivable(`${tests.length} branches have two destinations; the guide asks for one`);
  const split: KnownAction[] = test.actions.map((element) =>
    mentions(element, second)
      ? { element, destination: second, split: SECOND_SPLIT }
      : { element, destination: first, split: FIRST_SPLIT },
  );
  if (new Set(split.map(({ destination }) => destination)).size !== 2)
    throw new NotDerivable('the A/B branch does not name both destinations');
  const asked = branches.filter(({ conditions }) =>
    guide.branches.some((part) => conditions.some((element) => findMarkers(element, part).length > 0)),
  );
  const whole = asked
    .filter((branch) => branch !== test)
    .flatMap(({ actions }) => actions.map((element): KnownAction => ({ element, destination: first, split: 100 })));
  if (whole.length === 0) throw new NotDerivable('no branch has a single destination');
  return deriveAction(split, whole);
}

function mentions(json: Json, destination: string): boolean {
  if (typeof json === 'string') return json.endsWith(destination) || json.endsWith(destination.slice(0, -1));
  if (Array.isArray(json)) return json.some((part) => mentions(part, destination));
  return isJsonObject(json) && Object.values(json).some((part) => mentions(part, destination));
}

/** Drops templates that also match a condition of another type. */
function dropAmbiguous(
  conditions: Map<string, Json>,
  branches: readonly Branch[],
  guide: JourneyGuide,
  notLearned: LearnedCodec['notLearned'],
): void {
  const ambiguous = [...conditions].flatMap(([type, template]) =>
    guide.branches
      .filter(
        (part) =>
          part.type !== type &&
          conditions.has(part.type) &&
          decodeElement(template, findElement(branches, part)) !== undefined,
      )
      .flatMap((part) => [type, part.type]),
  );
  for (const type of new Set(ambiguous)) {
    conditions.delete(type);
    notLearned.push({ type, reason: 'another condition type looks the same' });
  }
}

function groupByType(parts: readonly GuideBranch[]): Map<string, GuideBranch[]> {
  const byType = new Map<string, GuideBranch[]>();
  for (const part of parts) byType.set(part.type, [...(byType.get(part.type) ?? []), part]);
  return byType;
}

function listBranches(data: JsonObject): Branch[] {
  return asList(getOwn(data, 'journeys')).flatMap((branch) =>
    isJsonObject(branch)
      ? [{ conditions: asList(getOwn(branch, 'conditions')), actions: asList(getOwn(branch, 'actions')) }]
      : [],
  );
}

export interface CodecProof {
  journeys: number;
  /** The conditions and actions of all journeys, and how many of them the templates decode. */
  elements: number;
  typed: number;
  /** Journeys that do not encode back to the same JSON. The templates are proved if this is empty. */
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
