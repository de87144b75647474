import { getOwn } from '../../model/json.js';
import type { JointLintRule, LintFinding } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/model.js';
import { attributePointer, textsOf } from '../attributes.js';

export const offerOnNoPage: JointLintRule = {
  id: 'offer-on-no-page',
  severity: 'info',
  title: 'An offer is not on any page',
  kinds: ['offer'],
  needs: ['pages'],
  checkAll(resources, context): LintFinding[] {
    const pages = context.pages ?? [];
    const shownLabels = new Set(pages.flatMap((page) => [...page.labels]));
    const shownItems = new Set(pages.flatMap((page) => [...page.items]));
    const isShown = (resource: DesiredResource): boolean =>
      shownItems.has(resource.name) ||
      textsOf(context.attributesOf(resource), 'label__limio').some((label) => shownLabels.has(label));
    // A label that the file does not manage may exist in the tenant.
    const candidates = context.catalog
      ? resources
      : resources.filter(
          (resource) =>
            getOwn(context.attributesOf(resource), 'label__limio') !== undefined || shownItems.has(resource.name),
        );
    // If the files show few of the offers, most pages exist only in the Page Builder.
    if (!context.catalog && candidates.filter(isShown).length * 2 < candidates.length) return [];
    return candidates
      .filter((resource) => !isShown(resource))
      .map((resource): LintFinding => {
        const labels = textsOf(context.attributesOf(resource), 'label__limio');
        const page = context.catalog ? 'page' : 'declared page';
        const why =
          labels.length === 0
            ? 'The offer has no label'
            : `No ${page} uses the label ${labels.map((label) => `"${label}"`).join(' or ')}`;
        return {
          address: resource.address,
          pointer: attributePointer('label__limio'),
          message: `${why}, and no ${page} lists it.`,
        };
      });
  },
};
