import { PROMO_CODE_REQUIRED_ON_CREATE } from '../../kinds/promo-code/document.js';
import type { Kind } from '../../model/address.js';
import { getOwn, isJsonObject, type JsonObject } from '../../model/json.js';
import type { Guard } from '../../model/plan.js';
import type { GuardFacts } from './guard-facts.js';

/** API reference, sections 2 and 6. */
const REQUIRED: Partial<Record<Kind, readonly string[]>> = {
  promo_code: PROMO_CODE_REQUIRED_ON_CREATE,
  journey: ['starting_point', 'journeys'],
};

/** A file may declare a part of what exists; to make it, the tenant asks for more. */
export function guardIncompleteCreates({ changes }: Pick<GuardFacts, 'changes'>): Guard[] {
  return changes
    .filter(({ action }) => action === 'create')
    .flatMap(({ address, kind, after = {} }) => {
      const missing =
        kind === 'add_on'
          ? listMissingParts(after)
          : (REQUIRED[kind] ?? []).filter((key) => !Object.hasOwn(after, key));
      if (missing.length === 0) return [];
      return [
        {
          code: 'CREATE_INCOMPLETE',
          message: `${address} is not in the tenant, and its file lacks what a creation needs: ${missing.join(', ')}.`,
          addresses: [address],
          hint: 'Declare the rest, or correct the name if the resource should exist already.',
        },
      ];
    });
}

/** Without product and rate plan the build drops an add-on (API reference, section 5). */
function listMissingParts(after: JsonObject): string[] {
  const bundles = getOwn(after, 'productBundles');
  const [bundle] = Array.isArray(bundles) ? bundles.filter(isJsonObject) : [];
  return bundle === undefined
    ? ['productBundles (with product_path and rate_plan; without them the build drops an add-on)']
    : Object.hasOwn(bundle, 'rate_plan')
      ? []
      : ['productBundles[].rate_plan (without it the build drops an add-on)'];
}
