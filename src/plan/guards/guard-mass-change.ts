import { KINDS, nameKind } from '../../model/address.js';
import type { Guard } from '../../model/plan.js';
import type { GuardFacts } from './guard-facts.js';

/** Most of a kind changes at once: more often a mistake in a variable or a search-and-replace than a wish. */
export function guardMassChange({
  compared,
  changes,
  context,
}: Pick<GuardFacts, 'compared' | 'changes' | 'context'>): Guard[] {
  const { percent, atLeast } = context.policies.massChange;
  const exceeding = KINDS.flatMap((kind) => {
    const touched = changes.filter((change) => change.kind === kind && change.action !== 'create');
    const unchanged = compared.filter(({ desired, change }) => desired.kind === kind && !change).length;
    const managed = touched.length + unchanged;
    const tooMany = touched.length >= atLeast && touched.length * 100 > percent * managed;
    return tooMany ? [{ kind, touched, managed }] : [];
  });
  if (exceeding.length === 0) return [];
  const addresses = exceeding.flatMap(({ touched }) => touched.map(({ address }) => address)).sort();
  const value = exceeding
    .map(
      ({ kind, touched, managed }) =>
        `${touched.length} of ${managed} ${nameKind(kind)} (${((touched.length * 100) / managed).toFixed(1)} %)`,
    )
    .join(', ');
  const limit = `${percent} % of a kind, from ${atLeast} objects`;
  const flag = `--allow-mass-change=${addresses.length}`;
  return [
    {
      code: 'MASS_CHANGE',
      message: `${value} would be updated or deleted; the limit is ${limit}.`,
      value,
      limit,
      addresses,
      consent: { flag: '--allow-mass-change', value: String(addresses.length) },
      hint: `If that is meant, add ${flag} to apply.`,
    },
  ];
}
