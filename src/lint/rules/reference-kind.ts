import { findKindOfPath } from '../../kinds/catalog/catalog-kinds.js';
import { objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, listLinks, textOf } from '../attributes.js';

/** The kind that each list holds (API reference, section 3). */
const KIND_OF_HOLDER: Record<string, string> = {
  cross_sell_addons__limio: 'add_on',
  cross_sell_offers__limio: 'offer',
  upsell_offers__limio: 'offer',
  upgrade_offers__limio: 'offer',
  downgrade_offers__limio: 'offer',
};
const GROUPS = ['cross_sell_addons__limio', 'cross_sell_offers__limio', 'upsell_offers__limio'];

export const referenceKind: SingleLintRule = {
  id: 'reference-kind',
  severity: 'warning',
  title: 'A list references an item of the wrong kind',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const links = listLinks(resource, context).flatMap(({ holder, path, pointer }): LintFinding[] => {
      const [kind, wanted] = [findKindOfPath(path), KIND_OF_HOLDER[holder]];
      if (kind === undefined || wanted === undefined || kind === wanted) return [];
      return [
        {
          address: resource.address,
          pointer,
          message: `"${holder}" holds items of kind ${wanted}, but ${path} is of kind ${kind}.`,
        },
      ];
    });
    const groups = GROUPS.flatMap((holder): LintFinding[] => {
      const type = textOf(objectAt(attributes, holder), 'item_type');
      if (type === '' || type === KIND_OF_HOLDER[holder]) return [];
      return [
        {
          address: resource.address,
          pointer: attributePointer(holder, 'item_type'),
          message: `"${holder}" holds items of kind ${KIND_OF_HOLDER[holder]}, but its item_type is "${type}".`,
        },
      ];
    });
    return [...links, ...groups];
  },
};
