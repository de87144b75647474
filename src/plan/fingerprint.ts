import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../model/json.js';
import type { Change, Guard, Plan, Withheld } from '../model/plan.js';
import type { DesiredResource } from '../model/model.js';
import { compareBy } from '../model/words.js';

type Fingerprinted = Pick<Plan, 'changes' | 'guards' | 'impact' | 'summary' | 'warnings'>;

/** Warnings that depend on the snapshot and the clone of a checkout. OVERWRITES is a warning where it stops nothing. */
const OF_CHECKOUT: ReadonlySet<string> = new Set(['OVERWRITES', 'FILES_AGE_UNKNOWN', 'SNAPSHOT_UNREADABLE']);

/**
 * SHA-256 over what a plan would do, and what it was made from. Excludes tool version, commit, positions in files, how
 * the tenant was read, what only one checkout knows (the causes of changes, the age of the files), and everything that
 * depends on the time: freezes, which apply evaluates again, and which promo codes are active. An edit in the app is in
 * it anyway, as the value before the change; so is a guard that withholds what would overwrite it.
 */
export function makeFingerprint(plan: Partial<Plan> & Fingerprinted): string {
  const {
    toolVersion: _toolVersion,
    commit: _commit,
    basis: _basis,
    onceManaged: _once,
    fingerprint: _fingerprint,
    ...content
  } = plan;
  const guards = content.guards.filter(({ code }) => code !== 'FREEZE' && code !== 'FILES_OLDER');
  const withheld = listWithheld(content.changes, guards);
  // A plan is JSON, which an interface cannot say.
  const hashed = {
    ...content,
    changes: content.changes.map(dropPlaces),
    warnings: content.warnings.filter(({ code }) => !OF_CHECKOUT.has(code)),
    guards,
    withheld,
    impact: { ...content.impact, prices: content.impact.prices.map(({ promoCodes: _active, ...move }) => move) },
    summary: { ...content.summary, withheld: withheld.length },
  } as unknown as Json;
  return hashJson(hashed);
}

/** Without what differs between checkouts. */
function dropPlaces({ source: _source, lastDeclared: _last, cause: _cause, fields, ...change }: Change): object {
  return { ...change, fields: fields.map(({ source: _place, ...field }) => field) };
}

/** The changes that guards stop, each with the most severe guard. Expects guards in order of severity. */
export function listWithheld(changes: readonly Change[], guards: readonly Guard[]): Withheld[] {
  const reasons = new Map(
    guards.toReversed().flatMap((guard) => guard.addresses.map((address) => [address, guard.code])),
  );
  return changes.flatMap(({ address, action }) => {
    const reason = reasons.get(address);
    return reason === undefined ? [] : [{ address, action, reason }];
  });
}

/** SHA-256 of what the files declare; comments, order and positions do not change it. */
export function hashDesired(desired: readonly DesiredResource[]): string {
  const declared = desired.map(({ address, body, owned, movedFrom }) => {
    return { address, body, owned: [...owned], ...(movedFrom === undefined ? {} : { movedFrom }) };
  });
  return hashJson(declared.sort(compareBy(({ address }) => address)));
}

/** SHA-256 in hex over canonical JSON. */
export function hashJson(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** Freezes a value and all that it holds. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
