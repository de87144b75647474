import { KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';

const LINK =
  /\bhttp:\/\/(?!localhost\b|127\.|\[::1\]|(?:www\.)?(?:w3|schema|purl|ogp)\.(?:org|me)\b)[^\s"'<>)]{1,200}/i;

/** No fix: the rule cannot know whether the host supports https. */
export const linkInsecure: SingleLintRule = {
  id: 'link-insecure',
  severity: 'warning',
  title: 'A link uses http:',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context).flatMap(({ text, pointer }): LintFinding[] => {
      const link = text.includes('://') ? LINK.exec(text)?.[0] : undefined;
      return link === undefined
        ? []
        : [
            {
              address: resource.address,
              pointer,
              message: `The link ${link} is not encrypted.`,
              hint: 'Use https: if the host supports it.',
            },
          ];
    });
  },
};
