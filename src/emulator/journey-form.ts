import { getOwn, isJsonObject, jsonEqual, type Json, type JsonObject } from '../model/json.js';
import type { Dialect, JourneyCodecTemplates } from '../model/dialect.js';

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

/** What the placeholders of a template stand for in one element. */
interface Bindings {
  values?: string[];
  value?: string;
  destination?: string;
  split?: number;
}

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
    if (bindings !== undefined && target !== undefined) return fill(target, bindings) ?? element;
  }
  return element;
}

function readElements(branch: Json, part: 'conditions' | 'actions'): Json[] {
  const elements = isJsonObject(branch) ? getOwn(branch, part) : undefined;
  return Array.isArray(elements) ? elements : [];
}

/** Strict: filling the template with what was found must give the same element again. */
function matchWhole(template: Json, element: Json): Bindings | undefined {
  const bindings = match(template, element);
  return bindings && jsonEqual(fill(template, bindings), element) ? bindings : undefined;
}

function match(template: Json, value: Json): Bindings | undefined {
  if (typeof template === 'string') return matchText(template, value);
  const each = getEach(template);
  if (each !== undefined) return matchEach(each, value);
  if (Array.isArray(template)) {
    if (!Array.isArray(value) || value.length !== template.length) return undefined;
    return joinBindings(template.map((part, index) => match(part, value[index] ?? null)));
  }
  if (isJsonObject(template)) {
    const keys = Object.keys(template);
    if (!isJsonObject(value) || Object.keys(value).length !== keys.length) return undefined;
    return joinBindings(
      keys.map((key) => {
        const part = getOwn(value, key);
        return part === undefined ? undefined : match(getOwn(template, key) ?? null, part);
      }),
    );
  }
  return template === value ? {} : undefined;
}

function matchText(template: string, value: Json): Bindings | undefined {
  const text = typeof value === 'string' ? value : undefined;
  switch (template) {
    case '$values':
      return Array.isArray(value) && value.every((element) => typeof element === 'string')
        ? { values: value }
        : undefined;
    case '$csv':
      return text === undefined ? undefined : { values: text.split(',') };
    case '$value':
      return text === undefined ? undefined : { value: text };
    case '$destination':
      return text === undefined ? undefined : { destination: text };
    case '$split':
      return typeof value === 'number' ? { split: value } : undefined;
    case '$splitText':
      return text !== undefined && text.trim() !== '' && Number.isFinite(Number(text)) ? { split: Number(text) } : undefined;
    default:
      return template === value ? {} : undefined;
  }
}

function matchEach(template: Json, value: Json): Bindings | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.map((element) => match(template, element)?.value);
  return found.every((text) => text !== undefined) ? { values: found } : undefined;
}

function joinBindings(parts: readonly (Bindings | undefined)[]): Bindings | undefined {
  let joined: Bindings = {};
  for (const part of parts) {
    if (part === undefined) return undefined;
    joined = { ...joined, ...part };
  }
  return joined;
}

function fill(template: Json, bindings: Bindings): Json | undefined {
  if (typeof template === 'string') return fillText(template, bindings);
  const each = getEach(template);
  if (each !== undefined) return fillAll((bindings.values ?? []).map((value) => fill(each, { value })));
  if (Array.isArray(template)) return fillAll(template.map((part) => fill(part, bindings)));
  if (!isJsonObject(template)) return template;
  const entries = Object.entries(template).map(([key, part]) => [key, fill(part, bindings)] as const);
  const filled = entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined);
  return filled.length === entries.length ? Object.fromEntries(filled) : undefined;
}

function fillText(template: string, bindings: Bindings): Json | undefined {
  switch (template) {
    case '$values':
      return bindings.values;
    case '$csv':
      return bindings.values?.join(',');
    case '$value':
      return bindings.value;
    case '$destination':
      return bindings.destination;
    case '$split':
      return bindings.split;
    case '$splitText':
      return bindings.split === undefined ? undefined : String(bindings.split);
    default:
      return template;
  }
}

function fillAll(parts: readonly (Json | undefined)[]): Json[] | undefined {
  const filled = parts.filter((part) => part !== undefined);
  return filled.length === parts.length ? filled : undefined;
}

function getEach(template: Json): Json | undefined {
  return isJsonObject(template) && Object.keys(template).length === 1 ? getOwn(template, '$each') : undefined;
}
