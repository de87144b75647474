import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Dialect, JourneyCodecTemplates } from '../model/dialect.js';
import { fillTemplate, matchWhole } from './match-template.js';

/**
 * The emulator's own wire form of conditions and actions. The real one is not public (API
 * reference, section 2): this is what `journeyCodec: assumed` stands for. Written apart from the
 * client's codec on purpose, so that one can catch the other being wrong.
 */
const list = (type: string): JsonObject => ({ type, operator: 'in', value: '$values' });
const ASSUMED: JourneyCodecTemplates = {
  conditions: {
    country: list('country'),
    city: list('city'),
    region: list('region'),
    billing_country: list('subscription_billing_country'),
    query: { type: 'query_string', operator: 'contains', value: '$csv' },
    cookie: { type: 'cookie', operator: 'exists', value: '$csv' },
    segment: list('segment'),
    offer_label: list('subscription_offer_label'),
    subscription_status: list('subscription_status'),
    device: list('device'),
  },
  actions: { destination: { type: 'destination', tag: '$destination', split: '$split' } },
};

/** The form that this tenant speaks: its templates, and the assumed form of types they leave out. */
export function resolveJourneyForm(dialect: Dialect): JourneyCodecTemplates {
  const codec = dialect.journeyCodec;
  if (codec === undefined || codec === 'assumed') return ASSUMED;
  return {
    conditions: { ...ASSUMED.conditions, ...codec.conditions },
    actions: { ...ASSUMED.actions, ...codec.actions },
  };
}

/** Rewrites the elements of a journey's `data` from the assumed form to `form`; others stay as they are. */
export function translateJourneyData(data: JsonObject, form: JourneyCodecTemplates): JsonObject {
  const branches = getOwn(data, 'journeys');
  if (form === ASSUMED || !Array.isArray(branches)) return data;
  return { ...data, journeys: branches.map((branch) => translateBranch(branch, form)) };
}

/** JSON Pointers of the conditions and actions in `data` that are not in `form`. */
export function findUnrecognised(data: JsonObject, form: JourneyCodecTemplates): string[] {
  const branches = getOwn(data, 'journeys');
  if (!Array.isArray(branches)) return [];
  return branches.flatMap((branch, index) =>
    (['conditions', 'actions'] as const).flatMap((part) =>
      readElements(branch, part).flatMap((element, place) =>
        Object.values(form[part]).some((template) => matchWhole(template, element) !== undefined)
          ? []
          : [`/journeys/${index}/${part}/${place}`],
      ),
    ),
  );
}

function translateBranch(branch: Json, form: JourneyCodecTemplates): Json {
  if (!isJsonObject(branch)) return branch;
  const parts = (['conditions', 'actions'] as const)
    .filter((part) => Array.isArray(getOwn(branch, part)))
    .map((part): [string, Json] => [
      part,
      readElements(branch, part).map((element) => translateElement(element, ASSUMED[part], form[part])),
    ]);
  return { ...branch, ...Object.fromEntries(parts) };
}

function translateElement(element: Json, from: JsonObject, to: JsonObject): Json {
  for (const [type, template] of Object.entries(from)) {
    const bindings = matchWhole(template, element);
    const target = getOwn(to, type);
    if (bindings !== undefined && target !== undefined) return fillTemplate(target, bindings) ?? element;
  }
  return element;
}

function readElements(branch: Json, part: 'conditions' | 'actions'): Json[] {
  const elements = isJsonObject(branch) ? getOwn(branch, part) : undefined;
  return Array.isArray(elements) ? elements : [];
}
