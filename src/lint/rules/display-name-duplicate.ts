import { readHtmlText } from '../../html/html.js';
import type { JointLintRule, LintFinding } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/model.js';
import { attributePointer, textOf } from '../attributes.js';
import { listCharges } from '../charges.js';
import { listSideBySide } from '../pages.js';
import { namePeriod } from '../time.js';

export const displayNameDuplicate: JointLintRule = {
  id: 'display-name-duplicate',
  severity: 'info',
  title: 'Two items shown side by side have the same display name',
  kinds: ['offer', 'add_on'],
  checkAll(resources, context): LintFinding[] {
    const nameOf = (resource: DesiredResource): string =>
      readHtmlText(textOf(context.attributesOf(resource), 'display_name__limio')).trim();
    // A yearly and a monthly plan often share a name.
    const keyOf = (resource: DesiredResource): string => {
      const [charge] = listCharges(context.attributesOf(resource));
      const name = nameOf(resource);
      // The interval is unknown if the billing system holds the price.
      const known = charge !== undefined && (charge.every !== undefined || !charge.recurring);
      return name === '' || !known
        ? ''
        : JSON.stringify([
            resource.kind,
            name,
            textOf(context.attributesOf(resource), 'group__limio'),
            charge.every ? namePeriod(charge.every) : '',
          ]);
    };
    return listSideBySide(resources, keyOf, context).map(({ resource, earlier }) => ({
      address: resource.address,
      pointer: attributePointer('display_name__limio'),
      message: `${earlier.name} is also called "${nameOf(resource)}" and can appear next to it.`,
      related: [
        { address: earlier.address, pointer: attributePointer('display_name__limio'), message: 'The other item.' },
      ],
    }));
  },
};
