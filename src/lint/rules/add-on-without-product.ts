import { getOwn, isJsonObject, type Json, listAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';

/**
 * "An add-on without product and rate plan is dropped by the build" (API reference, section 5). Both
 * are set on create and then the app's: of an add-on that the tenant has, only the tenant tells.
 */
export const addOnWithoutProduct: SingleLintRule = {
  id: 'add-on-without-product',
  severity: 'error',
  title: 'An add-on has no product or no rate plan',
  kinds: ['add_on'],
  check(resource, context): LintFinding[] {
    const item = context.catalog?.get(resource.name);
    // A file that says nothing of either is for an add-on that is there, or is the business of plan.
    if (!item && !Object.hasOwn(resource.body, 'products') && !Object.hasOwn(resource.body, 'productBundles'))
      return [];
    const data = item?.data ?? resource.body;
    const bundles = listAt(data, 'productBundles').filter(isJsonObject);
    const products = [
      ...listAt(data, 'products'),
      ...listAt(item?.attributes ?? {}, 'products'),
      ...bundles.filter((bundle) => isFilled(getOwn(bundle, 'product_path'))),
    ];
    const plan =
      bundles.some((bundle) => isFilled(getOwn(bundle, 'rate_plan'))) ||
      isFilled(getOwn(context.attributesOf(resource), 'rate_plan__zuora'));
    const missing = [...(products.length === 0 ? ['product'] : []), ...(plan ? [] : ['rate plan'])];
    if (missing.length === 0) return [];
    const message = `${item ? 'In the tenant the' : 'The'} add-on has no ${missing.join(' and no ')}: a build drops it from its pages.`;
    const hint = item
      ? 'Set them in Limio, in the editor of the add-on.'
      : 'Write productBundles with product_path and rate_plan.';
    return [
      {
        address: resource.address,
        ...(item ? {} : { pointer: Object.hasOwn(resource.body, 'productBundles') ? '/productBundles' : '/products' }),
        message,
        hint,
      },
    ];
  },
};

function isFilled(value: Json | undefined): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
