import type { Json } from '../model/json.js';
import type { PageUse } from '../model/lint-rule.js';
import type { CatalogItem } from '../model/live-api.js';

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
