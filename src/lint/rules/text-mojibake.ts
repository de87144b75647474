import { KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';

/** UTF-8 read as Windows-1252: `Â£`, `â‚¬`, `Ã©`, `â€™`; and the character that stands for an unreadable one. */
const BROKEN = /Â[£€¥©®°§ -¿]|â‚¬|Ã[\u0080-\u00BF©¨¤¶¼±§«»]|â€[™œ\u009D\u0099“”˜¢¦]|\uFFFD/;

/** Letters that came to harm when a text was copied between programs: a price of `Â£12.99`. */
export const textMojibake: SingleLintRule = {
  id: 'text-mojibake',
  severity: 'warning',
  title: 'A text holds letters that came to harm',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context).flatMap(({ text, pointer }): LintFinding[] => {
      const found = BROKEN.exec(text)?.[0];
      return found === undefined
        ? []
        : [
            {
              address: resource.address,
              pointer,
              message: `The text holds "${found}", which was once another letter.`,
              hint: 'Write it anew, and save the file as UTF-8.',
            },
          ];
    });
  },
};
