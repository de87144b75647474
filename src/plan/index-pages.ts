import type { Json } from '../model/json.js';
import type { CatalogItem } from '../model/live-api.js';
import { collectPaths, collectTexts } from './collect-references.js';

export interface PageIndex {
  /** Pages that list the path or refer to one of the labels. */
  find(path: string, labels: readonly string[]): Set<CatalogItem>;
  /** The labels that pages refer to, each with its pages. */
  byLabel: ReadonlyMap<string, ReadonlySet<CatalogItem>>;
}

/** Looks through every page once. */
export function indexPages(pages: readonly CatalogItem[]): PageIndex {
  const byPath = new Map<string, Set<CatalogItem>>();
  const byLabel = new Map<string, Set<CatalogItem>>();
  for (const page of pages) indexPage(page, byPath, byLabel);
  return {
    byLabel,
    find(path, labels) {
      const sets = [byPath.get(path), ...labels.map((label) => byLabel.get(label))];
      return new Set(sets.flatMap((set) => [...(set ?? [])]));
    },
  };
}

/**
 * Page components nest to any depth and hold their references where they please, so every object of
 * the page is looked at; with a stack of our own, since a hostile page may nest deeper than ours.
 */
function indexPage(page: CatalogItem, byPath: Index, byLabel: Index): void {
  const stack: Json[] = [page.data, page.attributes];
  const seen = new Set<object>();
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const [key, child] of Object.entries(value)) {
      if (!Array.isArray(value)) {
        if (key === 'offers' || key === 'add_ons') for (const path of collectPaths(child)) add(byPath, path, page);
        else if (key === 'referencedLabel') for (const label of collectTexts(child)) add(byLabel, label, page);
      }
      stack.push(child);
    }
  }
}

type Index = Map<string, Set<CatalogItem>>;

function add(index: Index, key: string, page: CatalogItem): void {
  const pages = index.get(key);
  if (pages) pages.add(page);
  else index.set(key, new Set([page]));
}
