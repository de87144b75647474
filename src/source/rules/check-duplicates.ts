import type { Address } from '../../model/address.js';
import type { Problem } from '../../model/problem.js';
import type { Declaration } from '../declaration.js';
import { locatePath } from '../locate-path.js';
import { makeProblem } from '../make-problem.js';

/** One address, one document. Promo codes are compared ignoring case: addresses hold them in upper case. */
export function checkDuplicates(declarations: readonly Declaration[]): Problem[] {
  const first = new Map<Address, Declaration>();
  return declarations.flatMap((declaration) => {
    const earlier = first.get(declaration.address);
    if (!earlier) {
      first.set(declaration.address, declaration);
      return [];
    }
    const { length: _length, ...place } = locatePath(earlier.document, [earlier.identityKey]);
    const at = locatePath(declaration.document, [declaration.identityKey]);
    const related = [{ ...place, message: 'It is declared here first.' }];
    return [makeProblem('DUPLICATE_ADDRESS', at, `${declaration.address} is declared twice.`, { related })];
  });
}
