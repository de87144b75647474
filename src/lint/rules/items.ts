import { countAt } from '../../charges/period.js';
import { readHtmlText } from '../../html/html.js';
import { getOwn, isJsonObject, type Json, listAt, objectAt } from '../../model/json.js';
import type { JointLintRule, LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/model.js';
import { attributePointer, textOf } from '../attributes.js';
import { listCharges } from '../charges.js';
import { listSideBySide } from '../pages.js';
import { namePeriod } from '../time.js';

export const multibuyWithoutBounds: SingleLintRule = {
  id: 'multibuy-without-bounds',
  severity: 'warning',
  title: 'Multibuy is allowed without a maximum quantity',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    if (getOwn(attributes, 'allow_multibuy__limio') !== true) return [];
    if (countAt(objectAt(attributes, 'default_quantity_options__limio'), 'maximum_quantity') !== undefined) return [];
    const hint =
      'Add default_quantity_options__limio: { quantity: 1, minimum_quantity: 1, maximum_quantity: 10, increment: 1 }';
    return [
      {
        address: resource.address,
        pointer: attributePointer('allow_multibuy__limio'),
        message: 'Customers can buy several at once, but there is no maximum quantity.',
        hint,
      },
    ];
  },
};

export const quantityBounds: SingleLintRule = {
  id: 'quantity-bounds',
  severity: 'error',
  title: 'Quantity options contradict each other',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const options = objectAt(context.attributesOf(resource), 'default_quantity_options__limio');
    const quantity = countAt(options, 'quantity');
    const least = countAt(options, 'minimum_quantity');
    const most = countAt(options, 'maximum_quantity');
    const step = countAt(options, 'increment');
    const report = (key: string, message: string): LintFinding[] => [
      { address: resource.address, pointer: attributePointer('default_quantity_options__limio', key), message },
    ];
    if (least !== undefined && most !== undefined && least > most)
      return report('minimum_quantity', `The minimum quantity ${least} is above the maximum ${most}.`);
    if (step !== undefined && step <= 0) return report('increment', `The increment is ${step}; it must be above zero.`);
    if (
      quantity !== undefined &&
      ((least !== undefined && quantity < least) || (most !== undefined && quantity > most))
    ) {
      return report(
        'quantity',
        `The default quantity ${quantity} is outside the range ${least ?? 1} to ${most ?? 'unlimited'}.`,
      );
    }
    return [];
  },
};

export const bestValueDuplicate: JointLintRule = {
  id: 'best-value-duplicate',
  severity: 'warning',
  title: 'Two offers in one group are marked as best value',
  kinds: ['offer'],
  checkAll(resources, context): LintFinding[] {
    const marked = resources.filter((resource) => getOwn(context.attributesOf(resource), 'best_value__limio') === true);
    const keyOf = (resource: DesiredResource): string => textOf(context.attributesOf(resource), 'group__limio');
    return listSideBySide(marked, keyOf, context).map(({ resource, earlier }) => ({
      address: resource.address,
      pointer: attributePointer('best_value__limio'),
      message: `${earlier.name} is also marked as best value in the group "${keyOf(resource)}".`,
      related: [
        { address: earlier.address, pointer: attributePointer('best_value__limio'), message: 'The other offer.' },
      ],
    }));
  },
};

export const displayNameDuplicate: JointLintRule = {
  id: 'display-name-duplicate',
  severity: 'info',
  title: 'Two items shown side by side have the same display name',
  kinds: ['offer', 'add_on'],
  checkAll(resources, context): LintFinding[] {
    const nameOf = (resource: DesiredResource): string =>
      readHtmlText(textOf(context.attributesOf(resource), 'display_name__limio')).trim();
    // A yearly and a monthly plan often share a name.
    const keyOf = (resource: DesiredResource): string => {
      const [charge] = listCharges(context.attributesOf(resource));
      const name = nameOf(resource);
      // The interval is unknown if the billing system holds the price.
      const known = charge !== undefined && (charge.every !== undefined || !charge.recurring);
      return name === '' || !known
        ? ''
        : JSON.stringify([
            resource.kind,
            name,
            textOf(context.attributesOf(resource), 'group__limio'),
            charge.every ? namePeriod(charge.every) : '',
          ]);
    };
    return listSideBySide(resources, keyOf, context).map(({ resource, earlier }) => ({
      address: resource.address,
      pointer: attributePointer('display_name__limio'),
      message: `${earlier.name} is also called "${nameOf(resource)}" and can appear next to it.`,
      related: [
        { address: earlier.address, pointer: attributePointer('display_name__limio'), message: 'The other item.' },
      ],
    }));
  },
};

const ADD_ON_NEEDS: [key: string, what: string][] = [
  ['display_name__limio', 'The display name is empty.'],
  ['cta_text__limio', 'The button text is empty.'],
];

export const displayTextEmpty: SingleLintRule = {
  id: 'display-text-empty',
  severity: 'warning',
  title: 'A display name or button text is empty',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    return ADD_ON_NEEDS.flatMap(([key, message]): LintFinding[] => {
      const text = getOwn(attributes, key);
      if (typeof text !== 'string' || readHtmlText(text).trim() !== '') return [];
      return [
        {
          address: resource.address,
          pointer: attributePointer(key),
          message,
          hint: 'Add the text, or set it to null to remove the attribute.',
        },
      ];
    });
  },
};

export const checkoutWithoutUrl: SingleLintRule = {
  id: 'checkout-without-url',
  severity: 'error',
  title: 'An external checkout has no URL',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const checkout = objectAt(context.attributesOf(resource), 'checkout__limio');
    if (textOf(checkout, 'checkout_type') !== 'external' || textOf(checkout, 'external_url').trim() !== '') return [];
    const pointer = attributePointer('checkout__limio', 'checkout_type');
    return [
      {
        address: resource.address,
        pointer,
        message: 'The checkout is external, but external_url is missing.',
        hint: 'Add external_url, or use checkout_type: standard.',
      },
    ];
  },
};

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

export const productCodeDuplicate: JointLintRule = {
  id: 'product-code-duplicate',
  severity: 'warning',
  title: 'Two products have the same product code',
  kinds: ['product'],
  checkAll(resources, context): LintFinding[] {
    const first = new Map<string, LintFinding['address']>();
    return resources.flatMap((resource): LintFinding[] => {
      const code = textOf(context.attributesOf(resource), 'product_code__limio').trim();
      const earlier = first.get(code);
      if (code === '' || earlier === undefined) {
        first.set(code, resource.address);
        return [];
      }
      const pointer = attributePointer('product_code__limio');
      return [
        {
          address: resource.address,
          pointer,
          message: `${earlier.slice(earlier.indexOf(':') + 1)} also has the code "${code}".`,
          related: [{ address: earlier, pointer, message: 'The other product.' }],
        },
      ];
    });
  },
};
