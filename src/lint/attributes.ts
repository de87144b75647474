import { listItemReferences } from '../kinds/catalog/item-references.js';
import { formatPointer, getOwn, isJsonObject, type Json, type JsonObject, listAt, textAt } from '../model/json.js';
import type { LintContext } from '../model/lint-rule.js';
import type { DesiredResource } from '../model/resource.js';

/** The text under a key, or an empty one: rules treat both alike. */
export function textOf(object: JsonObject, key: string): string {
  return textAt(object, key) ?? '';
}

export function textsOf(object: JsonObject, key: string): string[] {
  return listAt(object, key).filter((item) => typeof item === 'string');
}

/** Pointer to an attribute of a catalog item, or to a part of it. */
export function attributePointer(...parts: (string | number)[]): string {
  return formatPointer(['attributes', ...parts.map(String)]);
}

export interface TextPlace {
  text: string;
  pointer: string;
  /** The key that holds the text, or the list that it stands in. */
  key: string;
}

const KNOWN = new WeakMap<LintContext, Map<DesiredResource, TextPlace[]>>();

/** Every text that a file declares for a resource, wherever it stands. Looked for once, since several rules read them. */
export function listTexts(resource: DesiredResource, context: LintContext): TextPlace[] {
  const all = KNOWN.get(context) ?? new Map<DesiredResource, TextPlace[]>();
  KNOWN.set(context, all);
  const known = all.get(resource);
  if (known) return known;
  const found: TextPlace[] = [];
  visit(resource.body, '', '', found);
  all.set(resource, found);
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
  /** The attribute that holds it, `upgrade_offers__limio`. */
  holder: string;
  path: string;
  /** To the path. */
  pointer: string;
  /** To the element of the list. */
  element: string;
}

/** The references that an item makes, in the order of the file. */
export function listLinks(resource: DesiredResource, context: LintContext): ItemLink[] {
  const attributes: JsonObject = context.attributesOf(resource);
  return listItemReferences(attributes).flatMap(({ reference, at }) => {
    const path = getOwn(reference, 'path');
    if (typeof path !== 'string') return [];
    const element = attributePointer(...at);
    return [{ holder: String(at[0]), path, pointer: `${element}/path`, element }];
  });
}

/** What people call a list of references. */
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
