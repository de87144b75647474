import { getOwn } from '../../model/json.js';
import type { JointLintRule, LintFinding } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/resource.js';
import { attributePointer, textsOf } from '../attributes.js';

/** Changing it changes nothing that customers see: no page lists it or refers to one of its labels. Offers sold by link or by partners belong in a suppression. */
export const offerOnNoPage: JointLintRule = {
  id: 'offer-on-no-page',
  severity: 'info',
  title: 'An offer is on no page',
  kinds: ['offer'],
  needs: ['pages'],
  checkAll(resources, context): LintFinding[] {
    const pages = context.pages ?? [];
    const shownLabels = new Set(pages.flatMap((page) => [...page.labels]));
    const shownItems = new Set(pages.flatMap((page) => [...page.items]));
    const isShown = (resource: DesiredResource): boolean =>
      shownItems.has(resource.name) ||
      textsOf(context.attributesOf(resource), 'label__limio').some((label) => shownLabels.has(label));
    // What an absent key is in the tenant is not guessed.
    const judged = context.catalog
      ? resources
      : resources.filter(
          (resource) =>
            getOwn(context.attributesOf(resource), 'label__limio') !== undefined || shownItems.has(resource.name),
        );
    // Files with a page or two beside those of the Page Builder tell nothing of the rest.
    if (!context.catalog && judged.filter(isShown).length * 2 < judged.length) return [];
    return judged
      .filter((resource) => !isShown(resource))
      .map((resource): LintFinding => {
        const labels = textsOf(context.attributesOf(resource), 'label__limio');
        const page = context.catalog ? 'page' : 'declared page';
        const why =
          labels.length === 0
            ? 'It has no label'
            : `No ${page} refers to ${labels.map((label) => `"${label}"`).join(' or ')}`;
        return {
          address: resource.address,
          pointer: attributePointer('label__limio'),
          message: `${why}, and no ${page} lists the offer.`,
        };
      });
  },
};
