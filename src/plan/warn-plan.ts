import type { LiveState } from '../kinds/read-live.js';
import { type Kind, nameKind } from '../model/address.js';
import { getOwn } from '../model/json.js';
import type { PlanWarning } from '../model/plan.js';
import { findDanglingReferences } from './check-existence.js';
import type { Compared } from './compare-desired.js';
import { countThings } from './guards/count-things.js';
import type { LeftOutPart, Managed } from './ignore-fields.js';

/** What people should know before they apply, and what stops nothing. */
export function warnPlan(compared: readonly Compared[], state: LiveState, managed: Managed): PlanWarning[] {
  return [
    ...warnIncomplete(state),
    ...warnIgnored(managed),
    ...compared.flatMap((one) => [...warnSynced(one), ...warnDangling(one, state)]),
  ];
}

/** A file that has no effect must not look as if it had. */
function warnIgnored({ ignored, owned }: Managed): PlanWarning[] {
  return [
    ...warnLeftOut({ code: 'IGNORED', parts: ignored, explain: (them) => `the environment ignores ${them}` }),
    ...warnLeftOut({
      code: 'OWNED_ELSEWHERE',
      parts: owned,
      explain: (them) => `by the configuration the app or the server owns ${them}`,
    }),
  ];
}

interface LeftOut {
  code: string;
  parts: readonly LeftOutPart[];
  explain: (them: string) => string;
}

function warnLeftOut({ code, parts: left, explain }: LeftOut): PlanWarning[] {
  const count = left.length;
  if (count === 0) return [];
  const objects = left.filter(({ path }) => path.length === 0).length;
  const fields = count - objects;
  const parts = [
    ...(objects > 0 ? [countThings(objects, 'declared resource')] : []),
    ...(fields > 0 ? [countThings(fields, 'declared field')] : []),
  ];
  const [are, them] = count === 1 ? ['is', 'it'] : ['are', 'them'];
  return [{ code, message: `${parts.join(' and ')} ${are} left as the tenant has ${them}: ${explain(them)}.` }];
}

function warnIncomplete(state: LiveState): PlanWarning[] {
  return Object.entries(state.listings)
    .filter(([, listing]) => !listing.complete)
    .map(([kind, listing]) => ({
      code: 'INCOMPLETE_READ',
      message: `The list of ${nameKind(kind as Kind)} could not be read to its proven end: ${listing.note ?? 'no reason given'}. Declared ones were read one by one; the count of unmanaged ones is too low.`,
    }));
}

/** API reference, section 3: products are mostly synced from the billing system. */
function warnSynced({ desired, live, change }: Compared): PlanWarning[] {
  if (!change || !live || desired.kind !== 'product' || getOwn(live.record, 'synced') !== true) return [];
  return [
    {
      code: 'PRODUCT_SYNCED',
      address: desired.address,
      message: `${desired.address} is synced from the billing system, which may write its attributes again.`,
    },
  ];
}

/** A promo code may name a product that only the billing system knows; an item may have lost a neighbour. */
function warnDangling({ desired }: Compared, state: LiveState): PlanWarning[] {
  const missing = [...new Set(findDanglingReferences(desired, state).map(({ address }) => address))];
  if (missing.length === 0) return [];
  return [
    {
      code: 'REFERENCE_NOT_FOUND',
      address: desired.address,
      message: `${desired.address} refers to ${missing.join(', ')}, which the catalog does not hold.`,
    },
  ];
}
