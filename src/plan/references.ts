import { LimioError } from '../errors/errors.js';
import { findDanglingReferences } from '../kinds/kinds.js';
import type { LiveState } from '../kinds/read-live.js';
import { type Address, isCatalogKind, parseAddress } from '../model/address.js';
import type { DesiredResource } from '../model/model.js';
import { formatPlace } from '../model/problem.js';
import { quoteApart } from '../model/spelling.js';
import { countThings } from '../model/words.js';
import { findOtherSpelling } from './identities.js';

/**
 * Refuses a plan that would add references to nothing. Dangling references that the tenant holds already are only a
 * warning (warnings.ts).
 * @throws LimioError REFERENCE_NOT_FOUND naming every reference that the files would add to an item and that leads to
 * nothing in the tenant or the files.
 */
export function checkReferences(desired: readonly DesiredResource[], state: LiveState): void {
  const dangling = desired
    .filter(({ kind }) => isCatalogKind(kind))
    .flatMap((resource) =>
      findDanglingReferences(resource, state)
        .filter(({ isLive }) => !isLive)
        .map(({ address: to, pointer }) => ({ source: resource.source, from: resource.address, to, pointer })),
    );
  if (dangling.length === 0) return;
  const lines = dangling.map(
    ({ source, from, to, pointer }) =>
      `  ${formatPlace(source)} ${from} refers to ${to} (${pointer})${describeSpelling(to, state)}`,
  );
  throw new LimioError({
    code: 'REFERENCE_NOT_FOUND',
    message: `${countThings(dangling.length, 'reference')} not found:\n${lines.join('\n')}`,
    hint: 'Correct the path, declare the item too, or create it in the web app first.',
    details: { references: dangling.map(({ from, to, pointer }) => ({ from, to, pointer })) },
  });
}

/** An item is found by its exact path only, so a reference in another spelling leads nowhere. */
function describeSpelling(to: Address, state: LiveState): string {
  const other = findOtherSpelling(to, state);
  const { name } = parseAddress(to);
  return other === undefined
    ? ''
    : `; written ${quoteApart(name, other)}, and the tenant has ${quoteApart(other, name)}`;
}
