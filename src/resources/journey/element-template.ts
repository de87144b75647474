import { type Json, type JsonObject, getOwn, isJsonObject, jsonEqual } from '../../model/json.js';

/**
 * A template is the wire form of one condition or action with placeholders in it:
 * `"$values"` the array of texts, `"$csv"` the texts joined by commas, `{"$each": T}` an array
 * with T once a text (`"$value"` inside T), `"$destination"`, `"$split"` (number), `"$splitText"`.
 */
export interface ElementFacts {
  values?: string[];
  destination?: string;
  split?: number;
}

/** The wire form of one element. */
export function encodeElement(template: Json, facts: ElementFacts): Json {
  const { values = [], destination = '', split = 100 } = facts;
  if (template === '$values') return [...values];
  if (template === '$csv') return values.join(',');
  if (template === '$destination') return destination;
  if (template === '$split') return split;
  if (template === '$splitText') return String(split);
  if (Array.isArray(template)) return template.map((part) => encodeElement(part, facts));
  if (!isJsonObject(template)) return template;
  const each = getOwn(template, '$each');
  if (each !== undefined) return values.map((value) => fillValue(each, value));
  return Object.fromEntries(Object.entries(template).map(([key, part]) => [key, encodeElement(part, facts)]));
}

function fillValue(template: Json, value: string): Json {
  if (template === '$value') return value;
  if (Array.isArray(template)) return template.map((part) => fillValue(part, value));
  if (!isJsonObject(template)) return template;
  return Object.fromEntries(Object.entries(template).map(([key, part]) => [key, fillValue(part, value)]));
}

/**
 * What a wire element says, or undefined when it is not exactly of the template's form: encoding
 * the result gives the same JSON again, so nothing can be lost by showing the typed form.
 */
export function decodeElement(template: Json, wire: Json): ElementFacts | undefined {
  const facts: ElementFacts = {};
  if (!collectFacts(template, wire, facts)) return undefined;
  return jsonEqual(encodeElement(template, facts), wire) ? facts : undefined;
}

function collectFacts(template: Json, wire: Json, facts: ElementFacts): boolean {
  if (template === '$values') return collectValues(wire, facts);
  if (template === '$csv') return typeof wire === 'string' && collectValues(wire.split(','), facts);
  if (template === '$destination') return typeof wire === 'string' && ((facts.destination = wire), true);
  if (template === '$split') return typeof wire === 'number' && ((facts.split = wire), true);
  if (template === '$splitText') return typeof wire === 'string' && ((facts.split = Number(wire)), true);
  if (Array.isArray(template)) {
    return (
      Array.isArray(wire) &&
      wire.length === template.length &&
      template.every((part, i) => collectFacts(part, wire[i] ?? null, facts))
    );
  }
  if (!isJsonObject(template)) return template === wire;
  const each = getOwn(template, '$each');
  if (each !== undefined) return Array.isArray(wire) && collectEach(each, wire, facts);
  return isJsonObject(wire) && collectKeys(template, wire, facts);
}

function collectKeys(template: JsonObject, wire: JsonObject, facts: ElementFacts): boolean {
  const keys = Object.keys(template);
  return (
    keys.length === Object.keys(wire).length &&
    keys.every((key) => Object.hasOwn(wire, key) && collectFacts(template[key] ?? null, wire[key] ?? null, facts))
  );
}

function collectValues(wire: Json, facts: ElementFacts): boolean {
  if (!Array.isArray(wire) || !wire.every((value) => typeof value === 'string')) return false;
  facts.values = wire;
  return true;
}

function collectEach(template: Json, wire: Json[], facts: ElementFacts): boolean {
  const values = wire.map((part) => findValue(template, part));
  if (!values.every((value) => value !== undefined)) return false;
  facts.values = values;
  return true;
}

function findValue(template: Json, wire: Json): string | undefined {
  if (template === '$value') return typeof wire === 'string' ? wire : undefined;
  const parts = isJsonObject(template) && isJsonObject(wire) ? Object.entries(template) : [];
  for (const [key, part] of parts) {
    const found = findValue(part, isJsonObject(wire) ? (getOwn(wire, key) ?? null) : null);
    if (found !== undefined) return found;
  }
  return undefined;
}
