import type { DesiredResource } from '../../model/resource.js';

export interface SideBySide {
  resource: DesiredResource;
  earlier: DesiredResource;
}

/**
 * Resources with the same key that a visitor can meet on one page: they share a label (pages pull
 * items in by label) and a country. Each is reported once, with the first that it stands beside;
 * the work is linear in the number of labels.
 */
export function listSideBySide(
  resources: readonly DesiredResource[],
  keyOf: (resource: DesiredResource) => string,
  labelsOf: (resource: DesiredResource) => readonly string[],
  countriesOf: (resource: DesiredResource) => readonly string[],
): SideBySide[] {
  const first = new Map<string, DesiredResource>();
  return resources.flatMap((resource) => {
    const key = keyOf(resource);
    if (key === '') return [];
    // An empty list of countries is everywhere. It is compared with other empty lists only: too little rather than too much.
    const countries = countriesOf(resource);
    const places = labelsOf(resource).flatMap((label) => (countries.length === 0 ? [''] : countries).map((country) => JSON.stringify([key, label, country])));
    const earlier = places.map((place) => first.get(place)).find((one) => one !== undefined);
    for (const place of places) if (!first.has(place)) first.set(place, resource);
    return earlier ? [{ resource, earlier }] : [];
  });
}
