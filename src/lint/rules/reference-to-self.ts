import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listLinks, nameHolder } from '../attributes.js';

/** Not `upsell_offers__limio`: pages that compare plans list the offer itself there. */
const HOLDERS = new Set([
  'upgrade_offers__limio',
  'downgrade_offers__limio',
  'cross_sell_addons__limio',
  'cross_sell_offers__limio',
]);

export const referenceToSelf: SingleLintRule = {
  id: 'reference-to-self',
  severity: 'error',
  title: 'An item is its own upgrade, downgrade or cross-sell',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    return listLinks(resource, context)
      .filter(({ holder, path }) => HOLDERS.has(holder) && path === resource.name)
      .map(({ holder, pointer }) => ({
        address: resource.address,
        pointer,
        message: `The item is listed as ${nameHolder(holder)} of itself.`,
        hint: 'Remove the reference.',
      }));
  },
};
