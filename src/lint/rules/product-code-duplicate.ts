import type { JointLintRule, LintFinding } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';

export const productCodeDuplicate: JointLintRule = {
  id: 'product-code-duplicate',
  severity: 'warning',
  title: 'Two products have the same product code',
  kinds: ['product'],
  checkAll(resources, context): LintFinding[] {
    const first = new Map<string, LintFinding['address']>();
    return resources.flatMap((resource): LintFinding[] => {
      const code = textOf(context.attributesOf(resource), 'product_code__limio').trim();
      const earlier = first.get(code);
      if (code === '' || earlier === undefined) {
        first.set(code, resource.address);
        return [];
      }
      const pointer = attributePointer('product_code__limio');
      return [
        {
          address: resource.address,
          pointer,
          message: `${earlier.slice(earlier.indexOf(':') + 1)} also has the code "${code}".`,
          related: [{ address: earlier, pointer, message: 'The other product.' }],
        },
      ];
    });
  },
};
