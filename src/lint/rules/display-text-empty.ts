import { getOwn } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer } from '../attributes.js';
import { readHtmlText } from '../html.js';

const NEEDED: [key: string, what: string][] = [
  ['display_name__limio', 'The item has an empty name.'],
  ['cta_text__limio', 'The button has no words.'],
];

/** An empty text is a value: the page shows nothing, not a default. */
export const displayTextEmpty: SingleLintRule = {
  id: 'display-text-empty',
  severity: 'warning',
  title: 'A name or a button has no words',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    return NEEDED.flatMap(([key, message]): LintFinding[] => {
      const text = getOwn(attributes, key);
      if (typeof text !== 'string' || readHtmlText(text).trim() !== '') return [];
      return [
        {
          address: resource.address,
          pointer: attributePointer(key),
          message,
          hint: 'Write the words, or null to remove the attribute.',
        },
      ];
    });
  },
};
