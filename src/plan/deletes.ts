import { matchGlobs } from '../glob/glob.js';
import { compareBodies } from '../kinds/compare.js';
import type { KindRules } from '../kinds/kind-definition.js';
import type { LiveState } from '../kinds/read-live.js';
import { type Address, type Kind, nameKind, parseAddress } from '../model/address.js';
import { textAt } from '../model/json.js';
import type { LiveResource } from '../model/model.js';
import { toPatch } from '../model/patch.js';
import { type Change, isMove, type Move, type PlanWarning } from '../model/plan.js';
import { parseIgnoreRule } from '../model/policies.js';
import { describeLive, type ResourceDiff } from './compare.js';
import { selectRules } from './managed.js';
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
    deletes: undeclared.filter(isOwned).map((live) => toDelete(live, kinds[live.kind], context.findDeclared)),
    unmanaged: undeclared.filter((live) => !isOwned(live)),
  };
}

/**
 * A deletion and a creation that look like one object under another name, what a move cannot take along, and a
 * `moved_from` that renames nothing because both objects are in use.
 */
export function warnRenames(
  changes: readonly Change[],
  diffs: readonly ResourceDiff[],
  { resources }: LiveState,
  kinds: Record<Kind, KindRules>,
): PlanWarning[] {
  const deletions = changes.filter(({ kind, action }) => action === 'delete' && kinds[kind].parking);
  const renames = changes
    .filter(({ action }) => action === 'create')
    .flatMap((creation) => {
      const { kind } = creation;
      const old = deletions.filter((deletion) => deletion.kind === kind && isAlike(deletion, creation, kinds[kind]));
      return old.length === 1 && old[0] ? [warnRename(creation, old[0])] : [];
    });
  const replaced = changes.flatMap((change) =>
    change.kind === 'promo_code' && isMove(change) ? [warnReplaced(change)] : [],
  );
  const unused = diffs.flatMap(({ desired: { address, movedFrom }, change }) =>
    movedFrom !== undefined && resources.has(movedFrom) && !change?.movedFrom ? [warnBoth(address, movedFrom)] : [],
  );
  return [...renames, ...replaced, ...unused];
}

/** Journeys that start at one page; promo codes that give the same, whatever their number of uses. */
function isAlike({ kind, before = {} }: Change, { after = {} }: Change, rules: KindRules): boolean {
  if (kind === 'promo_code') {
    const { promoCode: _code, usage: _usage, ...content } = after;
    return rules.compare(rules.project(before, content), content).length === 0;
  }
  const start = textAt(after, 'starting_point');
  return start !== undefined && start === textAt(before, 'starting_point');
}

function warnRename({ address, kind, after = {}, source }: Change, { address: old }: Change): PlanWarning {
  const { name } = parseAddress(old);
  const line = `moved_from: ${/^[A-Za-z][\w-]*$/.test(name) ? name : JSON.stringify(name)}`;
  return {
    code: 'RENAME_LIKELY',
    address,
    message:
      (kind === 'promo_code'
        ? `${address} has the content of ${old}, which this plan deletes: `
        : `${address} starts at ${textAt(after, 'starting_point')} like ${old}, which this plan deletes: `) +
      'its fields that no file declares would be lost.',
    hint: `If it is the same ${nameKind(kind, 1)} under a new name, add to ${source?.file ?? 'its file'}: ${line}`,
  };
}

/** API reference, section 6: a code is immutable, and where redemptions are counted is unknown. */
function warnReplaced({ address, movedFrom }: Move): PlanWarning {
  const { name } = parseAddress(movedFrom.address);
  return {
    code: 'PROMO_CODE_MOVED',
    address,
    message:
      `${address} replaces ${movedFrom.address}: customers can no longer redeem ${name}. The new code has the ` +
      'usage.availableQuantity of the old one; if the tenant counts redemptions elsewhere, they start at 0 again.',
    hint: `To let customers use both codes, remove "moved_from" and keep ${name} declared.`,
  };
}

function warnBoth(address: Address, old: Address): PlanWarning {
  const message = `${address} is not moved from ${old}: both exist and are in use.`;
  const hint =
    'Remove "moved_from" from the file. Delete the old object in the web app, or by the scope of this repository.';
  return { code: 'MOVED_FROM', address, message, hint };
}

/** Whether an object that is not declared belongs to this repository. */
export function createScopeTest(
  context: Pick<PlanContext, 'scope' | 'ignore' | 'ownership'>,
): (live: LiveResource) => boolean {
  const findReason = createUnmanagedTest(context);
  return ({ kind, name, address }) => matchGlobs(context.scope[kind] ?? [], name) && findReason(address) === undefined;
}

function toDelete(live: LiveResource, rules: KindRules, findDeclared: PlanContext['findDeclared']): Change {
  const shown = rules.present(live.body);
  const until = findDeclared(live.address);
  return {
    address: live.address,
    kind: live.kind,
    action: 'delete',
    reason:
      until === undefined
        ? 'in the scope of this repository, which never declared it as far as this checkout knows'
        : 'in the scope of this repository and no longer declared',
    before: live.body,
    fields: compareBodies(shown, {}, rules.fields),
    ...(live.kind === 'journey' ? { routing: { before: shown } } : {}),
    patch: toPatch(live.body, undefined),
    live: describeLive(live, live.body),
    ...(until === undefined ? { neverDeclared: true } : { lastDeclared: until }),
    dependsOn: [],
    risk: 'high',
  };
}

/**
 * Why a whole object is not managed, even when it is declared; undefined when it is. `partly`: it is ignored or owned
 * by others, except for fields that a file may declare.
 */
export function createUnmanagedTest({
  ignore,
  ownership,
}: Pick<PlanContext, 'ignore' | 'ownership'>): (address: string) => 'ignore' | 'ownership' | 'partly' | undefined {
  const ignored = ignore.map(parseIgnoreRule);
  const others = [ownership?.app ?? [], ownership?.server ?? []].map((list) => list.map(parseIgnoreRule));
  const git = (ownership?.git ?? []).map(parseIgnoreRule);
  return (address) => {
    const left = selectRules(ignored, address);
    if (left.isWhole) return left.kept.length > 0 ? 'partly' : 'ignore';
    const given = others.map((list) => selectRules(list, address)).find(({ isWhole }) => isWhole);
    const claimed = selectRules(git, address);
    if (!given || claimed.isWhole) return undefined;
    return claimed.fields.length + given.kept.length > 0 ? 'partly' : 'ownership';
  };
}
