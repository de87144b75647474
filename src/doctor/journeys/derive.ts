import { decodeElement } from '../../kinds/journey/element-template.js';
import { isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';
import type { GuideBranch } from './guide.js';

/** A marker and its spelling in the wire form. */
interface FoundMarker {
  ours: string;
  wire: string;
  lower: boolean;
}

export interface DerivedCondition {
  template: Json;
  /** The tenant's words by the words of files; empty if they are the same. */
  words: JsonObject;
}

/** The markers of a branch in an element, in its spelling. */
export function findMarkers(element: Json, { markers, spelling }: GuideBranch): FoundMarker[] {
  const texts = listTexts(element);
  return markers.flatMap(({ texts: candidates }): FoundMarker[] => {
    const exact = candidates.find((candidate) => texts.some((text) => contains(text, candidate)));
    if (exact !== undefined) return [{ ours: exact, wire: exact, lower: false }];
    const [ours = ''] = candidates;
    if (spelling === 'capitals' && texts.some((text) => contains(text, ours.toLowerCase())))
      return [{ ours, wire: ours.toLowerCase(), lower: true }];
    const word =
      spelling === 'words'
        ? texts.flatMap((text) => text.split(/[^A-Za-z0-9_-]+/)).find((token) => normalise(token) === normalise(ours))
        : undefined;
    return word === undefined ? [] : [{ ours, wire: word, lower: false }];
  });
}

/**
 * The template of a condition: the element with placeholders instead of markers. Checks that the template
 * reads the markers from the element.
 * @throws NotDerivable
 */
export function deriveCondition(element: Json, branch: GuideBranch): DerivedCondition {
  const spelled = findMarkers(element, branch);
  if (spelled.some(({ lower }) => lower !== spelled[0]?.lower)) throw new NotDerivable('its values use two spellings');
  const template = derive(element, spelled);
  const words = branch.spelling === 'words' ? Object.fromEntries(spelled.map(({ ours, wire }) => [ours, wire])) : {};
  const read = decodeElement(template, element)?.values ?? [];
  const expected = spelled.map(({ ours, wire, lower }) => (lower ? ours : wire));
  if (!jsonEqual(read.toSorted(), expected.toSorted())) throw new NotDerivable('the template does not read its values');
  return { template, words };
}

function derive(json: Json, markers: readonly FoundMarker[]): Json {
  const held = markers.filter(({ wire }) => listTexts(json).some((text) => contains(text, wire)));
  if (held.length === 0) return keepConstant(json);
  if (typeof json === 'string') return deriveText(json, markers, held);
  if (Array.isArray(json)) return deriveList(json, markers, held);
  if (!isJsonObject(json)) return json;
  const odd = Object.keys(json).find((key) => key.startsWith('$') || markers.some(({ wire }) => contains(key, wire)));
  if (odd !== undefined) throw new NotDerivable(`it has the key ${JSON.stringify(odd)}`);
  return Object.fromEntries(Object.entries(json).map(([key, part]) => [key, derive(part, markers)]));
}

/** A list with one element per value becomes `$each`. */
function deriveList(json: Json[], markers: readonly FoundMarker[], held: readonly FoundMarker[]): Json {
  const own = json.map((part) => held.filter(({ wire }) => listTexts(part).some((text) => contains(text, wire))));
  if (markers.length < 2 || !own.every((found) => found.length === 1)) return json.map((part) => derive(part, markers));
  const parts = json.map((part, i) => derive(part, own[i] ?? []));
  if (json.length !== markers.length || parts.some((part) => !jsonEqual(part, parts[0])))
    throw new NotDerivable('the elements of its list differ by more than the value');
  const [part = null] = parts;
  return part === '$value' ? '$values' : { $each: part };
}

function deriveText(text: string, markers: readonly FoundMarker[], held: readonly FoundMarker[]): Json {
  if (text.includes('$')) throw new NotDerivable('a text contains a value and a "$"');
  const name = held[0]?.lower ? 'value:lower' : 'value';
  const at = held.map(({ wire }) => ({ wire, start: findWord(text, wire) })).sort((a, b) => a.start - b.start);
  const [first, second, ...others] = at;
  if (first === undefined || others.length > 0) throw new NotDerivable('a text contains more than two values');
  const before = text.slice(0, first.start);
  const afterFirst = text.slice(first.start + first.wire.length);
  if (second === undefined) {
    if (markers.length > 1) throw new NotDerivable('it contains only one of its values');
    if (findWord(afterFirst, first.wire) !== -1) throw new NotDerivable('a text contains its value twice');
    return placeholder(before, name, afterFirst);
  }
  // The text is P value Q, separator, P value Q.
  const after = text.slice(second.start + second.wire.length);
  const between = text.slice(first.start + first.wire.length, second.start);
  const separator =
    between.startsWith(after) && between.endsWith(before)
      ? between.slice(after.length, between.length - before.length)
      : '';
  if (separator === '') throw new NotDerivable('the separator of its values is ambiguous');
  const each = placeholder(before, name, after);
  return each === '$value' && separator === ',' ? '$csv' : { $each: each, $join: separator };
}

function placeholder(before: string, name: string, after: string): string {
  return before === '' && after === '' && name === 'value' ? '$value' : `${before}\${${name}}${after}`;
}

/** Including keys: a value in a key must not pass for a constant. */
function listTexts(json: Json): string[] {
  if (typeof json === 'string') return [json];
  if (Array.isArray(json)) return json.flatMap(listTexts);
  return isJsonObject(json) ? Object.entries(json).flatMap(([key, part]) => [key, ...listTexts(part)]) : [];
}

function contains(text: string, word: string): boolean {
  return findWord(text, word) !== -1;
}

/** Position of a whole word: `AQ` is not in `AQUA`. */
function findWord(text: string, word: string): number {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{N}]$/u.test(text.slice(0, at)) && !/^[\p{L}\p{N}]/u.test(text.slice(at + word.length))) return at;
  }
  return -1;
}

function normalise(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/** An action of the journey with its expected values. */
export interface KnownAction {
  element: Json;
  destination: string;
  split: number;
}

/**
 * The template of a destination. `split` are the actions of the A/B test, which show the place of the
 * split. Other actions may have no split.
 * @throws NotDerivable
 */
export function deriveAction(split: readonly KnownAction[], all: readonly KnownAction[]): Json {
  const template = deriveCommonAction(split, true);
  if (split.length < 2) throw new NotDerivable('the A/B branch with 30 and 70 per cent was not found');
  const decodes = (candidate: Json, actions: readonly KnownAction[]): boolean =>
    actions.every(({ element, destination, split: share }) => {
      const decoded = decodeElement(candidate, element);
      return decoded?.destination === destination && (decoded.split ?? 100) === share;
    });
  if (!decodes(template, split)) throw new NotDerivable('the template does not read its destination and split');
  if (decodes(template, all)) return template;
  const both = { $any: [deriveCommonAction(all, false), template] };
  if (decodes(both, [...split, ...all])) return both;
  throw new NotDerivable('destinations with and without a split differ by more than the split');
}

function deriveCommonAction(actions: readonly KnownAction[], withSplit: boolean): Json {
  const templates = actions.map(({ element, destination, split }) =>
    deriveActionPart(element, destination, withSplit ? split : undefined),
  );
  const [first] = templates;
  if (first === undefined) throw new NotDerivable('it was not found');
  if (templates.some((template) => !jsonEqual(template, first)))
    throw new NotDerivable('two destinations differ by more than tag and split');
  return first;
}

function deriveActionPart(json: Json, destination: string, split: number | undefined): Json {
  if (typeof json === 'number') return split !== undefined && json === split ? '$split' : keepConstant(json);
  if (typeof json === 'string') return deriveActionText(json, destination, split);
  if (Array.isArray(json)) return json.map((part) => deriveActionPart(part, destination, split));
  if (!isJsonObject(json)) return json;
  const odd = Object.keys(json).find((key) => key.startsWith('$'));
  if (odd !== undefined) throw new NotDerivable(`it has the key ${JSON.stringify(odd)}`);
  return Object.fromEntries(
    Object.entries(json).map(([key, part]) => [key, deriveActionPart(part, destination, split)]),
  );
}

function deriveActionText(text: string, destination: string, split: number | undefined): Json {
  const tag = destination.slice(0, -1);
  for (const [ending, name] of [
    [destination, 'destination'],
    [tag, 'tag'],
  ] as const) {
    if (!text.endsWith(ending)) continue;
    const before = text.slice(0, text.length - ending.length);
    if (before.includes('$')) throw new NotDerivable('a text contains a "$"');
    return before === '' ? `$${name}` : `${before}\${${name}}`;
  }
  const share = split === undefined ? undefined : /^(\d+)([^\d]*)$/.exec(text);
  if (share?.[1] === String(split)) return share[2] === '' ? '$splitText' : `\${split}${share[2] ?? ''}`;
  return keepConstant(text);
}

const ID_OR_TIME =
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$|^[0-9a-f]{16,}$|^\d{4}-\d\d-\d\d(?:T|$)|^\d{9,}$/i;

/**
 * A constant part of a template. Rejects ids and times: they differ between elements.
 * @throws NotDerivable
 */
function keepConstant(json: Json): Json {
  if (typeof json === 'string') {
    if (ID_OR_TIME.test(json))
      throw new NotDerivable(`it contains what looks like its own id or time, ${JSON.stringify(json.slice(0, 40))}`);
    return json.includes('$') ? { $raw: json } : json;
  }
  if (typeof json === 'number' && Math.abs(json) >= 1e9)
    throw new NotDerivable(`it contains what looks like its own time, ${json}`);
  if (Array.isArray(json)) return json.map(keepConstant);
  if (!isJsonObject(json)) return json;
  const kept = Object.fromEntries(Object.entries(json).map(([key, part]) => [key, keepConstant(part)]));
  return Object.keys(json).some((key) => key.startsWith('$')) ? { $raw: json } : kept;
}

/** Why no template can be derived from an element, as a clause. */
export class NotDerivable extends Error {}
