import { getOwn } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer } from '../attributes.js';

/** Whoever gives a present once does not expect to be charged for it again. */
export const giftAutoRenew: SingleLintRule = {
  id: 'gift-auto-renew',
  severity: 'warning',
  title: 'A gift renews by itself',
  kinds: ['offer'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    if (getOwn(attributes, 'is_gift__limio') !== true || getOwn(attributes, 'autoRenew__limio') !== true) return [];
    return [
      {
        address: resource.address,
        pointer: attributePointer('autoRenew__limio'),
        message: 'The offer is a gift and renews by itself: the giver is charged again.',
        hint: 'Write autoRenew__limio: false.',
        related: [{ address: resource.address, pointer: attributePointer('is_gift__limio'), message: 'It is a gift.' }],
      },
    ];
  },
};
