import { getOwn } from '../../model/json.js';
import type { JointLintRule, LintContext, LintFinding, PageUse } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/model.js';
import { attributePointer, textsOf } from '../attributes.js';

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
        textsOf(context.catalog?.get(name)?.attributes ?? {}, 'label__limio').includes(label),
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
