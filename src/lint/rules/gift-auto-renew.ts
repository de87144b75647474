import { getOwn } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer } from '../attributes.js';

export const giftAutoRenew: SingleLintRule = {
  id: 'gift-auto-renew',
  severity: 'warning',
  title: 'A gift renews automatically',
  kinds: ['offer'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    if (getOwn(attributes, 'is_gift__limio') !== true || getOwn(attributes, 'autoRenew__limio') !== true) return [];
    return [
      {
        address: resource.address,
        pointer: attributePointer('autoRenew__limio'),
        message: 'The offer is a gift that renews automatically: the giver is charged again.',
        hint: 'Set autoRenew__limio: false.',
        related: [
          { address: resource.address, pointer: attributePointer('is_gift__limio'), message: 'Marked as a gift here.' },
        ],
      },
    ];
  },
};
