import { getOwn } from '../../model/json.js';
import type { LintFinding, JointLintRule } from '../../model/lint-rule.js';
import { attributePointer, textsOf } from '../facts/json-parts.js';

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
    return resources.flatMap((resource): LintFinding[] => {
      const labels = textsOf(context.attributesOf(resource), 'label__limio');
      if (shownItems.has(resource.name) || labels.some((label) => shownLabels.has(label))) return [];
      // What an absent key is in the tenant is not guessed.
      if (!context.catalog && getOwn(context.attributesOf(resource), 'label__limio') === undefined) return [];
      const page = context.catalog ? 'page' : 'declared page';
      const why = labels.length === 0 ? 'It has no label' : `No ${page} refers to ${labels.map((label) => `"${label}"`).join(' or ')}`;
      return [{ address: resource.address, pointer: attributePointer('label__limio'), message: `${why}, and no ${page} lists the offer.` }];
    });
  },
};
