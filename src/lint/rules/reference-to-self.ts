import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listLinks, nameHolder } from '../attributes.js';

/** `upsell_offers__limio` is left out: pages that compare plans list the offer itself among them. */
const HOLDERS = new Set([
  'upgrade_offers__limio',
  'downgrade_offers__limio',
  'cross_sell_addons__limio',
  'cross_sell_offers__limio',
]);

/** An offer is no upgrade of itself. */
export const referenceToSelf: SingleLintRule = {
  id: 'reference-to-self',
  severity: 'error',
  title: 'An item is an upgrade, a downgrade or a cross-sell of itself',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    return listLinks(resource, context)
      .filter(({ holder, path }) => HOLDERS.has(holder) && path === resource.name)
      .map(({ holder, pointer }) => ({
        address: resource.address,
        pointer,
        message: `The item is ${nameHolder(holder)} of itself.`,
        hint: 'Take the reference out.',
      }));
  },
};
