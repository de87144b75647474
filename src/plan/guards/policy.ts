import { isNegation, matchGlob, matchGlobs } from '../../glob/glob.js';
import { KINDS, nameKind } from '../../model/address.js';
import { type Change, type ConsentFlag, type Guard, isMove, type PublishPlan } from '../../model/plan.js';
import { countThings, nameFirst } from '../../model/words.js';
import type { PlanContext } from '../plan-context.js';
import { type GuardInput, offerConsent } from './guard-input.js';

export interface FreezeInput {
  changes: readonly Change[];
  publish: PublishPlan;
  context: Pick<PlanContext, 'environment' | 'freeze' | 'now'>;
}

/** Nothing is written or published in a freeze. Its end is exclusive. */
export function guardFreeze({ changes, publish, context: { environment, freeze, now } }: FreezeInput): Guard[] {
  const current = freeze.filter(({ fromMs, toMs }) => fromMs <= now && now < toMs);
  if (current.length === 0 || changes.length + publish.pages.length === 0) return [];
  const windows = current.map(({ shown, reason }) => `${shown} (${reason})`).join('; ');
  return [
    {
      code: 'FREEZE',
      message:
        `${environment} is frozen: ${windows}. ` +
        `Withheld: ${countThings(changes.length, 'change')}, ${countThings(publish.pages.length, 'page')} to publish.`,
      value: current.map(({ reason }) => reason).join('; '),
      limit: current.map(({ shown }) => shown).join('; '),
      addresses: changes.map(({ address }) => address),
      ...offerConsent('--allow-freeze', environment, 'Wait until the freeze ends. In an emergency'),
      stopsPublish: true,
    },
  ];
}

/** Files that declare nothing are a mistake of the run, not a request to delete everything. */
export function guardEmptyDesired({ declaredCount, changes }: Pick<GuardInput, 'declaredCount' | 'changes'>): Guard[] {
  if (declaredCount > 0 || changes.length === 0) return [];
  return [
    {
      code: 'EMPTY_DESIRED',
      message:
        `The files declare no resources, so ${countThings(changes.length, 'resource')} would be deleted. ` +
        'limio-sync refuses to treat that as "delete everything".',
      value: '0 declared',
      limit: '1 declared',
      addresses: changes.map(({ address }) => address),
      hint:
        'No flag overrides this. Check that you are in the right folder. ' +
        'To delete everything, keep one resource declared.',
    },
  ];
}

/** Only an edit of the environment's `protect` frees what it names. */
export function guardProtected({ changes, context }: Pick<GuardInput, 'changes' | 'context'>): Guard[] {
  const { environment, protect } = context;
  const stopped = changes.filter((change) => isNamed(change, (address) => matchGlobs(protect, address)));
  if (stopped.length === 0) return [];
  const addresses = stopped.map(({ address }) => address);
  const globs = protect.filter(
    (glob) => !isNegation(glob) && stopped.some((change) => isNamed(change, (address) => matchGlob(glob, address))),
  );
  return [
    {
      code: 'PROTECTED_ADDRESS',
      message:
        `${countThings(stopped.length, 'change')} to ${stopped.length === 1 ? 'an object' : 'objects'} ` +
        `that ${environment} protects: ${nameFirst(addresses)}.`,
      value: String(stopped.length),
      limit: '0',
      addresses,
      hint:
        'No flag overrides this. Undo the change in the files, or remove ' +
        `${globs.map((glob) => `"${glob}"`).join(', ')} from environments.${environment}.protect in limio.config ` +
        'and have that reviewed.',
    },
  ];
}

/** By its own name, or by its former one. */
function isNamed({ address, movedFrom }: Change, matches: (address: string) => boolean): boolean {
  return matches(address) || (movedFrom !== undefined && matches(movedFrom.address));
}

/**
 * When most of a kind changes at once, the cause is more often a variable or a search-and-replace than intent. Where
 * the updates alone are within the limit, only the deletions are withheld, since the updates also run without them.
 */
export function guardMassChange({
  changes,
  unchanged,
  context,
}: Pick<GuardInput, 'changes' | 'unchanged' | 'context'>): Guard[] {
  const { percent, atLeast } = context.policies.massChange;
  const exceeding = KINDS.flatMap((kind) => {
    const touched = changes.filter((change) => change.kind === kind && change.action !== 'create');
    const managed = touched.length + (unchanged[kind] ?? 0);
    const isTooMany = (count: number): boolean => count >= atLeast && count * 100 > percent * managed;
    if (!isTooMany(touched.length)) return [];
    const deletions = touched.filter(({ action }) => action === 'delete');
    const stopped = isTooMany(touched.length - deletions.length) ? touched : deletions;
    return [{ kind, touched, managed, stopped }];
  });
  if (exceeding.length === 0) return [];
  const addresses = exceeding.flatMap(({ stopped }) => stopped.map(({ address }) => address)).sort();
  const value = exceeding
    .map(({ kind, touched: { length }, managed }) => {
      return `${length} of ${managed} ${nameKind(kind)} (${((length * 100) / managed).toFixed(1)} %)`;
    })
    .join(', ');
  const limit = `${percent} % of a kind, from ${atLeast} objects`;
  return [
    {
      code: 'MASS_CHANGE',
      message: `${value} would be updated or deleted; the limit is ${limit}.`,
      value,
      limit,
      addresses,
      ...offerConsent('--allow-mass-change', addresses.length),
    },
  ];
}

/**
 * A publish takes everything on a page at its working copy, and people keep edits unpublished on purpose (API
 * reference, section 7). The consent counts items, not pages.
 */
export function guardAlsoPublishes({
  changes,
  publish,
  context,
}: Pick<GuardInput, 'changes' | 'publish'> & { context: Pick<PlanContext, 'policies'> }): Guard[] {
  const pages = publish.pages.filter(({ alsoPublishes }) => alsoPublishes !== undefined);
  if (pages.length === 0 || context.policies.alsoPublish === 'report') return [];
  const items = [...new Set(pages.flatMap(({ alsoPublishes = [] }) => alsoPublishes.map(({ address }) => address)))];
  const shown = new Set(pages.flatMap((page) => page.items));
  const changed = changes.filter(({ address }) => shown.has(address)).map(({ address }) => address);
  const flag: ConsentFlag = '--allow-also-publish';
  const value = String(items.length);
  return [
    {
      code: 'ALSO_PUBLISHES',
      message:
        `Publishing ${nameFirst(pages.map(({ path }) => path))} also makes unpublished edits of ` +
        `${countThings(items.length, 'item')} live: ${nameFirst(items.sort())}.` +
        (changed.length === 0
          ? ''
          : ` With --allow-partial, ${countThings(changed.length, 'change')} would be written and not live there: ` +
            `${nameFirst(changed)}.`),
      value,
      limit: '0',
      addresses: [],
      consent: { flag, value },
      hint: `Publish or undo these edits in Limio first. If they may go live, add ${flag}=${value}.`,
      pages: pages.map(({ path }) => path),
    },
  ];
}

/** What another repository or a person made is not ours to delete only because no file here declares it. */
export function guardUnknownDeletes({ changes }: Pick<GuardInput, 'changes'>): Guard[] {
  const addresses = changes.filter(({ neverDeclared }) => neverDeclared).map(({ address }) => address);
  if (addresses.length === 0) return [];
  const what = addresses.length === 1 ? 'an object' : countThings(addresses.length, 'object');
  return [
    {
      code: 'DELETE_UNKNOWN',
      message:
        `The plan deletes ${what} that this repository never declared, as far as this checkout knows: ` +
        `${nameFirst(addresses)}.`,
      value: String(addresses.length),
      limit: '0',
      addresses,
      ...offerConsent(
        '--allow-delete-unknown',
        addresses.length,
        'Another repository or a person may own them: narrow "scope", or declare them. If they are yours to delete',
      ),
    },
  ];
}

/** Deletions have a consent of their own, equal to their number. A move deletes the object of the old name. */
export function guardDeletes({ changes }: Pick<GuardInput, 'changes'>): Guard[] {
  const moves = changes.filter(isMove);
  const deletions = changes.filter(({ action, neverDeclared }) => action === 'delete' && !neverDeclared);
  const removals = changes.filter((change) => deletions.includes(change) || isMove(change));
  if (removals.length === 0) return [];
  const counted = [
    ...(deletions.length > 0 ? [countThings(deletions.length, 'deletion')] : []),
    ...(moves.length > 0 ? [countThings(moves.length, 'move to another name', 'moves to another name')] : []),
  ].join(' and ');
  return [
    {
      code: 'DELETE_CONSENT',
      message: `${counted} ${removals.length === 1 ? 'needs' : 'need'} approval.`,
      value: String(removals.length),
      limit: '0',
      addresses: removals.map(({ address }) => address),
      ...offerConsent('--allow-delete', removals.length),
    },
  ];
}
