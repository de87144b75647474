import { createJourneyCodec, type JourneyCodec } from '../kinds/journey/codec.js';
import type { KindRules } from '../kinds/kind-definition.js';
import { createKindRules } from '../kinds/kinds.js';
import { type LiveState, readLive } from '../kinds/read-live.js';
import { hideInKinds } from '../kinds/secrets/hide-in-kinds.js';
import { hideSecrets } from '../kinds/secrets/secrets.js';
import type { Kind } from '../model/address.js';
import type { LiveReader } from '../model/live-api.js';
import type { DesiredResource } from '../model/resource.js';
import { type Compared, compareDesired } from './compare-desired.js';
import { ignoreFields, type Managed } from './ignore-fields.js';
import type { PlanContext } from './plan-context.js';

/** What the files manage, what is live, and how the two differ: all that a plan is made from. */
export interface Comparison {
  /** Reads the tenant with references in place of secrets. */
  reader: LiveReader;
  kinds: Record<Kind, KindRules>;
  codec: JourneyCodec;
  managed: Managed;
  /** What is left of the declarations, sorted by address. */
  desired: readonly DesiredResource[];
  state: LiveState;
  /** One for each of `desired`, in its order. */
  compared: readonly Compared[];
}

/** Reads the tenant through a port that cannot write, and compares. @throws what reading throws. */
export async function compareTenant(
  tenant: LiveReader,
  declared: readonly DesiredResource[],
  context: PlanContext,
): Promise<Comparison> {
  const reader = hideSecrets(tenant, context.secrets);
  const kinds = hideInKinds(createKindRules(context.dialect), context.secrets);
  const managed = ignoreFields(declared, context.ignore, kinds, context.ownership);
  const desired = managed.desired.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  const state = await readLive(reader, { desired, scope: context.scope, kinds });
  const codec = createJourneyCodec(context.dialect.journeyCodec, state.journeyData);
  const compared = desired.map((resource) => compareDesired(resource, state, kinds[resource.kind], codec));
  return { reader, kinds, codec, managed, desired, state, compared };
}
