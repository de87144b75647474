import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listCharges } from '../charges.js';

/** Tiers that leave out quantities, or two tiers for one quantity: what is charged then is not what anybody meant. */
export const priceTiers: SingleLintRule = {
  id: 'price-tiers',
  severity: 'warning',
  title: 'Tiers of a charge overlap or leave a gap',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    return listCharges(context.attributesOf(resource)).flatMap(({ tiers }) => {
      const sorted = tiers.filter(({ from }) => from !== undefined).toSorted((a, b) => (a.from ?? 0) - (b.from ?? 0));
      return sorted.slice(1).flatMap((tier, i): LintFinding[] => {
        const before = sorted[i];
        const [from, end] = [tier.from ?? 0, before?.to];
        // Without an end it reaches to the next tier. Some tenants begin a tier where the last one ends.
        if (!before || end === undefined || from === end || from === end + 1) return [];
        const what =
          from > end
            ? `The quantities from ${end + 1} to ${from - 1} are in no tier.`
            : `The quantities from ${from} to ${end} are in two tiers.`;
        return [
          {
            address: resource.address,
            pointer: tier.pointer,
            message: what,
            related: [{ address: resource.address, pointer: before.pointer, message: 'The tier before it.' }],
          },
        ];
      });
    });
  },
};
