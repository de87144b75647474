import { listItemReferences } from '../kinds/catalog/item-references.js';
import { formatPointer, getOwn, isJsonObject, type Json, type JsonObject, listAt, textAt } from '../model/json.js';
import type { LintContext } from '../model/lint-rule.js';
import type { DesiredResource } from '../model/model.js';

/** The text under a key; empty if it is missing, since rules treat both alike. */
export function textOf(object: JsonObject, key: string): string {
  return textAt(object, key) ?? '';
}

export function textsOf(object: JsonObject, key: string): string[] {
  return listAt(object, key).filter((item) => typeof item === 'string');
}

/** JSON Pointer to an attribute of a catalog item, or into it. */
export function attributePointer(...parts: (string | number)[]): string {
  return formatPointer(['attributes', ...parts.map(String)]);
}

export interface TextPlace {
  text: string;
  pointer: string;
  /** The key of the text, or of the list that contains it. */
  key: string;
}

/** Several rules read all texts, so each resource is visited once. */
const TEXTS = new WeakMap<LintContext, Map<DesiredResource, TextPlace[]>>();

/** Every declared text of a resource, at any depth. */
export function listTexts(resource: DesiredResource, context: LintContext): TextPlace[] {
  const cache = TEXTS.get(context) ?? new Map<DesiredResource, TextPlace[]>();
  TEXTS.set(context, cache);
  const cached = cache.get(resource);
  if (cached) return cached;
  const found: TextPlace[] = [];
  visit(resource.body, '', '', found);
  cache.set(resource, found);
  return found;
}

function visit(value: Json, pointer: string, key: string, found: TextPlace[]): void {
  if (typeof value === 'string') {
    if (value !== '') found.push({ text: value, pointer, key });
  } else if (Array.isArray(value)) value.forEach((item, i) => visit(item, `${pointer}/${i}`, key, found));
  else if (isJsonObject(value))
    for (const [name, child] of Object.entries(value)) visit(child, pointer + formatPointer([name]), name, found);
}

/** A reference from one item to another. */
export interface ItemLink {
  /** The attribute that contains it, such as `upgrade_offers__limio`. */
  holder: string;
  path: string;
  /** To the path. */
  pointer: string;
  /** To the element of the list. */
  element: string;
}

/** The references of an item, in file order. */
export function listLinks(resource: DesiredResource, context: LintContext): ItemLink[] {
  const attributes: JsonObject = context.attributesOf(resource);
  return listItemReferences(attributes).flatMap(({ reference, at }) => {
    const path = getOwn(reference, 'path');
    if (typeof path !== 'string') return [];
    const element = attributePointer(...at);
    return [{ holder: String(at[0]), path, pointer: `${element}/path`, element }];
  });
}

/** The name of a reference of this attribute, for messages. */
export function nameHolder(holder: string): string {
  const names: Record<string, string> = {
    upgrade_offers__limio: 'an upgrade',
    downgrade_offers__limio: 'a downgrade',
    cross_sell_addons__limio: 'a cross-sell',
    cross_sell_offers__limio: 'a cross-sell',
    upsell_offers__limio: 'an upsell',
  };
  return names[holder] ?? 'a reference';
}
