import { readHtmlText } from '../../html/html.js';
import { getOwn } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer } from '../attributes.js';

const NEEDED: [key: string, what: string][] = [
  ['display_name__limio', 'The display name is empty.'],
  ['cta_text__limio', 'The button text is empty.'],
];

export const displayTextEmpty: SingleLintRule = {
  id: 'display-text-empty',
  severity: 'warning',
  title: 'A display name or button text is empty',
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
          hint: 'Add the text, or set it to null to remove the attribute.',
        },
      ];
    });
  },
};
