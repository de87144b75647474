import type { LiveState } from '../kinds/read-live.js';
import { digestUsedSecrets } from '../kinds/secrets/plan-secrets.js';
import { type Kind, KINDS } from '../model/address.js';
import {
  type Change,
  type Guard,
  type Impact,
  type Plan,
  PLAN_FORMAT_VERSION,
  type PlanWarning,
  type PublishPlan,
} from '../model/plan.js';
import type { LiveResource } from '../model/resource.js';
import type { Compared } from './compare-desired.js';
import type { PriceStep } from './compare-prices.js';
import { deepFreeze } from './deep-freeze.js';
import { guardPlan, sortGuards } from './guard-plan.js';
import { linkChanges } from './link-changes.js';
import { listByHand } from './list-by-hand.js';
import { listWithheld } from './list-withheld.js';
import { makeFingerprint } from './make-fingerprint.js';
import { orderChanges } from './order-changes.js';
import type { PlanContext } from './plan-context.js';

export interface PlanParts {
  declaredCount: number;
  compared: readonly Compared[];
  changes: readonly Change[];
  unmanaged: readonly LiveResource[];
  publish: PublishPlan;
  /** Lists that may lack a page to publish, each as one clause. */
  incompletePages?: readonly string[];
  /** Of another plan, and true of this one. */
  guards?: readonly Guard[];
  prices: readonly PriceStep[];
  warnings: readonly PlanWarning[];
  impact: Impact;
  filesHash: string;
  state: LiveState;
}

/** Pure: puts the plan value together. Its content depends on nothing but its arguments. */
export function buildPlan(parts: PlanParts, context: PlanContext): Plan {
  const changes = [...parts.changes];
  const guards = sortGuards([
    ...guardPlan({ ...parts, incompletePages: parts.incompletePages ?? [], context }),
    ...(parts.guards ?? []),
  ]);
  const withheld = listWithheld(changes, guards);
  const levels = orderChanges(changes);
  const byHand = listByHand(changes, levels, guards);
  const secrets = digestUsedSecrets(changes, context.secrets);
  const count = (action: Change['action']): number => changes.filter((change) => change.action === action).length;
  const content: Omit<Plan, 'toolVersion' | 'commit' | 'filesHash' | 'fingerprint'> = {
    kind: 'limio-sync/plan',
    formatVersion: PLAN_FORMAT_VERSION,
    environment: context.environment,
    host: context.host,
    protected: context.protected,
    ...(context.promotedFrom === undefined ? {} : { promotedFrom: context.promotedFrom }),
    scope: context.scope,
    changes,
    levels,
    publish: parts.publish,
    withheld,
    unmanaged: groupNames(parts.unmanaged),
    warnings: [...parts.warnings],
    guards,
    ...(byHand.length > 0 ? { byHand } : {}),
    impact: parts.impact,
    summary: {
      create: count('create'),
      update: count('update'),
      delete: count('delete'),
      unchanged: parts.compared.filter(({ change }) => !change).length,
      withheld: withheld.length,
    },
    ...(secrets ? { secrets } : {}),
  };
  return deepFreeze({
    ...content,
    toolVersion: context.toolVersion,
    ...(context.commit === undefined ? {} : { commit: context.commit }),
    filesHash: parts.filesHash,
    fingerprint: makeFingerprint(content),
  });
}

/** Every change, sorted by address, each with what must be done before it. */
export function listChanges(compared: readonly Compared[], deletes: readonly Change[]): Change[] {
  return [...linkChanges(compared), ...deletes].sort(byAddress);
}

/** By kind in the order of KINDS, sorted: which list was read first is no part of the plan. */
function groupNames(resources: readonly LiveResource[]): Partial<Record<Kind, string[]>> {
  return Object.fromEntries(
    KINDS.flatMap((kind) => {
      const names = resources.flatMap((resource) => (resource.kind === kind ? [resource.name] : []));
      return names.length === 0 ? [] : [[kind, names.sort()]];
    }),
  );
}

function byAddress(a: Change, b: Change): number {
  return a.address < b.address ? -1 : 1;
}
