import type { CatalogItem } from '../model/live-api.js';
import type { PublishPage } from '../model/plan.js';
import { collectPaths } from './collect-references.js';

/** The tags of a page, sorted: `/tags/customers/acme` (API reference, section 5). */
export function listTags({ data, attributes }: Pick<CatalogItem, 'data' | 'attributes'>): string[] {
  return [...new Set([data['tags'], attributes['tags']].flatMap(collectPaths))].sort();
}

/** The URL of a tag, with or without `/tags` before it: `/tags/customers/acme` -> `/customers/acme/`. */
export function formatRoute(tag: string): string {
  const segments = tag.split('/').filter((segment) => segment !== '');
  if (segments[0] === 'tags') segments.shift();
  return segments.length === 0 ? '/' : `/${segments.join('/')}/`;
}

/** What a page is called and where visitors find it. */
export function describePlace(page: CatalogItem): Pick<PublishPage, 'path' | 'name' | 'tags' | 'routes'> {
  const tags = listTags(page);
  return { path: page.path, name: page.name, tags, routes: [...new Set(tags.map(formatRoute))] };
}
