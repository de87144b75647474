import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';

/**
 * A template is the wire form of one condition or action with placeholders in it:
 *
 * - `"$values"` the array of texts, `"$csv"` the texts joined by commas;
 * - `{"$each": T}` an array with T once a text, `{"$each": T, "$join": ", "}` one text of them;
 * - `"$value"` that text inside T, and elsewhere the only one: several cannot be carried then;
 * - `"$destination"`, `"$tag"` (the same without its last slash), `"$split"` (number), `"$splitText"`;
 * - in a longer text, once: `"x ${value} y"`, `${destination}`, `${tag}`, `${split}`;
 *   `${value:lower}` writes a value in small letters that is in capitals in files;
 * - `{"$map": {"ours": "theirs"}, "$in": T}` T with other words for the values, and no others;
 * - `{"$any": [T, ...]}` the first that can carry what is to be said; `{"$raw": json}` json itself.
 */
export interface JourneyElement {
  values?: string[];
  destination?: string;
  split?: number;
}

/** What one template says, `value` being that of the `$each` that is at work. */
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

/** The wire form of one element; undefined when the template cannot carry all of the facts. */
export function encodeElement(template: Json, facts: JourneyElement): Json | undefined {
  const wire = fill(template, facts);
  const carried = wire === undefined ? undefined : readFacts(template, wire);
  return carried && sameFacts(carried, facts) ? wire : undefined;
}

/**
 * What a wire element says, or undefined when it is not exactly of the template's form: encoding
 * the result gives the same JSON again, so nothing can be lost by showing the typed form.
 */
export function decodeElement(template: Json, wire: Json): JourneyElement | undefined {
  const facts = readFacts(template, wire);
  return facts && jsonEqual(encodeElement(template, facts), wire) ? facts : undefined;
}

function sameFacts(a: JourneyElement, b: JourneyElement): boolean {
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
  const text =
    name === 'value'
      ? value
      : name === 'value:lower'
        ? value?.toLowerCase()
        : name === 'split'
          ? String(split)
          : name === 'tag'
            ? stripSlash(destination)
            : destination;
  return text === undefined ? undefined : before + text + after;
}

function stripSlash(destination: string): string | undefined {
  return destination.endsWith('/') ? destination.slice(0, -1) : undefined;
}

function whole<T>(parts: (T | undefined)[]): T[] | undefined {
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

function readFacts(template: Json, wire: Json): JourneyElement | undefined {
  const scope = read(template, wire);
  if (scope === undefined) return undefined;
  const { value, ...facts } = scope;
  return value === undefined || facts.values !== undefined ? facts : { values: [value], ...facts };
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
  if (Array.isArray(any)) return any.map((one) => decodeElement(one, wire)).find((facts) => facts !== undefined);
  if (isJsonObject(map)) return readMapped(map, inner ?? null, wire);
  if (each === undefined) return isJsonObject(wire) ? readKeys(template, wire) : undefined;
  const parts =
    typeof separator === 'string'
      ? typeof wire === 'string'
        ? wire.split(separator)
        : undefined
      : Array.isArray(wire)
        ? wire
        : undefined;
  const values = parts && whole(parts.map((part) => read(each, part)?.value));
  return values && { values };
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
  const facts = readFacts(inner, wire);
  const ours = new Map(Object.entries(map).map(([mine, theirs]) => [theirs, mine]));
  const values = facts && whole((facts.values ?? []).map((value) => ours.get(value)));
  return values && { ...facts, values };
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
