import { KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';

const HOST = /(?<![a-z0-9.@-])[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?/gi;

/** A link in the sandbox that leads to the shop of production, or the other way round: it works, and is wrong. */
export const urlOtherEnvironment: SingleLintRule = {
  id: 'url-other-environment',
  severity: 'error',
  title: 'A text names the host of another environment',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    if (context.foreignHosts.size === 0) return [];
    return listTexts(resource, context).flatMap(({ text, pointer }): LintFinding[] => {
      if (!text.includes('.')) return [];
      const host = [...text.matchAll(HOST)]
        .map(([match]) => match.toLowerCase())
        .find((one) => context.foreignHosts.has(one));
      if (host === undefined) return [];
      const hint = 'Make the host a variable: ${vars.shopDomain}, with a value for each environment in limio.config.';
      return [
        {
          address: resource.address,
          pointer,
          message: `${host} belongs to the environment ${context.foreignHosts.get(host)}; these are the files for ${context.environment ?? 'another one'}.`,
          hint,
        },
      ];
    });
  },
};
