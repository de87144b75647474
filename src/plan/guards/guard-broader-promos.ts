import type { Guard } from '../../model/plan.js';
import { getOwn } from '../../model/json.js';
import { effectiveBody } from '../effective-body.js';
import { listBroader } from '../list-broader.js';
import { countThings, nameFirst } from './count-things.js';
import type { GuardFacts } from './guard-facts.js';

/** A code that exists and gets broader is money given away, at once and without a build. */
export function guardBroaderPromos({ changes, state }: Pick<GuardFacts, 'changes' | 'state'>): Guard[] {
  const broader = changes.flatMap((change) => {
    const before = state.resources.get(change.address)?.body;
    if (change.kind !== 'promo_code' || change.action !== 'update' || !before) return [];
    const after = effectiveBody(before, change) ?? {};
    // Nobody can redeem it afterwards, and switching it on later is broader by itself.
    const ways = getOwn(after, 'status') === true ? listBroader(before, after) : [];
    return ways.length > 0 ? [{ address: change.address, ways }] : [];
  });
  if (broader.length === 0) return [];
  const count = String(broader.length);
  return [
    {
      code: 'PROMO_BROADER',
      message: `${countThings(broader.length, 'promo code gets', 'promo codes get')} broader: ${nameFirst(
        broader.map(({ address, ways }) => `${address}: ${ways.join(', ')}`),
        '; ',
      )}.`,
      value: count,
      limit: '0',
      addresses: broader.map(({ address }) => address),
      consent: { flag: '--allow-broader-promo', value: count },
      hint: `If that is meant, add --allow-broader-promo=${count} to apply.`,
    },
  ];
}
