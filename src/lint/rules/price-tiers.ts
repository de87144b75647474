import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listCharges } from '../charges.js';

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
        // A tier without an end reaches to the next one. Some tenants start a tier at the end of the previous one.
        if (!before || end === undefined || from === end || from === end + 1) return [];
        const what =
          from > end
            ? `Quantities ${end + 1} to ${from - 1} are in no tier.`
            : `Quantities ${from} to ${end} are in two tiers.`;
        return [
          {
            address: resource.address,
            pointer: tier.pointer,
            message: what,
            related: [{ address: resource.address, pointer: before.pointer, message: 'The previous tier.' }],
          },
        ];
      });
    });
  },
};
