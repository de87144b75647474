import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listLinks } from '../attributes.js';

/** No fix: the list is the display order, and either position may be the intended one. */
export const referenceDuplicate: SingleLintRule = {
  id: 'reference-duplicate',
  severity: 'warning',
  title: 'A list references the same item twice',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const first = new Map<string, string>();
    return listLinks(resource, context).flatMap(({ holder, path, pointer }): LintFinding[] => {
      const key = JSON.stringify([holder, path]);
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, pointer);
      if (earlier === undefined) return [];
      return [
        {
          address: resource.address,
          pointer,
          message: `The list references ${path} twice.`,
          related: [{ address: resource.address, pointer: earlier, message: 'First occurrence.' }],
        },
      ];
    });
  },
};
