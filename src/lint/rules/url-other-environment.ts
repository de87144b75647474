import { KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';

const HOST = /(?<![a-z0-9.@-])[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?/gi;

export const urlOtherEnvironment: SingleLintRule = {
  id: 'url-other-environment',
  severity: 'error',
  title: 'A text contains a host of another environment',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    if (context.foreignHosts.size === 0) return [];
    return listTexts(resource, context).flatMap(({ text, pointer }): LintFinding[] => {
      if (!text.includes('.')) return [];
      const host = [...text.matchAll(HOST)]
        .map(([match]) => match.toLowerCase())
        .find((one) => context.foreignHosts.has(one));
      if (host === undefined) return [];
      const owner = context.foreignHosts.get(host);
      const hint = 'Use a variable, such as ${vars.shopDomain}, with a value for each environment in limio.config.';
      return [
        {
          address: resource.address,
          pointer,
          message: `${host} belongs to the environment ${owner}, not to ${context.environment ?? 'this one'}.`,
          hint,
        },
      ];
    });
  },
};
