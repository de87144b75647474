import { listAddressReferences } from '../../kinds/references.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';

/** Neither the files nor the tenant have what is referred to. `validate` sees near misses of declared items only, `plan` only what changes. */
export const referenceMissing: SingleLintRule = {
  id: 'reference-missing',
  severity: 'error',
  title: 'A reference leads to an item that does not exist',
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
          message: `Neither the files nor the tenant have ${path}.`,
          hint: 'Correct the path, or take the reference out.',
        },
      ];
    });
  },
};
