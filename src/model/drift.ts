import type { Address, Kind } from './address.js';
import type { Json, JsonObject } from './json.js';
import type { OutcomeStatus } from './outcome.js';
import type { OnceManaged, Show } from './plan.js';
import type { PendingPublish } from './run.js';

/**
 * Which side moved since the last apply. `app`: the tenant. `git`: the files, and nobody applied
 * them. `both`: each to another value. `same`: both to one value. `unknown`: there is no snapshot.
 */
export type Cause = 'app' | 'git' | 'both' | 'same' | 'unknown';

/** One field whose three values differ. */
export interface FieldDrift {
  /** A JSON Pointer as in `FieldChange`: elements of keyed lists by their keys. */
  path: string;
  cause: Cause;
  /** At the last apply. Absent: the field did not exist, or is unknown. */
  base?: Json;
  /** In the files. Absent: they clear it. */
  files?: Json;
  /** In the tenant now. Absent: the field does not exist. */
  live?: Json;
  show: Show;
}

/**
 * What became of an object. `edited`: all three know it, see `fields`. `created`: in the tenant,
 * within the scope of the files and not declared. `deleted`: from the tenant. `declared`: by the
 * files, since the last apply. `undeclared`: by the files no longer, and to be deleted.
 */
export type ObjectChange = 'edited' | 'created' | 'deleted' | 'declared' | 'undeclared';

/** One object that changed since the last apply, in the tenant or in the files. */
export interface ObjectDrift {
  address: Address;
  kind: Kind;
  change: ObjectChange;
  /** The most severe cause of its fields: both, app, unknown, git, same. */
  cause: Cause;
  /** In the order of the files. */
  fields: FieldDrift[];
  /** The outcome of its change in the last apply, when that was not done. */
  open?: NonNullable<AppliedObject['open']>;
  /** The last edit, as the tenant reports it. */
  tenant?: { at?: string; by?: string };
}

/** Which side made a change of a plan necessary. */
export interface ChangeCause {
  /** `app`: nobody but the app changed the object since the last apply. `git`: only the files. `both`: both. */
  side: Extract<Cause, 'app' | 'git' | 'both'>;
  /** Pointers, as in `FieldChange`, to the edits in the app that the change overwrites. Absent for a whole object. */
  overwrites?: string[];
  /** The last edit, as the tenant reports it; absent where only git changed the object. */
  tenant?: NonNullable<ObjectDrift['tenant']>;
}

/** Whether an object changed in the tenant, or may have: changes in git alone are no drift. */
export function isDrift({ cause }: { cause: Cause }): boolean {
  return cause === 'app' || cause === 'both' || cause === 'unknown';
}

/** A value that belongs to the web app by the configuration. An empty path is the whole object. */
export interface AppOwned {
  address: Address;
  /** A JSON Pointer as in `FieldDrift`. */
  path: string;
  live?: Json;
  /** The value in the files, which has no effect. */
  files?: Json;
}

/** A page that shows visitors an older state than a run left: no run reported it live since. */
export interface PendingPage {
  path: string;
  /** Empty where the pages of the tenant could not all be listed. */
  routes: string[];
  /** The changed items that it shows. */
  items: Address[];
  /** The first run that left it so. */
  run: string;
}

/** What changed since the last apply of an environment. */
export interface DriftReport {
  kind: 'limio-sync/drift';
  formatVersion: 1;
  environment: string;
  host: string;
  /** Absent: there is no snapshot, so causes are unknown. */
  last?: LastApply;
  /** Sorted by address, changes in git alone included. */
  objects: ObjectDrift[];
  /** Pages waiting to be published, sorted by path. They are drift. */
  pending?: PendingPage[];
  /** Fields that the files set once and no longer declare, still live. They are no drift. */
  onceManaged?: OnceManaged[];
  /** On request: values of declared objects that belong to the web app. */
  appOwned?: AppOwned[];
  /** Objects by their cause. */
  summary: Record<Exclude<Cause, 'same'>, number>;
}

export const STATE_FORMAT_VERSION = 1;

/** One object as it was verified live: the base of a three-way comparison. */
export interface AppliedObject {
  /**
   * The declared part in wire form, in whole top-level fields: attributes of a catalog item, keys of
   * other kinds. A declared field that the object lacked is null; an undeclared one is absent.
   */
  body: JsonObject;
  /** Pointers to the parts of `body` that no file declared: live values that were kept beside declared ones. */
  unmanaged?: string[];
  /** By pointer, what earlier applies left of fields that the files no longer declare and that were still live. */
  released?: JsonObject;
  /** The outcome of a later change that was not done; `body` is the state before it. */
  open?: Exclude<OutcomeStatus, 'done'>;
}

/** The last apply or rollback of an environment, even one with nothing to do; or what `drift --baseline` recorded. */
export interface LastApply {
  command: 'apply' | 'rollback' | 'restore' | 'baseline';
  /** Name of the run in `.limio/runs`; absent when there was nothing to do. */
  run?: string;
  /** ISO 8601, when it ended. */
  at: string;
  toolVersion: string;
  /** Of the plan. */
  commit?: string;
  /** Of the plan; absent for a baseline. */
  fingerprint?: string;
  filesHash: string;
  /** Every planned change was done: the tenant equals the files of `filesHash`. */
  complete: boolean;
  /** Every page of the plan is live, and none is pending from an earlier run. */
  verified: boolean;
}

/** The content of one environment after its last apply. Secrets are references. */
export interface AppliedState {
  kind: 'limio-sync/state';
  formatVersion: typeof STATE_FORMAT_VERSION;
  environment: string;
  /** Host of the tenant. */
  host: string;
  last: LastApply;
  /** Pages that runs changed and none reported live; absent when there is none. */
  pending?: PendingPublish[];
  /** Objects that a baseline did not record, because they differed: which side changed them is unknown. */
  differed?: Address[];
  /** Declared objects, and those whose deletion was not done. */
  objects: Readonly<Record<Address, AppliedObject>>;
}
