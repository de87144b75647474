import { KINDS, nameKind } from '../../model/address.js';
import type { Guard } from '../../model/plan.js';
import type { GuardFacts } from './guard-facts.js';

/** An incomplete list justifies neither a deletion nor "not there yet". */
export function guardIncompleteReads({ changes, state }: Pick<GuardFacts, 'changes' | 'state'>): Guard[] {
  return KINDS.flatMap((kind) => {
    const listing = state.listings[kind];
    const unproved = changes.filter(
      (change) =>
        change.kind === kind && (change.action === 'delete' || (change.action === 'create' && kind === 'promo_code')),
    );
    if (!listing || listing.complete || unproved.length === 0) return [];
    return [
      {
        code: 'INCOMPLETE_READ',
        message: `The list of ${nameKind(kind)} is not complete (${listing.note ?? 'no reason given'}), so it proves the absence of nothing: ${unproved.length} ${unproved.length === 1 ? 'change is' : 'changes are'} withheld.`,
        addresses: unproved.map((change) => change.address),
        hint: 'Run the command again.',
      },
    ];
  });
}
