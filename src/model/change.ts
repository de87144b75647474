import type { Address, Kind } from './address.js';
import type { Json, JsonObject } from './json.js';
import type { Position } from './problem.js';

export type Action = 'create' | 'update' | 'delete';

/**
 * How a field is best shown to people. `order`: the keys of a list whose elements moved.
 * `routing`: branches of a journey, or one branch, condition or action.
 */
export type Show = 'value' | 'text' | 'html' | 'set' | 'order' | 'routing';

/** One difference between two bodies. */
export interface FieldChange {
  /**
   * A JSON Pointer into the body. An element of a keyed array is named by its key
   * (`/attributes/price__limio/charge_1/value`), of any other array by its index.
   */
  path: string;
  /** Absent when the field is added. */
  before?: Json;
  /** Absent when the field is removed. */
  after?: Json;
  show: Show;
}

export interface PatchOperation {
  op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  path: string;
  from?: string;
  value?: Json;
}

export interface Change {
  address: Address;
  kind: Kind;
  action: Action;
  /** Why the change is in the plan, as one clause: `price differs`, `not in the tenant`. */
  reason: string;
  /** The managed part of the live object in wire form; absent on create. */
  before?: JsonObject;
  /** The managed part as it will be, in wire form; absent on delete. */
  after?: JsonObject;
  fields: FieldChange[];
  /**
   * A journey's whole routing, the parts that are not managed too, with typed elements: for pictures.
   * `loops`: pointers into `after`, to the destinations that close a circle of journeys.
   */
  routing?: { before?: JsonObject; after?: JsonObject; loops?: string[] };
  /** RFC 6902: turns `before` into `after` (null and a missing body count as `{}`). */
  patch: PatchOperation[];
  /** What the change was computed from; absent on create. */
  live?: { id?: string; version?: string; hash: string };
  /** Addresses of other changes of this plan that must be done first. */
  dependsOn: Address[];
  source?: Position;
  risk: 'low' | 'high';
}
