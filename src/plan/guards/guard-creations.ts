import { type Address, isCatalogKind } from '../../model/address.js';
import type { Change, Guard } from '../../model/plan.js';
import { findLookalikes, type Lookalike } from '../find-lookalikes.js';
import { countThings, nameFirst } from './count-things.js';
import type { GuardFacts } from './guard-facts.js';

type Facts = Pick<GuardFacts, 'changes' | 'state' | 'context'>;

/**
 * Catalog items that are not in the tenant. People create them unless the environment says that the
 * tool may; products never, since they come from the billing system; and one that may be a misspelt
 * path only with a consent of its own.
 */
export function guardCreations({ changes, state, context }: Facts): Guard[] {
  const missing = changes.filter(({ kind, action }) => action === 'create' && isCatalogKind(kind));
  const products = missing.filter(({ kind }) => kind === 'product');
  const others = missing.filter(({ kind }) => kind !== 'product');
  const lookalikes = findLookalikes(missing, state);
  return [
    ...guardProducts(products, changes, lookalikes),
    ...(context.createItems
      ? guardLookalikes(others, lookalikes)
      : guardByHand(others, changes, lookalikes, context.environment)),
  ];
}

function guardProducts(
  products: readonly Change[],
  changes: readonly Change[],
  lookalikes: readonly Lookalike[],
): Guard[] {
  if (products.length === 0) return [];
  const addresses = products.map(({ address }) => address);
  return [
    {
      code: 'CREATE_BY_HAND',
      message: `${countThings(products.length, 'declared product is', 'declared products are')} not in the tenant: ${nameFirst(addresses)}. Products come from the billing system and are never created here.${describeLookalikes(addresses, lookalikes)}`,
      addresses: withDependants(addresses, changes),
      hint: 'Correct the path, or create the product in the billing system and let it sync. Then run limio-sync plan again.',
    },
  ];
}

function guardByHand(
  items: readonly Change[],
  changes: readonly Change[],
  lookalikes: readonly Lookalike[],
  environment: string,
): Guard[] {
  if (items.length === 0) return [];
  const addresses = items.map(({ address }) => address);
  const all = withDependants(addresses, changes);
  const waiting = all.length - addresses.length;
  const also =
    waiting === 0 ? '' : ` ${countThings(waiting, 'change that needs them waits', 'changes that need them wait')} too.`;
  return [
    {
      code: 'CREATE_BY_HAND',
      message: `${countThings(items.length, 'declared catalog item is', 'declared catalog items are')} not in the tenant, and ${environment} leaves creating to people.${also}${describeLookalikes(addresses, lookalikes)}`,
      addresses: all,
      hint: `Correct the path, or create what is listed below in the web app, in that order, and run limio-sync plan again. The tool creates it when environments.${environment}.catalog in limio.config says { create: true }.`,
    },
  ];
}

function guardLookalikes(items: readonly Change[], lookalikes: readonly Lookalike[]): Guard[] {
  const suspects = items
    .map(({ address }) => address)
    .filter((address) => lookalikes.some((one) => one.address === address && one.likely));
  if (suspects.length === 0) return [];
  const count = String(suspects.length);
  return [
    {
      code: 'CREATE_LOOKALIKE',
      message: `${countThings(suspects.length, 'item')} to create may be one that the tenant has, misspelt.${describeLookalikes(suspects, lookalikes)}`,
      value: count,
      limit: '0',
      addresses: suspects,
      consent: { flag: '--allow-lookalike', value: count },
      hint: `Correct the path. If a new item is meant, add --allow-lookalike=${count} to apply.`,
    },
  ];
}

function describeLookalikes(addresses: readonly Address[], lookalikes: readonly Lookalike[]): string {
  const known = lookalikes.filter(({ address }) => addresses.includes(address));
  return known.map(({ address, nearest }) => ` ${address}: did you mean ${nearest}?`).join('');
}

/** The addresses and all that cannot be done before them. */
function withDependants(addresses: readonly Address[], changes: readonly Change[]): Address[] {
  const stopped = new Set(addresses);
  // Each round finds what depends on something found before; there are at most as many as changes.
  for (let before = -1; before < stopped.size;) {
    before = stopped.size;
    for (const { address, dependsOn } of changes)
      if (dependsOn.some((other) => stopped.has(other))) stopped.add(address);
  }
  return [...stopped].sort();
}
