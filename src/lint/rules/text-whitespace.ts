import { findKnownAttribute } from '../../kinds/catalog/attributes.js';
import { CATALOG_KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';

/** Display texts only: in labels and other values a space may be significant. */
export const textWhitespace: SingleLintRule = {
  id: 'text-whitespace',
  severity: 'info',
  title: 'A text has leading or trailing spaces',
  kinds: CATALOG_KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context)
      .filter(({ key, text }) => /^[ \t\u00A0]|[ \t\u00A0]$/.test(text) && findKnownAttribute(key)?.group === 'text')
      .map(({ text, pointer }) => ({
        address: resource.address,
        pointer,
        message: 'The text has leading or trailing spaces.',
        hint: 'Run limio-sync lint --fix to remove them.',
        fix: { pointer, from: text, to: text.replaceAll(/^[ \t\u00A0]+|[ \t\u00A0]+$/g, '') },
      }));
  },
};
