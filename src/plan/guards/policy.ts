import { countThings, nameFirst } from '../../model/words.js';
import { KINDS, nameKind } from '../../model/address.js';
import type { Change, Guard, Plan } from '../../model/plan.js';
import { matchGlob } from '../../text/glob.js';
import type { PlanContext } from '../plan-context.js';
import { type GuardInput } from './guard-input.js';

export interface FreezeFacts {
  changes: readonly Change[];
  publish: Plan['publish'];
  context: Pick<PlanContext, 'environment' | 'freeze' | 'now'>;
}

/** Nothing is written and nothing published in a freeze; the end of a window lies outside it. */
export function guardFreeze({ changes, publish, context: { environment, freeze, now } }: FreezeFacts): Guard[] {
  const current = freeze.filter(({ fromMs, toMs }) => fromMs <= now && now < toMs);
  if (current.length === 0 || changes.length + publish.pages.length === 0) return [];
  const windows = current.map(({ shown, reason }) => `${shown} (${reason})`).join('; ');
  return [
    {
      code: 'FREEZE',
      message: `${environment} is frozen: ${windows}. ${countThings(changes.length, 'change')} and ${countThings(publish.pages.length, 'page')} to publish wait.`,
      value: current.map(({ reason }) => reason).join('; '),
      limit: current.map(({ shown }) => shown).join('; '),
      addresses: changes.map(({ address }) => address),
      consent: { flag: '--allow-freeze', value: environment },
      hint: `Apply after the freeze, or add --allow-freeze=${environment} to apply.`,
      stopsPublish: true,
    },
  ];
}

/** What the environment's `protect` names is never changed; only an edit of the policy frees it. */
export function guardProtected({ changes, context }: Pick<GuardInput, 'changes' | 'context'>): Guard[] {
  const stopped = changes.filter(({ address }) => context.protect.some((glob) => matchGlob(glob, address)));
  if (stopped.length === 0) return [];
  const addresses = stopped.map(({ address }) => address);
  const globs = context.protect.filter((glob) => addresses.some((address) => matchGlob(glob, address)));
  return [
    {
      code: 'PROTECTED_ADDRESS',
      message: `${countThings(stopped.length, 'change')} of what ${context.environment} protects: ${nameFirst(addresses)}.`,
      value: String(stopped.length),
      limit: '0',
      addresses,
      hint: `No consent lifts this. Leave the resource as it is, or take ${globs.map((glob) => `"${glob}"`).join(', ')} out of environments.${context.environment}.protect in limio.config and have that reviewed.`,
    },
  ];
}

/** Files that declare nothing are a mistake of the run, not the wish to delete everything. */
export function guardEmptyDesired({ declaredCount, changes }: Pick<GuardInput, 'declaredCount' | 'changes'>): Guard[] {
  if (declaredCount > 0 || changes.length === 0) return [];
  return [
    {
      code: 'EMPTY_DESIRED',
      message: `The files declare nothing at all, so ${changes.length} ${changes.length === 1 ? 'resource' : 'resources'} would be deleted.`,
      value: '0 declared',
      limit: '1 declared',
      addresses: changes.map(({ address }) => address),
      hint: 'No consent lifts this. Look whether the folder of the files is the right one; to delete everything, keep one resource declared.',
    },
  ];
}

/** Most of a kind changes at once: more often a mistake in a variable or a search-and-replace than a wish. */
export function guardMassChange({
  compared,
  changes,
  context,
}: Pick<GuardInput, 'compared' | 'changes' | 'context'>): Guard[] {
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

/** Deletions have a consent of their own, equal to their number. */
export function guardDeletes({ changes }: Pick<GuardInput, 'changes'>): Guard[] {
  const deletes = changes.filter(({ action }) => action === 'delete');
  if (deletes.length === 0) return [];
  const value = String(deletes.length);
  return [
    {
      code: 'DELETE_CONSENT',
      message: `${value} ${deletes.length === 1 ? 'resource' : 'resources'} would be deleted; deletions run only with a consent to exactly that number.`,
      value,
      limit: '0',
      addresses: deletes.map((change) => change.address),
      consent: { flag: '--allow-delete', value },
      hint: `To delete, add --allow-delete=${value} to apply.`,
    },
  ];
}
