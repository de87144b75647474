import type { PageUse } from '../model/lint-rule.js';
import type { DesiredResource } from '../model/resource.js';
import { readPageUse } from './read-page-use.js';

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
