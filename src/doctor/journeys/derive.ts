import { decodeElement } from '../../kinds/journey/element-template.js';
import { isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';
import type { GuideBranch } from './guide.js';

/** A marker as it was found in the wire form. */
interface Spelled {
  ours: string;
  wire: string;
  lower: boolean;
}

export interface DerivedCondition {
  template: Json;
  /** Other words of the tenant for values of files; empty when it uses the same. */
  words: JsonObject;
}

/** The markers of a branch that an element holds, as it spells them. */
export function findMarkers(element: Json, { markers, spelling }: GuideBranch): Spelled[] {
  const texts = listTexts(element);
  return markers.flatMap(({ texts: candidates }): Spelled[] => {
    const exact = candidates.find((candidate) => texts.some((text) => holds(text, candidate)));
    if (exact !== undefined) return [{ ours: exact, wire: exact, lower: false }];
    const [ours = ''] = candidates;
    if (spelling === 'capitals' && texts.some((text) => holds(text, ours.toLowerCase())))
      return [{ ours, wire: ours.toLowerCase(), lower: true }];
    const word =
      spelling === 'words'
        ? texts.flatMap((text) => text.split(/[^A-Za-z0-9_-]+/)).find((token) => normalise(token) === normalise(ours))
        : undefined;
    return word === undefined ? [] : [{ ours, wire: word, lower: false }];
  });
}

/**
 * The template of a condition: the element with the markers replaced by placeholders. It must read
 * the markers out of the element again.
 * @throws NotDerivable
 */
export function deriveCondition(element: Json, branch: GuideBranch): DerivedCondition {
  const spelled = findMarkers(element, branch);
  if (spelled.some(({ lower }) => lower !== spelled[0]?.lower))
    throw new NotDerivable('its values are spelled in two ways');
  const template = derive(element, spelled);
  const words = branch.spelling === 'words' ? Object.fromEntries(spelled.map(({ ours, wire }) => [ours, wire])) : {};
  const read = decodeElement(template, element)?.values ?? [];
  const expected = spelled.map(({ ours, wire, lower }) => (lower ? ours : wire));
  if (!jsonEqual(read.toSorted(), expected.toSorted()))
    throw new NotDerivable('its values cannot be read out of it again');
  return { template, words };
}

function derive(json: Json, markers: readonly Spelled[]): Json {
  const held = markers.filter(({ wire }) => listTexts(json).some((text) => holds(text, wire)));
  if (held.length === 0) return keepConstant(json);
  if (typeof json === 'string') return deriveText(json, markers, held);
  if (Array.isArray(json)) return deriveList(json, markers, held);
  if (!isJsonObject(json)) return json;
  const odd = Object.keys(json).find((key) => key.startsWith('$') || markers.some(({ wire }) => holds(key, wire)));
  if (odd !== undefined) throw new NotDerivable(`it has the key ${JSON.stringify(odd)}`);
  return Object.fromEntries(Object.entries(json).map(([key, part]) => [key, derive(part, markers)]));
}

/** An array of as many parts as there are values, each with one of them, is one part a value. */
function deriveList(json: Json[], markers: readonly Spelled[], held: readonly Spelled[]): Json {
  const own = json.map((part) => held.filter(({ wire }) => listTexts(part).some((text) => holds(text, wire))));
  if (markers.length < 2 || !own.every((found) => found.length === 1)) return json.map((part) => derive(part, markers));
  const parts = json.map((part, i) => derive(part, own[i] ?? []));
  if (json.length !== markers.length || parts.some((part) => !jsonEqual(part, parts[0])))
    throw new NotDerivable('the parts of its list differ by more than the value');
  const [part = null] = parts;
  return part === '$value' ? '$values' : { $each: part };
}

function deriveText(text: string, markers: readonly Spelled[], held: readonly Spelled[]): Json {
  if (text.includes('$')) throw new NotDerivable('a text of it holds a value and a "$"');
  const name = held[0]?.lower ? 'value:lower' : 'value';
  const at = held.map(({ wire }) => ({ wire, start: findWord(text, wire) })).sort((a, b) => a.start - b.start);
  const [first, second, ...others] = at;
  if (first === undefined || others.length > 0) throw new NotDerivable('a text of it holds more values than two');
  const before = text.slice(0, first.start);
  const afterFirst = text.slice(first.start + first.wire.length);
  if (second === undefined) {
    if (markers.length > 1) throw new NotDerivable('it holds one of its values alone');
    if (findWord(afterFirst, first.wire) !== -1) throw new NotDerivable('a text of it holds its value twice');
    return placeholder(before, name, afterFirst);
  }
  // What stands around each value, and between two of them: P value Q, separator, P value Q.
  const after = text.slice(second.start + second.wire.length);
  const between = text.slice(first.start + first.wire.length, second.start);
  const separator =
    between.startsWith(after) && between.endsWith(before)
      ? between.slice(after.length, between.length - before.length)
      : '';
  if (separator === '') throw new NotDerivable('what joins its values cannot be told from what surrounds them');
  const each = placeholder(before, name, after);
  return each === '$value' && separator === ',' ? '$csv' : { $each: each, $join: separator };
}

function placeholder(before: string, name: string, after: string): string {
  return before === '' && after === '' && name === 'value' ? '$value' : `${before}\${${name}}${after}`;
}

/** Keys as well: a value that is a key must not pass for a constant. */
function listTexts(json: Json): string[] {
  if (typeof json === 'string') return [json];
  if (Array.isArray(json)) return json.flatMap(listTexts);
  return isJsonObject(json) ? Object.entries(json).flatMap(([key, part]) => [key, ...listTexts(part)]) : [];
}

function holds(text: string, word: string): boolean {
  return findWord(text, word) !== -1;
}

/** Where a word stands with no letter or digit beside it: `AQ` is not in `AQUA`. */
function findWord(text: string, word: string): number {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{N}]$/u.test(text.slice(0, at)) && !/^[\p{L}\p{N}]/u.test(text.slice(at + word.length))) return at;
  }
  return -1;
}

function normalise(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/** An action of the journey with what was asked for. */
export interface KnownAction {
  element: Json;
  destination: string;
  split: number;
}

/**
 * The template of a destination. `split`: those of the A/B test, whose splits show where a split
 * stands; `whole`: those that take everybody, where it may be left out.
 * @throws NotDerivable
 */
export function deriveAction(split: readonly KnownAction[], all: readonly KnownAction[]): Json {
  const template = deriveEqual(split, true);
  if (split.length < 2) throw new NotDerivable('the A/B branch with 30 and 70 per cent was not found');
  const decodes = (candidate: Json, actions: readonly KnownAction[]): boolean =>
    actions.every(({ element, destination, split: share }) => {
      const facts = decodeElement(candidate, element);
      return facts?.destination === destination && (facts.split ?? 100) === share;
    });
  if (!decodes(template, split)) throw new NotDerivable('its destination and split cannot be read out of it again');
  if (decodes(template, all)) return template;
  const both = { $any: [deriveEqual(all, false), template] };
  if (decodes(both, [...split, ...all])) return both;
  throw new NotDerivable('destinations with and without a split differ by more than the split');
}

function deriveEqual(actions: readonly KnownAction[], withSplit: boolean): Json {
  const templates = actions.map(({ element, destination, split }) =>
    deriveDeriveAction(element, destination, withSplit ? split : undefined),
  );
  const [first] = templates;
  if (first === undefined) throw new NotDerivable('it was not found');
  if (templates.some((template) => !jsonEqual(template, first)))
    throw new NotDerivable('two destinations differ by more than tag and split');
  return first;
}

function deriveDeriveAction(json: Json, destination: string, split: number | undefined): Json {
  if (typeof json === 'number') return split !== undefined && json === split ? '$split' : keepConstant(json);
  if (typeof json === 'string') return deriveTextDeriveAction(json, destination, split);
  if (Array.isArray(json)) return json.map((part) => deriveDeriveAction(part, destination, split));
  if (!isJsonObject(json)) return json;
  const odd = Object.keys(json).find((key) => key.startsWith('$'));
  if (odd !== undefined) throw new NotDerivable(`it has the key ${JSON.stringify(odd)}`);
  return Object.fromEntries(
    Object.entries(json).map(([key, part]) => [key, deriveDeriveAction(part, destination, split)]),
  );
}

function deriveTextDeriveAction(text: string, destination: string, split: number | undefined): Json {
  const tag = destination.slice(0, -1);
  for (const [ending, name] of [
    [destination, 'destination'],
    [tag, 'tag'],
  ] as const) {
    if (!text.endsWith(ending)) continue;
    const before = text.slice(0, text.length - ending.length);
    if (before.includes('$')) throw new NotDerivable('a text of it holds a "$"');
    return before === '' ? `$${name}` : `${before}\${${name}}`;
  }
  const share = split === undefined ? undefined : /^(\d+)([^\d]*)$/.exec(text);
  if (share?.[1] === String(split)) return share[2] === '' ? '$splitText' : `\${split}${share[2] ?? ''}`;
  return keepConstant(text);
}

const OWN_TO_ONE =
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$|^[0-9a-f]{16,}$|^\d{4}-\d\d-\d\d(?:T|$)|^\d{9,}$/i;

/**
 * A part of an element that holds no marker, as a template says it. Ids and times differ from
 * element to element, so a template that repeats one would be wrong.
 * @throws NotDerivable
 */
export function keepConstant(json: Json): Json {
  if (typeof json === 'string') {
    if (OWN_TO_ONE.test(json))
      throw new NotDerivable(
        `it holds what looks like an id or a time of its own, ${JSON.stringify(json.slice(0, 40))}`,
      );
    return json.includes('$') ? { $raw: json } : json;
  }
  if (typeof json === 'number' && Math.abs(json) >= 1e9)
    throw new NotDerivable(`it holds what looks like a time of its own, ${json}`);
  if (Array.isArray(json)) return json.map(keepConstant);
  if (!isJsonObject(json)) return json;
  const kept = Object.fromEntries(Object.entries(json).map(([key, part]) => [key, keepConstant(part)]));
  return Object.keys(json).some((key) => key.startsWith('$')) ? { $raw: json } : kept;
}

/** Why no template follows from an element; the message is a clause. */
export class NotDerivable extends Error {}
