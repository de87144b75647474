import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listLinks } from '../attributes.js';

/** The same item twice in one list is shown twice. Which of the two places is meant, only a person knows. */
export const referenceDuplicate: SingleLintRule = {
  id: 'reference-duplicate',
  severity: 'warning',
  title: 'A list refers to the same item twice',
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
          message: `The list names ${path} twice.`,
          related: [{ address: resource.address, pointer: earlier, message: 'Here it stands first.' }],
        },
      ];
    });
  },
};
