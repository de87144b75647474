import { readHtmlText } from '../../html/html.js';
import { findKnownAttribute } from '../../kinds/catalog/attributes.js';
import { CATALOG_KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';

const PLACEHOLDER = new RegExp(
  String.raw`\b[Ll]orem ipsum\b|\bTODO ?[:(]|^(?:TODO|XXX)$|\b(?:FIXME|TBC|TBD)\b|\[object Object\]` +
    String.raw`|^(?:undefined|null|NaN|test|asdf\w*)$|[£$€] ?(?:XX|00\.00|NaN)\b` +
    String.raw`|\b(?:INSERT|ADD) (?:TEXT|PRICE|COPY|NAME) HERE\b`,
);

/** Not "TODO" alone, which is a Spanish word, nor `{{price}}`, which a component may fill in. */
export const textPlaceholder: SingleLintRule = {
  id: 'text-placeholder',
  severity: 'warning',
  title: 'A customer-facing text contains a placeholder',
  kinds: CATALOG_KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context)
      .filter(({ key }) => findKnownAttribute(key)?.group === 'text')
      .flatMap(({ text, pointer }): LintFinding[] => {
        const found = PLACEHOLDER.exec(readHtmlText(text).trim())?.[0];
        return found === undefined
          ? []
          : [{ address: resource.address, pointer, message: `The text contains the placeholder "${found}".` }];
      });
  },
};
