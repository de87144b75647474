import { KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';
import { findSecrets } from '../secrets.js';

/** Whoever reads the repository, or the page, has it. The message does not repeat it. */
export const textSecret: SingleLintRule = {
  id: 'text-secret',
  severity: 'error',
  title: 'A text holds a key, a token or a password',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context)
      .filter(({ text }) => text.length > 12 && findSecrets(text).length > 0)
      .map(({ pointer }) => ({
        address: resource.address,
        pointer,
        message: 'The text holds what looks like a key, a token or a password.',
        hint: 'Withdraw it where it was issued. If the tenant needs it, mark a variable with secret("NAME") in limio.config.',
      }));
  },
};
