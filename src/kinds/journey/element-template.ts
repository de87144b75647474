import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';

/**
 * A template is the wire form of one condition or action with placeholders in it:
 *
 * - `"$values"` the array of texts, `"$csv"` the texts joined by commas;
 * - `{"$each": T}` an array with one T per text, `{"$each": T, "$join": ", "}` those joined to one text;
 * - `"$value"` that text inside T; outside, the only text: the template cannot express several;
 * - `"$destination"`, `"$tag"` (the same without its last slash), `"$split"` (number), `"$splitText"`;
 * - in a longer text, once: `"x ${value} y"`, `${destination}`, `${tag}`, `${split}`;
 *   `${value:lower}` is in lower case on the wire and in upper case in files;
 * - `{"$map": {"ours": "theirs"}, "$in": T}` T with each value translated; values not listed do not fit;
 * - `{"$any": [T, ...]}` the first template that can express the element; `{"$raw": json}` json itself.
 */
export interface JourneyElement {
  values?: string[];
  destination?: string;
  split?: number;
}

/** What one template expresses; `value` is the current text of an enclosing `$each`. */
interface Scope extends JourneyElement {
  value?: string;
}

const SHORT: Readonly<Record<string, string>> = {
  $value: '${value}',
  $destination: '${destination}',
  $tag: '${tag}',
  $splitText: '${split}',
};

const EMBEDDED = /^(.*?)\$\{(value|value:lower|destination|tag|split)\}(.*)$/s;

/** The wire form of one element; undefined when the template cannot express all of it. */
export function encodeElement(template: Json, element: JourneyElement): Json | undefined {
  const wire = fill(template, element);
  const carried = wire === undefined ? undefined : readElement(template, wire);
  return carried && sameElement(carried, element) ? wire : undefined;
}

/**
 * The typed form of a wire element, or undefined when it does not have exactly the template's form:
 * encoding the result gives the same JSON again, so the typed form loses nothing.
 */
export function decodeElement(template: Json, wire: Json): JourneyElement | undefined {
  const element = readElement(template, wire);
  return element && jsonEqual(encodeElement(template, element), wire) ? element : undefined;
}

function sameElement(a: JourneyElement, b: JourneyElement): boolean {
  return (
    jsonEqual(a.values ?? null, b.values ?? null) &&
    a.destination === b.destination &&
    (a.split ?? 100) === (b.split ?? 100)
  );
}

function fill(template: Json, scope: Scope): Json | undefined {
  if (typeof template === 'string') return fillText(template, scope);
  if (Array.isArray(template)) return whole(template.map((part) => fill(part, scope)));
  if (!isJsonObject(template)) return template;
  const { $raw: raw, $any: any, $each: each, $join: separator, $map: map, $in: inner } = template;
  if (raw !== undefined) return raw;
  if (Array.isArray(any)) return any.map((one) => encodeElement(one, scope)).find((wire) => wire !== undefined);
  if (isJsonObject(map)) {
    const mapped = whole((scope.values ?? []).map((value) => getOwn(map, value)));
    return mapped && fill(inner ?? null, { ...scope, values: mapped.map(String) });
  }
  if (each !== undefined) {
    const parts = whole((scope.values ?? []).map((value) => fill(each, { value })));
    return parts && (typeof separator === 'string' ? parts.map(String).join(separator) : parts);
  }
  const entries = Object.entries(template).map(([key, part]) => [key, fill(part, scope)] as const);
  return entries.every((entry): entry is [string, Json] => entry[1] !== undefined)
    ? Object.fromEntries(entries)
    : undefined;
}

function fillText(template: string, scope: Scope): Json | undefined {
  const { values = [], destination = '', split = 100 } = scope;
  if (template === '$values') return [...values];
  if (template === '$csv') return values.join(',');
  if (template === '$split') return split;
  const [, before = '', name, after = ''] = EMBEDDED.exec(SHORT[template] ?? template) ?? [];
  if (name === undefined) return template;
  const value = scope.value ?? (values.length === 1 ? values[0] : undefined);
  const texts = new Map([
    ['value', value],
    ['value:lower', value?.toLowerCase()],
    ['split', String(split)],
    ['tag', stripSlash(destination)],
    ['destination', destination],
  ]);
  const text = texts.get(name);
  return text === undefined ? undefined : before + text + after;
}

function stripSlash(destination: string): string | undefined {
  return destination.endsWith('/') ? destination.slice(0, -1) : undefined;
}

function whole<T>(parts: (T | undefined)[]): T[] | undefined {
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

function readElement(template: Json, wire: Json): JourneyElement | undefined {
  const scope = read(template, wire);
  if (scope === undefined) return undefined;
  const { value, ...element } = scope;
  return value === undefined || element.values !== undefined ? element : { values: [value], ...element };
}

function read(template: Json, wire: Json): Scope | undefined {
  if (typeof template === 'string') return readText(template, wire);
  if (Array.isArray(template)) {
    return Array.isArray(wire) && wire.length === template.length
      ? join(template.map((part, i) => read(part, wire[i] ?? null)))
      : undefined;
  }
  if (!isJsonObject(template)) return template === wire ? {} : undefined;
  const { $raw: raw, $any: any, $each: each, $join: separator, $map: map, $in: inner } = template;
  if (raw !== undefined) return jsonEqual(raw, wire) ? {} : undefined;
  if (Array.isArray(any)) return any.map((one) => decodeElement(one, wire)).find((element) => element !== undefined);
  if (isJsonObject(map)) return readMapped(map, inner ?? null, wire);
  if (each === undefined) return isJsonObject(wire) ? readKeys(template, wire) : undefined;
  const parts = listParts(wire, separator);
  const values = parts && whole(parts.map((part) => read(each, part)?.value));
  return values && { values };
}

function listParts(wire: Json, separator: Json | undefined): Json[] | undefined {
  if (typeof separator === 'string') return typeof wire === 'string' ? wire.split(separator) : undefined;
  return Array.isArray(wire) ? wire : undefined;
}

function readText(template: string, wire: Json): Scope | undefined {
  if (template === '$values')
    return Array.isArray(wire) && wire.every((value) => typeof value === 'string') ? { values: wire } : undefined;
  if (template === '$csv') return typeof wire === 'string' ? { values: wire.split(',') } : undefined;
  if (template === '$split') return typeof wire === 'number' ? { split: wire } : undefined;
  const [, before = '', name, after = ''] = EMBEDDED.exec(SHORT[template] ?? template) ?? [];
  if (name === undefined) return template === wire ? {} : undefined;
  if (
    typeof wire !== 'string' ||
    wire.length < before.length + after.length ||
    !wire.startsWith(before) ||
    !wire.endsWith(after)
  )
    return undefined;
  const text = wire.slice(before.length, wire.length - after.length);
  if (name === 'value') return { value: text };
  if (name === 'value:lower') return { value: text.toUpperCase() };
  if (name === 'split') return { split: Number(text) };
  return { destination: name === 'tag' ? `${text}/` : text };
}

function readMapped(map: JsonObject, inner: Json, wire: Json): Scope | undefined {
  const element = readElement(inner, wire);
  const ours = new Map(Object.entries(map).map(([mine, theirs]) => [theirs, mine]));
  const values = element && whole((element.values ?? []).map((value) => ours.get(value)));
  return values && { ...element, values };
}

function readKeys(template: JsonObject, wire: JsonObject): Scope | undefined {
  const keys = Object.keys(template);
  if (keys.length !== Object.keys(wire).length) return undefined;
  return join(
    keys.map((key) => (Object.hasOwn(wire, key) ? read(template[key] ?? null, wire[key] ?? null) : undefined)),
  );
}

function join(scopes: (Scope | undefined)[]): Scope | undefined {
  const all = whole(scopes);
  return all && Object.assign({}, ...all);
}
