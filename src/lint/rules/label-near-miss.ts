import { listAt } from '../../model/json.js';
import type { JointLintRule, LintFinding } from '../../model/lint-rule.js';
import { isLikelySlip, suggestNearest } from '../../model/spelling.js';
import { attributePointer } from '../attributes.js';

/** A limit, since every search compares with all common labels. */
const MAX_SEARCHES = 200;
const MOST_EDITS = 2;

/** References to labels (of promo codes and journeys) are checked by `validate`, as LABEL_MISSPELT. */
export const labelNearMiss: JointLintRule = {
  id: 'label-near-miss',
  severity: 'warning',
  title: 'A label looks like a misspelling of a more common label',
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
      // Typing mistakes seldom affect the first letter: "lift" is not a misspelled "gift".
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
          message: `Only this item has the label "${label}"; ${carriers.get(nearest)?.length} items have "${nearest}".`,
          hint: `Did you mean "${nearest}"?`,
          ...(other ? { related: [{ ...other, message: `"${nearest}" is used here.` }] } : {}),
        },
      ];
    });
  },
};
