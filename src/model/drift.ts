import type { Address, Kind } from './address.js';
import type { Json, JsonObject } from './json.js';
import type { OutcomeStatus } from './outcome.js';
import type { Show } from './plan.js';

/**
 * Which side moved since the last apply. `app`: the tenant. `git`: the files, and nobody applied
 * them. `both`: each to another value. `same`: both to one value. `unknown`: there is no snapshot.
 */
export type Cause = 'app' | 'git' | 'both' | 'same' | 'unknown';

/** One field of which the three values are not alike. */
export interface FieldDrift {
  /** A JSON Pointer as in `FieldChange`: elements of keyed lists by their keys. */
  path: string;
  cause: Cause;
  /** At the last apply. Absent: it was not there, or is not known. */
  base?: Json;
  /** As the files want it. Absent: they clear it. */
  files?: Json;
  /** As the tenant has it now. Absent: it is not there. */
  live?: Json;
  show: Show;
}

/**
 * What became of an object. `edited`: all three know it, see `fields`. `created`: in the tenant,
 * within the scope of the files and not declared. `deleted`: from the tenant. `declared`: by the
 * files, since the last apply. `undeclared`: by the files no longer, and to be deleted.
 */
export type ObjectChange = 'edited' | 'created' | 'deleted' | 'declared' | 'undeclared';

/** One object that did not stay as it was at the last apply. */
export interface ObjectDrift {
  address: Address;
  kind: Kind;
  change: ObjectChange;
  /** Of fields the gravest: both, app, unknown, git, same. */
  cause: Cause;
  /** In the order of the files. */
  fields: FieldDrift[];
  /** What became of a change of it in the last apply, where that did not come through. */
  open?: NonNullable<AppliedObject['open']>;
  /** What the tenant says of its last edit, as it spells it. */
  tenant?: { at?: string; by?: string };
}

/** Whether an object moved in the tenant, or may have: what git alone moved is no drift. */
export function isDrift({ cause }: { cause: Cause }): boolean {
  return cause === 'app' || cause === 'both' || cause === 'unknown';
}

/** A value that the app owns by the configuration; path `` is a whole object. */
export interface AppOwned {
  address: Address;
  /** A JSON Pointer as in `FieldDrift`. */
  path: string;
  live?: Json;
  /** What the files say in vain. */
  files?: Json;
}

/** What moved since the last apply of an environment. */
export interface DriftReport {
  kind: 'limio-sync/drift';
  formatVersion: 1;
  environment: string;
  host: string;
  /** Absent: there is no snapshot, and the cause of what differs is unknown. */
  last?: LastApply;
  /** Sorted by address. Those that moved in git only are here, too. */
  objects: ObjectDrift[];
  /** On request: what the app owns of declared objects. */
  appOwned?: AppOwned[];
  /** Objects by their cause. */
  summary: Record<Exclude<Cause, 'same'>, number>;
}

export const STATE_FORMAT_VERSION = 1;

/** One object as it was proven live: the base of a three-way comparison. */
export interface AppliedObject {
  /**
   * The declared part in wire form, in whole top-level fields: attributes of a catalog item, keys of
   * other kinds. A declared field that the object lacked is null; an undeclared one is absent.
   */
  body: JsonObject;
  /** What became of a later change that did not come through; `body` is what was there before it. */
  open?: Exclude<OutcomeStatus, 'done'>;
}

/** The last apply or rollback of an environment. One that found nothing to do counts, too. */
export interface LastApply {
  command: 'apply' | 'rollback';
  /** Name of the run in `.limio/runs`; absent when nothing was to be done. */
  run?: string;
  /** ISO 8601, when it ended. */
  at: string;
  toolVersion: string;
  /** Of the plan. */
  commit?: string;
  fingerprint: string;
  filesHash: string;
  /** Every planned change was done: after an apply the tenant is as the files of `filesHash` say. */
  complete: boolean;
  /** Every page that was to be published is live. */
  verified: boolean;
}

/** What one environment is known to have held when it was last applied. Secrets are references. */
export interface AppliedState {
  kind: 'limio-sync/state';
  formatVersion: typeof STATE_FORMAT_VERSION;
  environment: string;
  /** Host of the tenant. */
  host: string;
  last: LastApply;
  /** Declared ones, and those whose deletion did not come through. */
  objects: Readonly<Record<Address, AppliedObject>>;
}
