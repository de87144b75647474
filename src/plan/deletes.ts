import { matchGlob } from '../glob/glob.js';
import { compareBodies } from '../kinds/compare.js';
import type { KindRules } from '../kinds/kind-definition.js';
import type { LiveState } from '../kinds/read-live.js';
import type { Kind } from '../model/address.js';
import type { LiveResource } from '../model/model.js';
import type { Change } from '../model/plan.js';
import { parseIgnoreRule } from '../model/policies.js';
import { describeLive, type ResourceDiff, toPatch } from './compare.js';
import { isIgnored } from './managed.js';
import type { PlanContext } from './plan-context.js';

/**
 * Objects in the scope of the environment that are not ignored and no longer declared. Every other undeclared object
 * is unmanaged and never touched.
 */
export function planDeletes(
  diffs: readonly ResourceDiff[],
  state: LiveState,
  context: PlanContext,
  kinds: Record<Kind, KindRules>,
): { deletes: Change[]; unmanaged: LiveResource[] } {
  const declared = new Set(
    diffs.flatMap(({ desired, change }) => [desired.address, ...(change?.movedFrom ? [change.movedFrom.address] : [])]),
  );
  const undeclared = [...state.resources.values()].filter(
    ({ address }) => !declared.has(address) && !state.unreadable.has(address),
  );
  const isOwned = createScopeTest(context);
  return {
    deletes: undeclared.filter(isOwned).map((live) => toDelete(live, kinds[live.kind])),
    unmanaged: undeclared.filter((live) => !isOwned(live)),
  };
}

/** Whether an object that is not declared belongs to this repository. */
export function createScopeTest(
  context: Pick<PlanContext, 'scope' | 'ignore' | 'ownership'>,
): (live: LiveResource) => boolean {
  const findReason = createUnmanagedTest(context);
  return ({ kind, name, address }) =>
    (context.scope[kind] ?? []).some((glob) => matchGlob(glob, name)) && findReason(address) === undefined;
}

function toDelete(live: LiveResource, rules: KindRules): Change {
  const shown = rules.present(live.body);
  return {
    address: live.address,
    kind: live.kind,
    action: 'delete',
    reason: 'in the scope of this repository and no longer declared',
    before: live.body,
    fields: compareBodies(shown, {}, rules.fields),
    ...(live.kind === 'journey' ? { routing: { before: shown } } : {}),
    patch: toPatch(live.body, undefined),
    live: describeLive(live, live.body),
    dependsOn: [],
    risk: 'high',
  };
}

/**
 * Why a whole object is not managed, even when it is declared; undefined when it is. `partly`: others own it, but git
 * owns a field of it, which a file may declare.
 */
export function createUnmanagedTest({
  ignore,
  ownership,
}: Pick<PlanContext, 'ignore' | 'ownership'>): (address: string) => 'ignore' | 'ownership' | 'partly' | undefined {
  const ignored = ignore.map(parseIgnoreRule);
  const others = [...(ownership?.app ?? []), ...(ownership?.server ?? [])].map(parseIgnoreRule);
  const git = (ownership?.git ?? []).map(parseIgnoreRule);
  return (address) => {
    if (isIgnored(address, ignored)) return 'ignore';
    if (!isIgnored(address, others) || isIgnored(address, git)) return undefined;
    return git.some((rule) => matchGlob(rule.address, address)) ? 'partly' : 'ownership';
  };
}
