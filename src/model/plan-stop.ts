import type { WarningCode } from '../errors/codes.js';
import type { GuardCode } from '../errors/guard-codes.js';
import type { Address } from './address.js';
import type { Change, Guard, Plan } from './plan.js';
import { countThings } from './words.js';

/** Whether the given consents, by flag, hold exactly the value that the guard asks for. */
export function isLifted({ consent }: Guard, consents: ReadonlyMap<string, string>): boolean {
  return consent !== undefined && consents.get(consent.flag) === consent.value;
}

/** Why a plan cannot be carried out whole. */
export interface PlanStop {
  /** The guards that stop it, the most severe first, with what each of them stops. */
  reasons: StopReason[];
  /** Those of the codes that no consent lifts. */
  unliftable: GuardCode[];
  /** Every consent that the plan requires, `--allow-delete=2`. */
  consents: string[];
}

export interface StopReason {
  code: GuardCode;
  /** 0 for a guard that stops only publishing. */
  changes: number;
  /** Only where a guard stops single pages. */
  pages?: number;
}

/**
 * Undefined where nothing is withheld but deletions that lack their consent. The other changes do not build on those,
 * while half of any other change set may harm: a discount without the offer that it is for.
 */
export function findPlanStop(
  { changes, guards, withheld }: Pick<Plan, 'changes' | 'guards' | 'withheld'>,
  consents: ReadonlyMap<string, string>,
): PlanStop | undefined {
  const standing = guards.filter((guard) => !isLifted(guard, consents));
  const stopping = standing.filter(({ code }) => code !== 'DELETE_CONSENT' && code !== 'DELETE_UNKNOWN');
  const named = new Set(guards.flatMap(({ addresses }) => addresses));
  const others = withheld.filter(({ address }) => !named.has(address));
  const left = standing.filter((guard) => !stopping.includes(guard)).flatMap(({ addresses }) => addresses);
  // A move to another name is under the consent of deletions too, but the rest may lead to its new name.
  const waiting = [...changes.filter(({ address }) => left.includes(address)), ...listDependants(changes, left)].filter(
    ({ action }) => action !== 'delete',
  );
  const found: StopReason[] = [
    ...stopping.map(({ code, addresses, pages = [] }) => ({ code, changes: addresses.length, pages: pages.length })),
    ...others.map(({ reason }) => ({ code: reason, changes: 1 })),
    ...(waiting.length > 0 ? [{ code: 'DELETE_CONSENT' as const, changes: waiting.length }] : []),
  ];
  const reasons = new Map<GuardCode, Required<StopReason>>();
  for (const { code, changes: some, pages = 0 } of found) {
    const known = reasons.get(code);
    reasons.set(code, { code, changes: (known?.changes ?? 0) + some, pages: (known?.pages ?? 0) + pages });
  }
  if (reasons.size === 0) return undefined;
  const unliftable = [
    ...stopping.filter(({ consent }) => consent === undefined).map(({ code }) => code),
    ...others.map(({ reason }) => reason),
  ];
  return {
    reasons: Array.from(reasons.values(), ({ pages, ...reason }) => ({ ...reason, ...(pages > 0 ? { pages } : {}) })),
    unliftable: [...new Set(unliftable)],
    consents: listConsents(guards),
  };
}

/** `CREATE_BY_HAND (2 changes), ALSO_PUBLISHES (1 page), FREEZE` */
export function summariseStop({ reasons }: PlanStop): string {
  return reasons
    .map(({ code, changes, pages = 0 }) =>
      changes + pages === 0 ? code : `${code} (${describeCounts({ changes, pages })})`,
    )
    .join(', ');
}

/** `2 changes and 1 page`; without either `0 changes`. */
export function countStopped({ addresses, pages = [] }: Guard): string {
  return describeCounts({ changes: addresses.length, pages: pages.length });
}

function describeCounts({ changes, pages }: Record<'changes' | 'pages', number>): string {
  const counts = [
    ...(changes > 0 || pages === 0 ? [countThings(changes, 'change')] : []),
    ...(pages > 0 ? [countThings(pages, 'page')] : []),
  ];
  return counts.join(' and ');
}

/** `--allow-delete=2`, as a command takes it; each once. */
export function listConsents(guards: readonly Guard[] = []): string[] {
  return [...new Set(guards.flatMap(({ consent }) => (consent ? [`${consent.flag}=${consent.value}`] : [])))];
}

/** The changes that wait for one of the addresses, directly or not. */
function listDependants(changes: readonly Change[], addresses: readonly Address[]): Change[] {
  const undone = new Set(addresses);
  const found = new Set<Change>();
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const change of changes) {
      if (undone.has(change.address) || !change.dependsOn.some((other) => undone.has(other))) continue;
      undone.add(change.address);
      found.add(change);
    }
  }
  return [...found];
}

/** What a plan leaves out because the tenant did not show it: objects, and lists that say what is to be deleted. */
export interface UnreadCount {
  unread?: number;
  unreadLists?: number;
}

export function countUnread({ warnings }: Pick<Plan, 'warnings'>): UnreadCount {
  const count = (code: WarningCode): number => warnings.filter((warning) => warning.code === code).length;
  const [unread, unreadLists] = [count('OBJECT_UNREADABLE'), count('DELETIONS_UNREAD')];
  return { ...(unread > 0 ? { unread } : {}), ...(unreadLists > 0 ? { unreadLists } : {}) };
}
