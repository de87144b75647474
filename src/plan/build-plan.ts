import type { Kind } from '../model/address.js';
import type { Change } from '../model/change.js';
import { type Impact, type Plan, type PlanWarning, type PublishPlan, PLAN_FORMAT_VERSION } from '../model/plan.js';
import type { LiveResource } from '../model/resource.js';
import { listAddressReferences } from '../resources/list-address-references.js';
import type { LiveState } from '../resources/live-state.js';
import type { Compared } from './compare-desired.js';
import { guardPlan } from './guard-plan.js';
import { makeFingerprint } from './make-fingerprint.js';
import { findDependencies, orderChanges } from './order-changes.js';
import type { PlanContext } from './plan-context.js';

export interface PlanParts {
  compared: readonly Compared[];
  deletes: readonly Change[];
  unmanaged: readonly LiveResource[];
  publish: PublishPlan;
  warnings: readonly PlanWarning[];
  impact: Impact;
  filesHash: string;
  state: LiveState;
}

type PlanContent = Omit<Plan, 'toolVersion' | 'commit' | 'filesHash' | 'fingerprint'>;

/** Pure: puts the plan value together. Its content depends on nothing but its arguments. */
export function buildPlan(parts: PlanParts, context: PlanContext): Plan {
  const changes = [...linkChanges(parts.compared), ...parts.deletes].sort(byAddress);
  const guards = guardPlan(parts.compared, parts.deletes, parts.state);
  const reasons = new Map(guards.flatMap((guard) => guard.addresses.map((address) => [address, guard.code])));
  const withheld = changes
    .filter((change) => reasons.has(change.address))
    .map(({ address, action }) => ({ address, action, reason: reasons.get(address) ?? '' }));
  const count = (action: Change['action']): number => changes.filter((change) => change.action === action).length;
  const content: PlanContent = {
    kind: 'limio-sync/plan',
    formatVersion: PLAN_FORMAT_VERSION,
    environment: context.environment,
    host: context.host,
    protected: context.protected,
    scope: context.scope,
    changes,
    levels: orderChanges(changes),
    publish: parts.publish,
    withheld,
    unmanaged: groupNames(parts.unmanaged),
    warnings: [...parts.warnings],
    guards,
    impact: parts.impact,
    summary: {
      create: count('create'),
      update: count('update'),
      delete: count('delete'),
      unchanged: parts.compared.filter(({ change }) => !change).length,
      withheld: withheld.length,
    },
  };
  return deepFreeze({
    ...content,
    toolVersion: context.toolVersion,
    ...(context.commit === undefined ? {} : { commit: context.commit }),
    filesHash: parts.filesHash,
    fingerprint: makeFingerprint(content),
  });
}

function linkChanges(compared: readonly Compared[]): Change[] {
  const changed = new Map(compared.flatMap(({ change }) => (change ? [[change.address, change.kind] as const] : [])));
  return compared.flatMap(({ desired, change }) => {
    if (!change) return [];
    const references = listAddressReferences(desired).map(({ address }) => address);
    return [{ ...change, dependsOn: findDependencies(change.address, change.kind, references, changed) }];
  });
}

function groupNames(resources: readonly LiveResource[]): Partial<Record<Kind, string[]>> {
  const names: Partial<Record<Kind, string[]>> = {};
  for (const { kind, name } of resources) (names[kind] ??= []).push(name);
  for (const list of Object.values(names)) list.sort();
  return names;
}

function byAddress(a: Change, b: Change): number {
  return a.address < b.address ? -1 : 1;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
