import { labelsOf } from '../kinds/catalog/item-references.js';
import type { Json } from '../model/json.js';
import type { LintContext, PageUse } from '../model/lint-rule.js';
import type { CatalogItem } from '../model/live-api.js';
import type { DesiredResource } from '../model/model.js';
import { textsOf } from './attributes.js';
import { listCharges } from './charges.js';

/**
 * The pages that rules check: the tenant's, if they were read, and those that only files declare. For a
 * page in both, the tenant's content counts, since the app owns it after creation. Undefined if no
 * page is known.
 */
export function listPages(resources: readonly DesiredResource[], live?: readonly PageUse[]): PageUse[] | undefined {
  const known = new Set(live?.map(({ path }) => path));
  const declared = resources.filter(({ kind, name }) => kind === 'page' && !known.has(name));
  if (!live && declared.length === 0) return undefined;
  return [
    ...(live ?? []),
    ...declared.map(({ name, body }) => readPageUse({ path: name, data: body, attributes: {} })),
  ];
}

/**
 * The labels and items that a page uses. Components nest to any depth and hold references anywhere, so
 * this visits every object. It uses its own stack: a hostile page may nest deeper than the call stack.
 */
export function readPageUse({ path, data, attributes }: Pick<CatalogItem, 'path' | 'data' | 'attributes'>): PageUse {
  const labels = new Set<string>();
  const items = new Set<string>();
  const stack: Json[] = [data, attributes];
  const seen = new Set<object>();
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const [key, child] of Object.entries(value)) {
      if (!Array.isArray(value) && key === 'referencedLabel')
        for (const label of listNames(child)) labels.add(label.normalize('NFC'));
      if (!Array.isArray(value) && (key === 'offers' || key === 'add_ons'))
        for (const text of listNames(child)) if (text.startsWith('/')) items.add(text);
      stack.push(child);
    }
  }
  return { path, labels, items };
}

/** From a text, a list of texts, or a list of objects with `path` or `$ref`. */
function listNames(value: Json): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list
    .flatMap((one) =>
      typeof one === 'object' && one !== null && !Array.isArray(one) ? [one['path'], one['$ref']] : [one],
    )
    .filter((one) => typeof one === 'string')
    .filter((text) => text !== '');
}

export interface SideBySide {
  resource: DesiredResource;
  earlier: DesiredResource;
}

/**
 * Resources with the same key that a visitor can see on one page: they share a label (pages select
 * items by label), a country, the currency and the sales channels. Each is reported once, with the
 * first such resource. Linear in the number of labels.
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
    // An empty list of countries means everywhere. It only matches other empty lists, to avoid false alarms.
    const attributes = context.attributesOf(resource);
    const countries = textsOf(attributes, 'allowed_countries__limio');
    const audience = [
      key,
      listCharges(attributes)[0]?.currency ?? '',
      ...textsOf(attributes, 'sales_channel__limio').toSorted(),
    ];
    const places = labelsOf({ attributes }).flatMap((label) =>
      (countries.length === 0 ? [''] : countries).map((country) => JSON.stringify([...audience, label, country])),
    );
    const earlier = places.map((place) => first.get(place)).find((one) => one !== undefined);
    for (const place of places) if (!first.has(place)) first.set(place, resource);
    return earlier ? [{ resource, earlier }] : [];
  });
}
