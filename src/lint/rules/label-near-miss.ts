import { listAt } from '../../model/json.js';
import type { JointLintRule, LintFinding } from '../../model/lint-rule.js';
import { isLikelySlip, suggestNearest } from '../../model/spelling.js';
import { attributePointer } from '../attributes.js';

/** Comparing every label with every other takes its time: only so many. */
const MAX_SEARCHES = 200;
const MOST_EDITS = 2;

/**
 * A label that one item alone carries and that is a slip away from one that others carry. References
 * to labels (of promo codes and journeys) are compared by `validate`, as LABEL_MISSPELT.
 */
export const labelNearMiss: JointLintRule = {
  id: 'label-near-miss',
  severity: 'warning',
  title: 'A label is close to one that other items carry',
  kinds: ['offer', 'add_on'],
  checkAll(resources, context): LintFinding[] {
    const carriers = new Map<string, { address: LintFinding['address']; pointer: string }[]>();
    for (const resource of resources) {
      const labels = listAt(context.attributesOf(resource), 'label__limio');
      labels.forEach((label, i) => {
        if (typeof label !== 'string' || labels.indexOf(label) !== i) return;
        const places = carriers.get(label) ?? [];
        places.push({ address: resource.address, pointer: attributePointer('label__limio', i) });
        carriers.set(label, places);
      });
    }
    const common = [...carriers].filter(([, places]) => places.length > 1).map(([label]) => label);
    const lonely = [...carriers].filter(([, places]) => places.length === 1).slice(0, MAX_SEARCHES);
    return lonely.flatMap(([label, [place]]): LintFinding[] => {
      const nearest = suggestNearest(label, common, MOST_EDITS);
      // Slips seldom hit the first letter: "lift" is no "gift".
      if (
        nearest === undefined ||
        !place ||
        !isLikelySlip(label, nearest) ||
        label[0]?.toLowerCase() !== nearest[0]?.toLowerCase()
      )
        return [];
      const [other] = carriers.get(nearest) ?? [];
      return [
        {
          ...place,
          message: `Only this item carries the label "${label}"; ${carriers.get(nearest)?.length} carry "${nearest}".`,
          hint: `Did you mean "${nearest}"?`,
          ...(other ? { related: [{ ...other, message: `"${nearest}" stands here.` }] } : {}),
        },
      ];
    });
  },
};
