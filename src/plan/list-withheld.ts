import type { Change, Guard, Withheld } from '../model/plan.js';

/** The changes that a guard stops, each with the most severe one: guards come in that order. */
export function listWithheld(changes: readonly Change[], guards: readonly Guard[]): Withheld[] {
  const reasons = new Map(
    guards.toReversed().flatMap((guard) => guard.addresses.map((address) => [address, guard.code])),
  );
  return changes.flatMap(({ address, action }) => {
    const reason = reasons.get(address);
    return reason === undefined ? [] : [{ address, action, reason }];
  });
}
