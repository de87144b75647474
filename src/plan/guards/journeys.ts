import { listReferences } from '../../kinds/kinds.js';
import { countThings, nameFirst } from '../../model/words.js';
import type { Address } from '../../model/address.js';
import type { Guard } from '../../model/plan.js';
import { isDefaultStart } from '../compare.js';
import { findNewRoutes, formatRoute } from '../pages/routes.js';
import { type GuardInput } from './guard-input.js';

/** `/default` is the home page and the 404 page: such a journey moves all root traffic (API reference, section 2). */
export function guardJourneyAtDefault({ changes, state }: Pick<GuardInput, 'changes' | 'state'>): Guard[] {
  const addresses = changes
    .filter(
      ({ kind, address, after = {} }) =>
        kind === 'journey' && [after, state.resources.get(address)?.body ?? {}].some(isDefaultStart),
    )
    .map(({ address }) => address);
  if (addresses.length === 0) return [];
  const count = String(addresses.length);
  return [
    {
      code: 'JOURNEY_AT_DEFAULT',
      message: `${countThings(addresses.length, 'changed journey starts', 'changed journeys start')} at /default/, the home page and the 404 page, and so moves all root traffic: ${nameFirst(addresses)}.`,
      value: count,
      limit: '0',
      addresses,
      consent: { flag: '--allow-default-journey', value: count },
      hint: `If that is meant, add --allow-default-journey=${count} to apply.`,
    },
  ];
}

/**
 * Journeys that would lead visitors to a declared page whose route was never published: saving a
 * journey is live at once, and the API cannot publish a route for the first time (API reference,
 * sections 2 and 7).
 */
export function guardNewRoutes({ compared, state }: Pick<GuardInput, 'compared' | 'state'>): Guard[] {
  const fresh = new Set(findNewRoutes(compared, state).flatMap(({ routes }) => routes));
  if (fresh.size === 0) return [];
  const stopped = compared.flatMap(({ desired, change }): { address: Address; routes: string[] }[] => {
    if (!change || desired.kind !== 'journey') return [];
    const routes = listReferences(desired).flatMap((reference) =>
      'tag' in reference && fresh.has(formatRoute(reference.tag)) ? [formatRoute(reference.tag)] : [],
    );
    return routes.length === 0 ? [] : [{ address: change.address, routes }];
  });
  if (stopped.length === 0) return [];
  const routes = [...new Set(stopped.flatMap((one) => one.routes))].sort();
  return [
    {
      code: 'ROUTE_NOT_LIVE',
      message: `${countThings(stopped.length, 'journey leads', 'journeys lead')} to a page that was never published: ${nameFirst(routes)}.`,
      addresses: stopped.map(({ address }) => address),
      hint: 'The API cannot publish a new route. Once the page is there, publish it in the Page Builder, then run limio-sync apply again.',
    },
  ];
}
