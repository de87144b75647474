import { getOwn } from '../../model/json.js';
import type { JointLintRule, LintContext, LintFinding, PageUse } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/resource.js';
import { attributePointer, textsOf } from '../attributes.js';

/**
 * "A label on a page that no offer carries fails that page's build" (API reference, section 3).
 * Reported at what carries it no more, else at the page that refers to it. Where the tenant is not
 * known, only for declared pages, and only where the files give labels at all.
 */
export const pageLabelWithoutOffer: JointLintRule = {
  id: 'page-label-without-offer',
  severity: 'error',
  title: 'A page refers to a label that nothing carries',
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
        textsOf(context.catalog?.get(name)?.attributes ?? {}, 'label__limio').includes(label),
      );
      if (!context.catalog && !page) return [];
      const at = choosePlace(before, page, items[0]);
      if (!at) return [];
      const why = before
        ? `the tenant's ${before.name} carries it, and its file takes it away`
        : `no offer or add-on${context.catalog ? '' : ' of the files'} carries it`;
      const hint = `Correct the label of the page, or put it on an offer.${context.catalog ? '' : ' Where the tenant has one that carries it: limio-sync lint --live --env <name>'}`;
      return [
        {
          ...at,
          message: `The page ${path} refers to the label "${label}", and ${why}: the page cannot be built.`,
          hint,
        },
      ];
    };
    return (context.pages ?? []).flatMap((page) =>
      [...page.labels].filter((label) => !carried.has(label)).flatMap((label) => report(page, label)),
    );
  },
};

/** Labels of what the files declare, and of what only the tenant has. */
function listCarried(items: readonly DesiredResource[], context: LintContext): Set<string> {
  const declared = new Set(items.map(({ name }) => name));
  const untouched = [...(context.catalog?.values() ?? [])].filter(({ path }) => !declared.has(path));
  return new Set(
    [...items.map((item) => context.attributesOf(item)), ...untouched.map(({ attributes }) => attributes)].flatMap(
      (attributes) => textsOf(attributes, 'label__limio'),
    ),
  );
}

function choosePlace(
  before: DesiredResource | undefined,
  page: DesiredResource | undefined,
  otherwise: DesiredResource | undefined,
): Pick<LintFinding, 'address' | 'pointer'> | undefined {
  if (before) return { address: before.address, pointer: attributePointer('label__limio') };
  if (page)
    return {
      address: page.address,
      ...(getOwn(page.body, 'referencedLabel') === undefined ? {} : { pointer: '/referencedLabel' }),
    };
  return otherwise && { address: otherwise.address };
}
