import type { LiveState } from '../kinds/read-live.js';
import type { Address } from '../model/address.js';
import { getOwn, isJsonObject } from '../model/json.js';
import type { Compared } from './compare-desired.js';
import { formatRoute, listTags } from './page-routes.js';
import { toNewPage } from './to-new-page.js';

/** Declared pages with routes that no published page has: the API cannot publish them (API reference, section 7). */
export function findNewRoutes(
  compared: readonly Compared[],
  state: LiveState,
): { address: Address; routes: string[] }[] {
  const published = new Set(
    [...state.published.values()]
      .filter(({ path }) => path.startsWith('/pages/'))
      .flatMap(listTags)
      .map(formatRoute),
  );
  return compared.flatMap((one) => {
    if (one.desired.kind !== 'page') return [];
    const routes = listRoutes(one).filter((route) => !published.has(route));
    return routes.length === 0 ? [] : [{ address: one.desired.address, routes }];
  });
}

function listRoutes({ live, change }: Compared): string[] {
  if (!live) return change ? listTags(toNewPage(change)).map(formatRoute) : [];
  const attributes = getOwn(live.body, 'attributes');
  return listTags({ data: live.record, attributes: isJsonObject(attributes) ? attributes : {} }).map(formatRoute);
}
