import type { Dialect, JourneyCodecTemplates } from '../model/dialect.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../model/json.js';

/**
 * The emulator's wire form of conditions and actions, used for `journeyCodec: assumed`. The real form is
 * not public (API reference, section 2). Independent of the client's codec, so that each can reveal
 * mistakes of the other.
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

/** The tenant's form: its templates, and the assumed form for missing types. */
export function resolveJourneyCodec(dialect: Dialect): JourneyCodecTemplates {
  const codec = dialect.journeyCodec;
  if (codec === undefined || codec === 'assumed') return ASSUMED;
  return {
    conditions: { ...ASSUMED.conditions, ...codec.conditions },
    actions: { ...ASSUMED.actions, ...codec.actions },
  };
}

/** Translates the conditions and actions of a journey from the assumed form to `form`. */
export function translateJourneyData(data: JsonObject, form: JourneyCodecTemplates): JsonObject {
  const branches = getOwn(data, 'journeys');
  if (form === ASSUMED || !Array.isArray(branches)) return data;
  return { ...data, journeys: branches.map((branch) => translateBranch(branch, form)) };
}

/** JSON Pointers to the conditions and actions that are not in `form`. */
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

/** The values of a template's placeholders in an element. */
interface Bindings {
  values?: string[];
  value?: string;
  destination?: string;
  split?: number;
}

/** Strict: filling the template with the result must give the same element. */
function matchWhole(template: Json, element: Json): Bindings | undefined {
  const bindings = match(template, element);
  return bindings && jsonEqual(fillTemplate(template, bindings), element) ? bindings : undefined;
}

/** Fills a template. Undefined if a binding is missing or has no place in it. */
function fillTemplate(template: Json, bindings: Bindings): Json | undefined {
  if (typeof template === 'string') return fillText(template, bindings);
  if (Array.isArray(template)) return fillAll(template.map((part) => fillTemplate(part, bindings)));
  if (!isJsonObject(template)) return template;
  const special = readSpecial(template);
  if (special === undefined) {
    const parts = Object.entries(template).map(([key, part]): [string, Json | undefined] => [
      key,
      fillTemplate(part, bindings),
    ]);
    return parts.every((part): part is [string, Json] => part[1] !== undefined) ? Object.fromEntries(parts) : undefined;
  }
  switch (special.kind) {
    case 'raw':
      return special.json;
    case 'any':
      return special.templates.map((one) => fillIfSplitFits(one, bindings)).find((filled) => filled !== undefined);
    case 'map': {
      const words = bindings.values?.map((value) => getOwn(special.words, value));
      return words?.every((word) => typeof word === 'string')
        ? fillTemplate(special.inner, { ...bindings, values: words })
        : undefined;
    }
    default: {
      const parts = fillAll((bindings.values ?? []).map((value) => fillTemplate(special.part, { value })));
      return parts && special.separator !== undefined ? parts.map(String).join(special.separator) : parts;
    }
  }
}

/** An alternative without a split is only valid for a split of 100. */
function fillIfSplitFits(template: Json, bindings: Bindings): Json | undefined {
  const filled = fillTemplate(template, bindings);
  if (filled === undefined) return undefined;
  return (match(template, filled)?.split ?? 100) === (bindings.split ?? 100) ? filled : undefined;
}

type Special =
  | { kind: 'raw'; json: Json }
  | { kind: 'any'; templates: Json[] }
  | { kind: 'map'; words: JsonObject; inner: Json }
  | { kind: 'each'; part: Json; separator?: string };

function readSpecial(template: JsonObject): Special | undefined {
  const raw = getOwn(template, '$raw');
  if (raw !== undefined) return { kind: 'raw', json: raw };
  const any = getOwn(template, '$any');
  if (Array.isArray(any)) return { kind: 'any', templates: any };
  const words = getOwn(template, '$map');
  if (isJsonObject(words)) return { kind: 'map', words, inner: getOwn(template, '$in') ?? null };
  const part = getOwn(template, '$each');
  const separator = getOwn(template, '$join');
  return part === undefined
    ? undefined
    : { kind: 'each', part, ...(typeof separator === 'string' ? { separator } : {}) };
}

function match(template: Json, value: Json): Bindings | undefined {
  if (typeof template === 'string') return matchText(template, value);
  if (Array.isArray(template)) {
    if (!Array.isArray(value) || value.length !== template.length) return undefined;
    return joinBindings(template.map((part, index) => match(part, value[index] ?? null)));
  }
  if (!isJsonObject(template)) return template === value ? {} : undefined;
  const special = readSpecial(template);
  if (special === undefined) return isJsonObject(value) ? matchKeys(template, value) : undefined;
  switch (special.kind) {
    case 'raw':
      return jsonEqual(special.json, value) ? {} : undefined;
    case 'any':
      return special.templates.map((one) => matchWhole(one, value)).find((bindings) => bindings !== undefined);
    case 'map': {
      const bindings = match(special.inner, value);
      const spoken = bindings?.values ?? (bindings?.value === undefined ? [] : [bindings.value]);
      const own = spoken.map((word) => Object.keys(special.words).find((key) => special.words[key] === word));
      return bindings && own.every((word) => word !== undefined) ? { ...bindings, values: own } : undefined;
    }
    default: {
      const parts =
        special.separator === undefined
          ? value
          : typeof value === 'string'
            ? value.split(special.separator)
            : undefined;
      const found = Array.isArray(parts) ? parts.map((element) => match(special.part, element)?.value) : undefined;
      return found?.every((text) => text !== undefined) ? { values: found } : undefined;
    }
  }
}

function matchKeys(template: JsonObject, value: JsonObject): Bindings | undefined {
  const keys = Object.keys(template);
  if (Object.keys(value).length !== keys.length) return undefined;
  return joinBindings(
    keys.map((key) => {
      const part = getOwn(value, key);
      return part === undefined ? undefined : match(getOwn(template, key) ?? null, part);
    }),
  );
}

function joinBindings(parts: readonly (Bindings | undefined)[]): Bindings | undefined {
  let joined: Bindings = {};
  for (const part of parts) {
    if (part === undefined) return undefined;
    joined = { ...joined, ...part };
  }
  return joined;
}

/** A text with one placeholder, such as `cc:${value}`, or a short form. */
function readPlaceholder(template: string): { name: string; before: string; after: string } | undefined {
  const short = /^\$(value|destination|tag|splitText)$/.exec(template)?.[1];
  if (short !== undefined) return { name: short === 'splitText' ? 'split' : short, before: '', after: '' };
  const open = template.indexOf('${');
  const close = template.indexOf('}', open);
  return open === -1 || close === -1
    ? undefined
    : { name: template.slice(open + 2, close), before: template.slice(0, open), after: template.slice(close + 1) };
}

function matchText(template: string, value: Json): Bindings | undefined {
  if (template === '$values')
    return Array.isArray(value) && value.every((element) => typeof element === 'string')
      ? { values: value }
      : undefined;
  if (template === '$split') return typeof value === 'number' ? { split: value } : undefined;
  if (template === '$csv') return typeof value === 'string' ? { values: value.split(',') } : undefined;
  const placeholder = readPlaceholder(template);
  if (placeholder === undefined) return template === value ? {} : undefined;
  const { name, before, after } = placeholder;
  if (
    typeof value !== 'string' ||
    !value.startsWith(before) ||
    !value.endsWith(after) ||
    value.length < before.length + after.length
  )
    return undefined;
  const text = value.slice(before.length, value.length - after.length);
  switch (name) {
    case 'value':
      return { value: text };
    case 'value:lower':
      return { value: text.toUpperCase() };
    case 'destination':
      return { destination: text };
    case 'tag':
      return { destination: `${text}/` };
    default:
      return text.trim() !== '' && Number.isFinite(Number(text)) ? { split: Number(text) } : undefined;
  }
}

function fillText(template: string, bindings: Bindings): Json | undefined {
  const { values, destination, split } = bindings;
  const value = bindings.value ?? (values?.length === 1 ? values[0] : undefined);
  if (template === '$values') return values ?? (value === undefined ? undefined : [value]);
  if (template === '$csv') return values?.join(',') ?? value;
  if (template === '$split') return split;
  const placeholder = readPlaceholder(template);
  if (placeholder === undefined) return template;
  const texts: Record<string, string | undefined> = {
    value,
    'value:lower': value?.toLowerCase(),
    destination,
    tag: destination?.replace(/\/$/, ''),
    split: split === undefined ? undefined : String(split),
  };
  const text = texts[placeholder.name];
  return text === undefined ? undefined : placeholder.before + text + placeholder.after;
}

function fillAll(parts: readonly (Json | undefined)[]): Json[] | undefined {
  const filled = parts.filter((part) => part !== undefined);
  return filled.length === parts.length ? filled : undefined;
}
