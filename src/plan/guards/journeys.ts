import type { Guard } from '../../model/plan.js';
import { compareBy, countThings, joinWords, nameFirst } from '../../model/words.js';
import { isDefaultStart } from '../compare.js';
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
 * Changes that would leave visitors where no page is published: a saved journey is live at once, and the API cannot
 * publish a route for the first time (API reference, sections 2 and 7).
 */
export function guardDeadRoutes({ deadLeads }: Pick<GuardInput, 'deadLeads'>): Guard[] {
  if (deadLeads.length === 0) return [];
  const routes = [...new Map(deadLeads.map((lead) => [lead.route, lead])).values()].toSorted(
    compareBy(({ route }) => route),
  );
  const led = new Set(deadLeads.flatMap(({ address, leftBy }) => (leftBy ? [] : [address])));
  const left = deadLeads.filter(({ leftBy }) => leftBy);
  const needs = countThings(led.size, 'journey needs a page', 'journeys need pages');
  const newly = routes.filter(({ route }) => deadLeads.some((lead) => lead.route === route && !lead.leftBy));
  const named = newly.map(({ route, withoutTag, isUnknown }) =>
    withoutTag ? `${route} (no tag)` : isUnknown ? `${route} (unknown)` : route,
  );
  const sentences = [
    ...(led.size === 0 ? [] : [`${needs} where none is published: ${nameFirst(named)}.`]),
    ...left.map(
      ({ address, route, isUnknown, leftBy = [] }) =>
        `Without ${address} there ${isUnknown ? 'may be' : 'is'} nothing at ${route}, where ${nameFirst(leftBy)} ` +
        `${leftBy.length === 1 ? 'leads' : 'lead'}.`,
    ),
  ];
  const meant = routes.flatMap(({ route, nearest }) => (nearest === undefined ? [] : [`${nearest} for ${route}`]));
  return [
    {
      code: 'ROUTE_NOT_LIVE',
      message: sentences.join(' '),
      value: String(routes.length),
      limit: '0',
      addresses: [...new Set(deadLeads.map(({ address }) => address))].sort(),
      routes: routes.map(({ route }) => route),
      ...offerConsent(
        '--allow-dead-route',
        routes.length,
        `${meant.length === 0 ? '' : `Did you mean ${joinWords(meant)}? `}Publish the pages first; the API cannot ` +
          'publish a new route, so do that once in the Page Builder. If something else serves the routes',
      ),
    },
  ];
}
