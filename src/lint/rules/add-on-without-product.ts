import { type Json, getOwn, isJsonObject } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';

/** "An add-on without product and rate plan is dropped by the build" (API reference, section 5). */
export const addOnWithoutProduct: SingleLintRule = {
  id: 'add-on-without-product',
  severity: 'error',
  title: 'An add-on has no product or no rate plan',
  kinds: ['add_on'],
  needs: ['catalog'],
  check(resource, context): LintFinding[] {
    const item = context.catalog?.get(resource.name);
    // What is not in the tenant yet is the business of plan.
    if (!item) return [];
    const declared = getOwn(resource.body, 'productBundles') ?? getOwn(item.data, 'productBundles');
    const bundles = asList(declared).filter(isJsonObject);
    const products = [...asList(getOwn(item.data, 'products')), ...asList(getOwn(item.attributes, 'products')), ...bundles.filter((bundle) => isFilled(getOwn(bundle, 'product_path')))];
    const plan = bundles.some((bundle) => isFilled(getOwn(bundle, 'rate_plan'))) || isFilled(getOwn(context.attributesOf(resource), 'rate_plan__zuora'));
    const missing = [...(products.length === 0 ? ['product'] : []), ...(plan ? [] : ['rate plan'])];
    if (missing.length === 0) return [];
    return [{ address: resource.address, message: `In the tenant the add-on has no ${missing.join(' and no ')}: a build drops it from its pages.`, hint: 'Set them in Limio, in the editor of the add-on.' }];
  },
};

function asList(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function isFilled(value: Json | undefined): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
