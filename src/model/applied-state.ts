import type { Address } from './address.js';
import type { JsonObject } from './json.js';
import type { OutcomeStatus } from './outcome.js';

export const STATE_FORMAT_VERSION = 1;

/** One object as it was proven live: the base of a three-way comparison. */
export interface AppliedObject {
  /**
   * The declared part in wire form, in whole units: attributes of a catalog item, top-level keys of
   * other kinds. A unit that was declared and not there is null; one that was not declared is absent.
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
