import { KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';
import { findSecrets } from '../secrets.js';

const HINT =
  'Revoke it where it was issued. If the tenant needs it, mark a variable with secret("NAME") in limio.config.';

/** The message must not repeat the secret. */
export const textSecret: SingleLintRule = {
  id: 'text-secret',
  severity: 'error',
  title: 'A text contains a key, token or password',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context)
      .filter(({ text }) => text.length > 12 && findSecrets(text).length > 0)
      .map(({ pointer }) => ({
        address: resource.address,
        pointer,
        message: 'The text contains what looks like a key, token or password.',
        hint: HINT,
      }));
  },
};
