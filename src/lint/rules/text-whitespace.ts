import { findKnownAttribute } from '../../kinds/catalog/attributes.js';
import { CATALOG_KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';

/** Spaces at the edges of a text of the page show nothing, and make two equal names differ. Labels and values are left alone: there a space may tell things apart. */
export const textWhitespace: SingleLintRule = {
  id: 'text-whitespace',
  severity: 'info',
  title: 'A text begins or ends with spaces',
  kinds: CATALOG_KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context)
      .filter(({ key, text }) => /^[ \t\u00A0]|[ \t\u00A0]$/.test(text) && findKnownAttribute(key)?.group === 'text')
      .map(({ text, pointer }) => ({
        address: resource.address,
        pointer,
        message: 'The text begins or ends with spaces.',
        hint: 'limio-sync lint --fix takes them away.',
        fix: { pointer, from: text, to: text.replaceAll(/^[ \t\u00A0]+|[ \t\u00A0]+$/g, '') },
      }));
  },
};
