import { getOwn, isJsonObject, type Json, listAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';

/** The app owns both fields after creation: for an existing add-on, the tenant decides (API reference, section 5). */
export const addOnWithoutProduct: SingleLintRule = {
  id: 'add-on-without-product',
  severity: 'error',
  title: 'An add-on has no product or no rate plan',
  kinds: ['add_on'],
  check(resource, context): LintFinding[] {
    const item = context.catalog?.get(resource.name);
    // A file without either field describes an existing add-on, or one that plan reports.
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
    const where = item ? ' in the tenant' : '';
    const message = `The add-on has no ${missing.join(' and no ')}${where}: the build drops it from its pages.`;
    const hint = item ? "Set them in Limio's add-on editor." : 'Add productBundles with product_path and rate_plan.';
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
