import { getOwn, isJsonObject } from '../../model/json.js';
import type { JointLintRule, LintFinding } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/resource.js';
import { attributePointer, textsOf } from '../facts/json-parts.js';

/** "A label on a page that no offer carries fails that page's build" (API reference, section 3). Reported at what carries it no more. */
export const pageLabelWithoutOffer: JointLintRule = {
  id: 'page-label-without-offer',
  severity: 'error',
  title: 'A page refers to a label that nothing carries',
  kinds: ['offer', 'add_on'],
  needs: ['pages', 'catalog'],
  checkAll(resources, context): LintFinding[] {
    const declared = new Map(resources.map((resource) => [resource.name, resource]));
    const untouched = [...(context.catalog?.values() ?? [])].filter(({ path }) => !declared.has(path));
    const carried = new Set([...resources.flatMap((resource) => textsOf(context.attributesOf(resource), 'label__limio')), ...untouched.flatMap(({ attributes }) => textsOf(attributes, 'label__limio'))]);
    const [first] = resources;
    return (context.pages ?? []).flatMap(({ path, labels }) =>
      [...labels].filter((label) => !carried.has(label)).flatMap((label): LintFinding[] => {
        const before = resources.find((resource) => carries(context.catalog?.get(resource.name)?.attributes, label));
        const at: DesiredResource | undefined = before ?? first;
        if (!at) return [];
        const why = before ? `the tenant's ${before.name} carries it, and this file takes it away` : 'no offer or add-on carries it';
        return [{ address: at.address, ...(before ? { pointer: attributePointer('label__limio') } : {}), message: `The page ${path} refers to the label "${label}", and ${why}: the page cannot be built.`, hint: 'Correct the label of the page, or put it on an offer.' }];
      }),
    );
  },
};

function carries(attributes: unknown, label: string): boolean {
  const labels = isJsonObject(attributes) ? getOwn(attributes, 'label__limio') : undefined;
  return Array.isArray(labels) && labels.includes(label);
}
