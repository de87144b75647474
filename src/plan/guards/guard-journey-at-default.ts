import { isDefaultStart } from '../is-default-start.js';
import type { Guard } from '../../model/plan.js';
import { countThings, nameFirst } from './count-things.js';
import type { GuardFacts } from './guard-facts.js';

/** `/default` is the home page and the 404 page: such a journey moves all root traffic (API reference, section 2). */
export function guardJourneyAtDefault({ changes, state }: Pick<GuardFacts, 'changes' | 'state'>): Guard[] {
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
