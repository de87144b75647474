import type { Dialect, JourneyCodecTemplates } from '../../model/dialect.js';
import { asList, getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import { decodeElement, type JourneyElement, encodeElement } from './element-template.js';

type Side = 'conditions' | 'actions';

type Templates = ReadonlyMap<string, Json>;

/** Our typed forms <-> the tenant's wire forms, with the proof for each type. */
export interface JourneyCodec {
  /** Wire form of a journey body as files declare it, and the types used without proof. */
  encode(body: JsonObject): { wire: JsonObject; unconfirmed: string[] };
  /** The types whose wire form is proved. */
  confirmed: Readonly<Record<Side, ReadonlySet<string>>>;
  /** Typed form of a wire body; elements of no known form become `{raw: element}`. */
  decode(body: JsonObject): JsonObject;
}

/**
 * `evidence` is the data of the tenant's live journeys: a type is confirmed when one of them holds
 * an element that decodes and encodes back to the same JSON (API reference, section 2).
 */
export function createJourneyCodec(setting: Dialect['journeyCodec'], evidence: readonly JsonObject[]): JourneyCodec {
  const templates = {
    conditions: chooseTemplates(setting, 'conditions'),
    actions: chooseTemplates(setting, 'actions'),
  };
  const confirmed = {
    conditions: confirmTypes(setting, templates.conditions, 'conditions', evidence),
    actions: confirmTypes(setting, templates.actions, 'actions', evidence),
  };
  return {
    confirmed,
    encode(body) {
      const unconfirmed = new Set<string>();
      const wire = mapElements(body, (side, element) => {
        const raw = isJsonObject(element) ? getOwn(element, 'raw') : undefined;
        if (raw !== undefined) return raw;
        const type = typeOf(element);
        const template = templates[side].get(type);
        const encoded = template === undefined ? undefined : encodeElement(template, toElement(element));
        // An element that the form cannot carry is as unconfirmed as an unknown type.
        if (encoded === undefined || !confirmed[side].has(type)) unconfirmed.add(type);
        return encoded ?? element;
      });
      return { wire, unconfirmed: [...unconfirmed].sort() };
    },
    decode: (body) => mapElements(body, (side, element) => decodeOne(templates[side], element) ?? { raw: element }),
  };
}

function chooseTemplates(setting: Dialect['journeyCodec'], side: Side): Templates {
  const learned: Partial<JourneyCodecTemplates> = typeof setting === 'object' ? setting : {};
  return new Map(Object.entries({ ...ASSUMED_TEMPLATES[side], ...learned[side] }));
}

function confirmTypes(
  setting: Dialect['journeyCodec'],
  templates: Templates,
  side: Side,
  evidence: readonly JsonObject[],
): ReadonlySet<string> {
  if (setting === 'assumed') return new Set(templates.keys());
  const learned = typeof setting === 'object' ? Object.keys(setting[side]) : [];
  const seen = evidence.flatMap((data) => listElements(data, side)).map((element) => decodeOne(templates, element));
  return new Set([...learned, ...seen.flatMap((typed) => (typed ? [typeOf(typed)] : []))]);
}

function decodeOne(templates: Templates, element: Json): JsonObject | undefined {
  for (const [type, template] of templates) {
    const decoded = decodeElement(template, element);
    if (decoded) return { type, ...decoded };
  }
  return undefined;
}

function typeOf(element: Json): string {
  const type = isJsonObject(element) ? getOwn(element, 'type') : undefined;
  return typeof type === 'string' ? type : '';
}

function toElement(element: Json): JourneyElement {
  return isJsonObject(element) ? element : {};
}

function listElements(data: JsonObject, side: Side): Json[] {
  return asList(getOwn(data, 'journeys')).flatMap((branch) =>
    isJsonObject(branch) ? asList(getOwn(branch, side)) : [],
  );
}

/** Maps the conditions and actions of every branch; everything else stays as it is. */
function mapElements(body: JsonObject, map: (side: Side, element: Json) => Json): JsonObject {
  return replaceKey(body, 'journeys', (journeys) =>
    asList(journeys).map((branch) => {
      if (!isJsonObject(branch)) return branch;
      const mapped = replaceKey(branch, 'conditions', (list) =>
        asList(list).map((element) => map('conditions', element)),
      );
      return replaceKey(mapped, 'actions', (list) => asList(list).map((element) => map('actions', element)));
    }),
  );
}

function replaceKey(object: JsonObject, key: string, replace: (value: Json) => Json): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([k, value]) => [k, k === key && Array.isArray(value) ? replace(value) : value]),
  );
}

/**
 * The assumed wire form of journey elements: the form of the emulator. The real one is not public
 * (API reference, section 2), so a type is sent in this form only when a live journey proves it or
 * the environment says `journeyCodec: assumed`.
 */
const ASSUMED_TEMPLATES: JourneyCodecTemplates = {
  conditions: {
    country: { type: 'country', operator: 'in', value: '$values' },
    city: { type: 'city', operator: 'in', value: '$values' },
    region: { type: 'region', operator: 'in', value: '$values' },
    billing_country: { type: 'subscription_billing_country', operator: 'in', value: '$values' },
    query: { type: 'query_string', operator: 'contains', value: '$csv' },
    cookie: { type: 'cookie', operator: 'exists', value: '$csv' },
    segment: { type: 'segment', operator: 'in', value: '$values' },
    offer_label: { type: 'subscription_offer_label', operator: 'in', value: '$values' },
    subscription_status: { type: 'subscription_status', operator: 'in', value: '$values' },
    device: { type: 'device', operator: 'in', value: '$values' },
  },
  actions: {
    destination: { type: 'destination', tag: '$destination', split: '$split' },
  },
};
