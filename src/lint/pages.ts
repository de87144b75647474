import type { Json } from '../model/json.js';
import type { LintContext, PageUse } from '../model/lint-rule.js';
import type { CatalogItem } from '../model/live-api.js';
import type { DesiredResource } from '../model/resource.js';
import { textsOf } from './attributes.js';
import { listCharges } from './charges.js';

/**
 * The pages that rules know: those of the tenant, where they were read, and those that only files
 * declare. What a page refers to is set on create and then the app's, so of one that is in both the
 * tenant's counts. Undefined when neither has any to tell.
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
 * What a page refers to. Its components nest to any depth and hold their references where they
 * please, so every object is looked at; with a stack, since a hostile page may nest deeper than ours.
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
      if (!Array.isArray(value) && key === 'referencedLabel') for (const label of listTexts(child)) labels.add(label);
      if (!Array.isArray(value) && (key === 'offers' || key === 'add_ons'))
        for (const text of listTexts(child)) if (text.startsWith('/')) items.add(text);
      stack.push(child);
    }
  }
  return { path, labels, items };
}

/** A text, a list of texts, or a list of objects whose texts name items. */
function listTexts(value: Json): string[] {
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
