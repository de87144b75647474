import { KNOWN_ATTRIBUTES } from '../../kinds/catalog/attributes.js';
import { CATALOG_KINDS } from '../../model/address.js';
import { getOwn, isJsonObject, listAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer } from '../attributes.js';

const SETS = KNOWN_ATTRIBUTES.filter(({ list }) => list === 'set').map(({ key }) => key);

/** Countries, labels, ways to pay: lists that compare as sets, in which a repetition says nothing (API reference, section 3). */
export const listDuplicate: SingleLintRule = {
  id: 'list-duplicate',
  severity: 'info',
  title: 'A list holds the same word twice',
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
            message: `The list holds "${item}" twice.`,
            hint: 'limio-sync lint --fix takes the second one out.',
            related: [
              { address: resource.address, pointer: attributePointer(key, first), message: 'Here it stands first.' },
            ],
            fix: { pointer, remove: true },
          },
        ];
      });
    });
  },
};
