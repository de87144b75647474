import { KNOWN_ATTRIBUTES } from '../../kinds/catalog/attributes.js';
import { CATALOG_KINDS } from '../../model/address.js';
import { getOwn, isJsonObject, listAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer } from '../attributes.js';

const SETS = KNOWN_ATTRIBUTES.filter(({ list }) => list === 'set').map(({ key }) => key);

export const listDuplicate: SingleLintRule = {
  id: 'list-duplicate',
  severity: 'info',
  title: 'A list contains the same value twice',
  kinds: CATALOG_KINDS,
  check(resource): LintFinding[] {
    const declared = getOwn(resource.body, 'attributes');
    if (!isJsonObject(declared)) return [];
    return SETS.flatMap((key) => {
      const seen = new Map<string, number>();
      return listAt(declared, key).flatMap((item, i): LintFinding[] => {
        if (typeof item !== 'string') return [];
        const first = seen.get(item);
        if (first === undefined) seen.set(item, i);
        if (first === undefined) return [];
        const pointer = attributePointer(key, i);
        return [
          {
            address: resource.address,
            pointer,
            message: `The list contains "${item}" twice.`,
            hint: 'Run limio-sync lint --fix to remove the second one.',
            related: [
              { address: resource.address, pointer: attributePointer(key, first), message: 'First occurrence.' },
            ],
            fix: { pointer, remove: true },
          },
        ];
      });
    });
  },
};
