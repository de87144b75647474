import { decodeElement } from '../../kinds/journey/element-template.js';
import { isJsonObject, type Json, jsonEqual } from '../../model/json.js';
import { keepConstant } from './keep-constant.js';
import { NotDerivable } from './not-derivable.js';

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
    derive(element, destination, withSplit ? split : undefined),
  );
  const [first] = templates;
  if (first === undefined) throw new NotDerivable('it was not found');
  if (templates.some((template) => !jsonEqual(template, first)))
    throw new NotDerivable('two destinations differ by more than tag and split');
  return first;
}

function derive(json: Json, destination: string, split: number | undefined): Json {
  if (typeof json === 'number') return split !== undefined && json === split ? '$split' : keepConstant(json);
  if (typeof json === 'string') return deriveText(json, destination, split);
  if (Array.isArray(json)) return json.map((part) => derive(part, destination, split));
  if (!isJsonObject(json)) return json;
  const odd = Object.keys(json).find((key) => key.startsWith('$'));
  if (odd !== undefined) throw new NotDerivable(`it has the key ${JSON.stringify(odd)}`);
  return Object.fromEntries(Object.entries(json).map(([key, part]) => [key, derive(part, destination, split)]));
}

function deriveText(text: string, destination: string, split: number | undefined): Json {
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
