import type { Address, Kind } from '../model/address.js';
import type { Dialect } from '../model/dialect.js';
import type { AppliedState } from '../model/drift.js';
import type { FreezeWindow, Ownership, Policies } from '../model/policies.js';
import type { LivePage, PendingPublish } from '../model/run.js';

/** The commit of the files beside that of the last apply. */
export interface FilesAge {
  files: string;
  applied: string;
  /** When that was applied, ISO 8601. */
  at: string;
  /** `current`: the files contain what was applied. `diverged`: neither commit contains the other. */
  relation: 'current' | 'older' | 'diverged' | 'unknown';
  /** Why it is unknown. */
  why?: 'shallow' | 'missing';
}

/** What a plan depends on besides files and tenant. */
export interface PlanContext {
  environment: string;
  host: string;
  protected: boolean;
  scope: Partial<Record<Kind, string[]>>;
  dialect: Dialect;
  /** Whether catalog items may be created; false when absent. */
  createItems?: boolean;
  policies: Policies;
  /** Patterns of addresses that are never changed. */
  protect: readonly string[];
  /** Objects and fields that are not managed; see `parseIgnoreRule`. */
  ignore: readonly string[];
  /** Which fields belong to the app, the server or git. Absent: only the tables of the kinds decide. */
  ownership?: Ownership;
  freeze: readonly FreezeWindow[];
  /** Milliseconds since the epoch. Decides freezes and which promo codes are active; not part of the fingerprint. */
  now: number;
  /** Values that no plan may hold, by the names of their variables. */
  secrets?: ReadonlyMap<string, string>;
  /** Pages that earlier runs left unpublished, which the published copies alone do not show. */
  pendingPublishes?: readonly PendingPublish[];
  /** Pages that earlier runs proved live; asked only where the published index shows an older copy. */
  listLivePages?: () => readonly LivePage[];
  /** The snapshot of the last apply, if there is one. */
  applied?: AppliedState;
  /** Why there is a snapshot that cannot be used. */
  appliedProblem?: { message: string; hint?: string };
  /** Absent where there is nothing to compare. */
  filesAge?: FilesAge;
  /** Objects of which earlier runs do not know the outcome: a list may not show what they left. */
  unsettled?: readonly Address[];
  /**
   * Where it shows that this repository declared an object that it declares no more: `declared until the run
   * 20261122-…`. Undefined when nothing shows that it ever did. Asked only of objects that would be deleted.
   */
  findDeclared: (address: Address) => string | undefined;
  /** Whether every declared object is read at head, not only where a lagging list could hide something. */
  refresh?: boolean;
  /** The source environment, when a promotion makes the plan. */
  promotedFrom?: string;
  toolVersion: string;
  commit?: string;
}
