import { findCampaignPath } from '../../kinds/catalog/catalog-kinds.js';
import { labelsOf } from '../../kinds/catalog/item-references.js';
import { getOwn, listAt } from '../../model/json.js';
import type { JointLintRule, LintContext, LintFinding, PageUse } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/model.js';
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

/**
 * Such a page cannot be built (API reference, section 3). Reported at the item that loses the label, or
 * else at the page. Without the tenant: only for declared pages, and only if the files set labels.
 */
export const pageLabelWithoutOffer: JointLintRule = {
  id: 'page-label-without-offer',
  severity: 'error',
  title: 'A page uses a label that no item has',
  kinds: ['offer', 'add_on', 'page'],
  needs: ['pages'],
  checkAll(resources, context): LintFinding[] {
    const items = resources.filter(({ kind }) => kind !== 'page');
    const carried = listCarried(items, context);
    if (!context.catalog && carried.size === 0) return [];
    const declaredPages = new Map(
      resources.flatMap((resource) => (resource.kind === 'page' ? [[resource.name, resource]] : [])),
    );
    const report = ({ path }: PageUse, label: string): LintFinding[] => {
      const page = declaredPages.get(path);
      const before = items.find(({ name }) =>
        labelsOf({ attributes: context.catalog?.get(name)?.attributes ?? {} }).includes(label),
      );
      if (!context.catalog && !page) return [];
      const at = choosePlace(before, page, items[0]);
      if (!at) return [];
      const why = before
        ? `the file of ${before.name} removes it`
        : `no offer or add-on${context.catalog ? '' : ' in the files'} has it`;
      const live = context.catalog ? '' : ' To check the tenant too, run limio-sync lint --live --env <name>';
      const hint = `Correct the label on the page, or add it to an offer.${live}`;
      return [
        {
          ...at,
          message: `The page ${path} uses the label "${label}", but ${why}. The page cannot be built.`,
          hint,
        },
      ];
    };
    return (context.pages ?? []).flatMap((page) =>
      [...page.labels].filter((label) => !carried.has(label)).flatMap((label) => report(page, label)),
    );
  },
};

/** Labels of declared items, and of items that only the tenant has. */
function listCarried(items: readonly DesiredResource[], context: LintContext): Set<string> {
  const declared = new Set(items.map(({ name }) => name));
  const untouched = [...(context.catalog?.values() ?? [])].filter(({ path }) => !declared.has(path));
  return new Set(
    [...items.map((item) => context.attributesOf(item)), ...untouched.map(({ attributes }) => attributes)].flatMap(
      (attributes) => labelsOf({ attributes }),
    ),
  );
}

function choosePlace(
  before: DesiredResource | undefined,
  page: DesiredResource | undefined,
  fallback: DesiredResource | undefined,
): Pick<LintFinding, 'address' | 'pointer'> | undefined {
  if (before) return { address: before.address, pointer: attributePointer('label__limio') };
  if (page)
    return {
      address: page.address,
      ...(getOwn(page.body, 'referencedLabel') === undefined ? {} : { pointer: '/referencedLabel' }),
    };
  return fallback && { address: fallback.address };
}

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
      // It goes live with its campaign.
      findCampaignPath(resource.name) !== undefined ||
      labelsOf({ attributes: context.attributesOf(resource) }).some((label) => shownLabels.has(label));
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
        const labels = labelsOf({ attributes: context.attributesOf(resource) });
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
