import { listReferences } from '../../kinds/kinds.js';
import { type Address, formatRoute } from '../../model/address.js';
import type { Guard } from '../../model/plan.js';
import { countThings, nameFirst } from '../../model/words.js';
import { isDefaultStart } from '../compare.js';
import { findNewRoutes } from '../pages/routes.js';
import { type GuardInput, offerConsent } from './guard-input.js';

/** `/default` is the home page and the 404 page: such a journey moves all root traffic (API reference, section 2). */
export function guardJourneyAtDefault({ changes, state }: Pick<GuardInput, 'changes' | 'state'>): Guard[] {
  const addresses = changes
    .filter(
      ({ kind, address, after = {}, movedFrom }) =>
        kind === 'journey' && [after, movedFrom?.body ?? state.resources.get(address)?.body ?? {}].some(isDefaultStart),
    )
    .map(({ address }) => address);
  if (addresses.length === 0) return [];
  const count = addresses.length;
  return [
    {
      code: 'JOURNEY_AT_DEFAULT',
      message:
        `${countThings(count, 'changed journey starts', 'changed journeys start')} at /default/ (the home page and ` +
        `the 404 page), so ${count === 1 ? 'it moves' : 'they move'} all root traffic: ${nameFirst(addresses)}.`,
      value: String(count),
      limit: '0',
      addresses,
      ...offerConsent('--allow-default-journey', count),
    },
  ];
}

/**
 * Journeys that would lead visitors to a declared page whose route was never published: saving a journey is live at
 * once, and the API cannot publish a route for the first time (API reference, sections 2 and 7).
 */
export function guardNewRoutes({ diffs, state }: Pick<GuardInput, 'diffs' | 'state'>): Guard[] {
  const unpublished = new Set(findNewRoutes(diffs, state).flatMap(({ routes }) => routes));
  if (unpublished.size === 0) return [];
  const stopped = diffs.flatMap(({ desired, change }): { address: Address; routes: string[] }[] => {
    if (!change || desired.kind !== 'journey') return [];
    const routes = listReferences(desired)
      .flatMap((reference) => ('tag' in reference ? [formatRoute(reference.tag)] : []))
      .filter((route) => unpublished.has(route));
    return routes.length === 0 ? [] : [{ address: change.address, routes }];
  });
  if (stopped.length === 0) return [];
  const routes = [...new Set(stopped.flatMap((one) => one.routes))].sort();
  const journeys = countThings(stopped.length, 'journey leads', 'journeys lead');
  return [
    {
      code: 'ROUTE_NOT_LIVE',
      message: `${journeys} to a page that was never published: ${nameFirst(routes)}.`,
      addresses: stopped.map(({ address }) => address),
      hint:
        'The API cannot publish a new route. Once the page exists, publish it in the Page Builder, ' +
        'then run limio-sync apply again.',
    },
  ];
}
