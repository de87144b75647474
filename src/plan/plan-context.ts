import type { Kind } from '../model/address.js';
import type { Dialect } from '../model/dialect.js';
import type { FreezeWindow, Ownership, Policies } from '../model/policies.js';
import type { PendingPublish } from '../model/run.js';

/** What a plan must know besides files and tenant. */
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
  /** What is not managed, see `parseIgnoreRule`. */
  ignore: readonly string[];
  /** Who decides what; nobody but git, and the tables of the kinds, when absent. */
  ownership?: Ownership;
  freeze: readonly FreezeWindow[];
  /** Milliseconds since the epoch. Decides freezes and which promo codes are active; no part of the fingerprint. */
  now: number;
  /** Values that no plan may hold, by the names of their variables. */
  secrets?: ReadonlyMap<string, string>;
  /** Pages that earlier runs left older than they should be, beyond what the published index can tell. */
  pendingPublishes?: readonly PendingPublish[];
  /** The environment from which a promotion makes the plan. */
  promotedFrom?: string;
  toolVersion: string;
  commit?: string;
}
