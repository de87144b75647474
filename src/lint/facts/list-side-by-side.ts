import type { LintContext } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/resource.js';
import { textsOf } from './attribute-parts.js';
import { listCharges } from './list-charges.js';

export interface SideBySide {
  resource: DesiredResource;
  earlier: DesiredResource;
}

/**
 * Resources with the same key that a visitor can meet on one page: they share a label (pages pull
 * items in by label), a country, the currency and the sales channels. Each is reported once, with the
 * first that it stands beside; the work is linear in the number of labels.
 */
export function listSideBySide(
  resources: readonly DesiredResource[],
  keyOf: (resource: DesiredResource) => string,
  context: LintContext,
): SideBySide[] {
  const first = new Map<string, DesiredResource>();
  return resources.flatMap((resource) => {
    const key = keyOf(resource);
    if (key === '') return [];
    // An empty list of countries is everywhere. It is compared with other empty lists only: too little rather than too much.
    const attributes = context.attributesOf(resource);
    const countries = textsOf(attributes, 'allowed_countries__limio');
    const audience = [
      key,
      listCharges(attributes)[0]?.currency ?? '',
      ...textsOf(attributes, 'sales_channel__limio').toSorted(),
    ];
    const places = textsOf(attributes, 'label__limio').flatMap((label) =>
      (countries.length === 0 ? [''] : countries).map((country) => JSON.stringify([...audience, label, country])),
    );
    const earlier = places.map((place) => first.get(place)).find((one) => one !== undefined);
    for (const place of places) if (!first.has(place)) first.set(place, resource);
    return earlier ? [{ resource, earlier }] : [];
  });
}
