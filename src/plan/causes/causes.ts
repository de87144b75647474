import type { LiveState } from '../../kinds/read-live.js';
import { type Address, parseAddress } from '../../model/address.js';
import type { AppliedState, ChangeCause, ObjectDrift } from '../../model/drift.js';
import { defined, getOwn, type JsonObject } from '../../model/json.js';
import type { DesiredResource, LiveResource } from '../../model/model.js';
import type { Change, Guard, PlanWarning } from '../../model/plan.js';
import { countThings, nameFirst } from '../../model/words.js';
import type { Comparison, ResourceDiff } from '../compare.js';
import { offerConsent } from '../guards/guard-input.js';
import type { PlanContext } from '../plan-context.js';
import { compareThreeWays } from './compare-three-ways.js';

/*
 * Which side changed an object since the last apply, for `plan` and `drift` alike:
 *
 *     compare-three-ways.ts  compares last apply, files and tenant of one object
 *     classify-fields.ts     finds which side changed each field
 *     this file              marks the changes of a plan, and stops those that overwrite edits of the app
 */

/** One object in the files and in the tenant; at least one of them has it. Both are within the scope. */
export interface TwoSides {
  /** Its name at the last apply. */
  address: Address;
  files: DesiredResource | undefined;
  live: LiveResource | undefined;
}

/** What became of one object since the last apply. Undefined when nothing relevant changed. Pure. */
export function compareWithApplied(
  { address, files, live }: TwoSides,
  applied: AppliedState | undefined,
  { kinds, codec }: Pick<Comparison, 'kinds' | 'codec'>,
): ObjectDrift | undefined {
  const { kind } = files ?? live ?? parseAddress(address);
  const base = applied ? (applied.objects[address] ?? findUnrecorded(applied, address)) : 'unknown';
  const drift = compareThreeWays({ base, files, live, isOwned: true }, { rules: kinds[kind], codec });
  const open = typeof base === 'object' ? base.open : undefined;
  return drift && { ...drift, ...defined({ open, tenant: live && readTenantNote(live) }) };
}

/** Undefined for an object that did not exist. */
function findUnrecorded({ differed = [] }: AppliedState, address: Address): 'unknown' | undefined {
  return differed.includes(address) ? 'unknown' : undefined;
}

/** Catalog items have `modified` and `user`, others `updated` (API reference, sections 2, 3 and 6). */
function readTenantNote({ record }: LiveResource): ObjectDrift['tenant'] {
  const at = findText(record, 'modified') ?? findText(record, 'updated');
  const by = findText(record, 'user');
  return at === undefined && by === undefined ? undefined : defined({ at, by });
}

function findText(record: JsonObject, key: string): string | undefined {
  const value = getOwn(record, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export interface MarkInput extends Pick<Comparison, 'kinds' | 'codec'> {
  diffs: readonly ResourceDiff[];
  state: LiveState;
}

/** Adds its cause to every change whose cause is known. Pure. */
export function markCauses(
  changes: readonly Change[],
  input: MarkInput,
  applied: AppliedState | undefined,
): readonly Change[] {
  if (!applied) return changes;
  const byAddress = new Map(input.diffs.map((diff) => [diff.desired.address, diff]));
  return changes.map((change): Change => {
    const diff = byAddress.get(change.address);
    const sides: TwoSides = {
      address: change.movedFrom?.address ?? change.address,
      files: diff?.desired,
      live: diff ? diff.live : input.state.resources.get(change.address),
    };
    const cause = findCause(compareWithApplied(sides, applied, input));
    return cause ? { ...change, cause } : change;
  });
}

/** A move may change nothing but the name, which only the files do. */
function findCause(drift: ObjectDrift | undefined): ChangeCause | undefined {
  if (!drift) return { side: 'git' };
  const { change, cause, fields, open, tenant } = drift;
  if (cause === 'unknown') return undefined;
  const edits = fields.filter((field) => field.cause === 'app' || field.cause === 'both');
  if (cause === 'git' || cause === 'same') return { side: 'git' };
  // limio-sync itself may have left what differs from the last verified state.
  if (open === 'failed' || open === 'unverified') return undefined;
  const isBoth = cause === 'both' || fields.some((field) => field.cause === 'git');
  return {
    side: isBoth ? 'both' : 'app',
    ...(change === 'created' || change === 'deleted' ? {} : { overwrites: edits.map(({ path }) => path) }),
    ...defined({ tenant }),
  };
}

/** A deletion of what these files never declared is under a guard of its own. */
function listOverwrites(changes: readonly Change[]): Address[] {
  return changes
    .filter(({ cause, neverDeclared }) => (cause?.side === 'app' || cause?.side === 'both') && !neverDeclared)
    .map(({ address }) => address);
}

type OverwriteInput = {
  changes: readonly Change[];
  context: Pick<PlanContext, 'environment' | 'protected' | 'promotedFrom'>;
};

/** A promotion leaves out what overwrites edits until --allow-overwrite of `promote` lets it in: asked once. */
function needsConsent({ protected: isProtected, promotedFrom }: OverwriteInput['context']): boolean {
  return isProtected && promotedFrom === undefined;
}

/** Somebody edited it in the app for a reason that the files do not know. */
export function guardOverwrites({ changes, context }: OverwriteInput): Guard[] {
  const addresses = listOverwrites(changes);
  if (addresses.length === 0 || !needsConsent(context)) return [];
  return [
    {
      code: 'OVERWRITES',
      message: describeOverwrites(addresses),
      value: String(addresses.length),
      limit: '0',
      addresses,
      ...offerConsent('--allow-overwrite', addresses.length, `${hintKeep(context)} To overwrite them`),
    },
  ];
}

export function warnOverwrites({ changes, context }: OverwriteInput): PlanWarning[] {
  const addresses = listOverwrites(changes);
  if (addresses.length === 0 || needsConsent(context)) return [];
  return [{ code: 'OVERWRITES', message: describeOverwrites(addresses), hint: hintKeep(context) }];
}

/** Without editor and time, which an edit of another field moves: consent is to the plan that was seen. */
function describeOverwrites(addresses: readonly Address[]): string {
  return (
    'The plan overwrites edits that were made in the app since the last apply, ' +
    `in ${countThings(addresses.length, 'object')}: ${nameFirst(addresses)}.`
  );
}

function hintKeep({ environment }: Pick<PlanContext, 'environment'>): string {
  return `To keep them, run: limio-sync drift --pull --env ${environment}.`;
}
