import { KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';

/** UTF-8 read as Windows-1252 (`Â£`, `â‚¬`, `Ã©`, `â€™`), and the replacement character. */
const GARBLED = /Â[£€¥©®°§ -¿]|â‚¬|Ã[\u0080-\u00BF©¨¤¶¼±§«»]|â€[™œ\u009D\u0099“”˜¢¦]|\uFFFD/;

export const textMojibake: SingleLintRule = {
  id: 'text-mojibake',
  severity: 'warning',
  title: 'A text contains garbled characters',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context).flatMap(({ text, pointer }): LintFinding[] => {
      const found = GARBLED.exec(text)?.[0];
      return found === undefined
        ? []
        : [
            {
              address: resource.address,
              pointer,
              message: `The text contains the garbled characters "${found}".`,
              hint: 'Retype the text, and save the file as UTF-8.',
            },
          ];
    });
  },
};
