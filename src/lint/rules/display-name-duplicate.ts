import type { JointLintRule, LintFinding } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/resource.js';
import { attributePointer, textOf } from '../attributes.js';
import { listCharges } from '../charges.js';
import { readHtmlText } from '../html.js';
import { listSideBySide } from '../pages.js';
import { namePeriod } from '../time.js';

/** Two things with one name beside each other: customers cannot tell what they buy. */
export const displayNameDuplicate: JointLintRule = {
  id: 'display-name-duplicate',
  severity: 'info',
  title: 'Two items that stand side by side have the same name',
  kinds: ['offer', 'add_on'],
  checkAll(resources, context): LintFinding[] {
    const nameOf = (resource: DesiredResource): string =>
      readHtmlText(textOf(context.attributesOf(resource), 'display_name__limio')).trim();
    // A yearly and a monthly plan may well share their name.
    const keyOf = (resource: DesiredResource): string => {
      const [charge] = listCharges(context.attributesOf(resource));
      const name = nameOf(resource);
      // Where the billing system holds the price, nobody knows here how often it is charged.
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
      message: `${earlier.name} is called "${nameOf(resource)}", too, and can stand beside it.`,
      related: [
        { address: earlier.address, pointer: attributePointer('display_name__limio'), message: 'The other one.' },
      ],
    }));
  },
};
