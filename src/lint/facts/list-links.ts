import { listItemReferences } from '../../kinds/catalog/item-references.js';
import { getOwn, type JsonObject } from '../../model/json.js';
import type { LintContext } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/resource.js';
import { attributePointer } from './attribute-parts.js';

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
