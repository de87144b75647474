import { getOwn } from '../../model/json.js';
import type { JointLintRule, LintFinding } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/model.js';
import { attributePointer, textOf } from '../attributes.js';
import { listSideBySide } from '../pages.js';

export const bestValueDuplicate: JointLintRule = {
  id: 'best-value-duplicate',
  severity: 'warning',
  title: 'Two offers in one group are marked as best value',
  kinds: ['offer'],
  checkAll(resources, context): LintFinding[] {
    const marked = resources.filter((resource) => getOwn(context.attributesOf(resource), 'best_value__limio') === true);
    const keyOf = (resource: DesiredResource): string => textOf(context.attributesOf(resource), 'group__limio');
    return listSideBySide(marked, keyOf, context).map(({ resource, earlier }) => ({
      address: resource.address,
      pointer: attributePointer('best_value__limio'),
      message: `${earlier.name} is also marked as best value in the group "${keyOf(resource)}".`,
      related: [
        { address: earlier.address, pointer: attributePointer('best_value__limio'), message: 'The other offer.' },
      ],
    }));
  },
};
