import { listAddressReferences } from '../../kinds/kinds.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';

/** `validate` finds only near misses of declared items, and `plan` checks only what changes. */
export const referenceMissing: SingleLintRule = {
  id: 'reference-missing',
  severity: 'error',
  title: 'A reference points to an item that does not exist',
  kinds: ['offer', 'add_on', 'product', 'promo_code'],
  needs: ['catalog'],
  check(resource, context): LintFinding[] {
    return listAddressReferences(resource).flatMap(({ address, pointer }): LintFinding[] => {
      const path = address.slice(address.indexOf(':') + 1);
      if (context.find(address) || context.catalog?.has(path)) return [];
      return [
        {
          address: resource.address,
          pointer,
          message: `${path} exists neither in the files nor in the tenant.`,
          hint: 'Correct the path, or remove the reference.',
        },
      ];
    });
  },
};
