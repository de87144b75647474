import type { JointLintRule, LintFinding } from '../../model/lint-rule.js';
import { type Promo, readPromo } from '../promos.js';

/** Codes for the whole basket are not compared: most shops have several. */
export const promoOverlap: JointLintRule = {
  id: 'promo-overlap',
  severity: 'info',
  title: 'Two promo codes apply to the same label at the same time',
  kinds: ['promo_code'],
  checkAll(resources): LintFinding[] {
    const byLabel = new Map<string, { address: LintFinding['address']; promo: Promo }[]>();
    for (const resource of resources) {
      const promo = readPromo(resource);
      if (!promo.active) continue;
      for (const label of new Set(promo.labels)) {
        const list = byLabel.get(label) ?? [];
        list.push({ address: resource.address, promo });
        byLabel.set(label, list);
      }
    }
    return [...byLabel].flatMap(([label, codes]) => {
      const sorted = codes.toSorted((a, b) => (a.promo.start ?? -Infinity) - (b.promo.start ?? -Infinity));
      let longest = sorted[0];
      return sorted.slice(1).flatMap((code): LintFinding[] => {
        const before = longest;
        if (!before) return [];
        if ((code.promo.end ?? Infinity) > (before.promo.end ?? Infinity)) longest = code;
        if ((code.promo.start ?? -Infinity) > (before.promo.end ?? Infinity)) return [];
        return [
          {
            address: code.address,
            pointer: '/referencedOfferLabel',
            message: `${code.promo.code} and ${before.promo.code} apply to the label "${label}" at the same time.`,
            related: [{ address: before.address, pointer: '/referencedOfferLabel', message: 'The other code.' }],
          },
        ];
      });
    });
  },
};
