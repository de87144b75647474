import type { Kind } from '../model/address.js';
import type { Change, FieldChange } from '../model/change.js';
import type { JsonObject } from '../model/json.js';
import type { KindDriver } from '../model/kind-driver.js';
import type { DesiredResource, LiveResource } from '../model/resource.js';
import type { FieldRule, FieldRules } from './field-rule.js';
import type { JourneyCodec } from './journey/journey-codec.js';

/** What one declared resource would change, and what stands against it. */
export interface ComparedResource {
  /** The managed part of the live object, wire form. Empty when there is none. */
  before: JsonObject;
  /** The managed part as it will be, wire form. */
  after: JsonObject;
  fields: FieldChange[];
  /** Journeys: the whole routing with typed elements, as `Change.routing` holds it. */
  routing?: Change['routing'];
  /** Journey element types used without a confirmed wire form. */
  unconfirmed: string[];
  /** Pointers of fields that the change removes but the dialect cannot. */
  unremovable: string[];
}

/** The two sides of a comparison as the planner pairs them, in the form that people read. */
export interface PairedSides {
  /** Only what is declared and managed, element for element as in the document. */
  declared: JsonObject;
  live: JsonObject;
  rules: FieldRules;
}

/** Everything the tool knows of one kind: the driver for apply and the rules for plan. */
export interface KindRules extends KindDriver {
  kind: Kind;
  rows: readonly FieldRule[];
  compareWithLive(desired: DesiredResource, live: LiveResource | undefined, codec: JourneyCodec): ComparedResource;
  /** What `compareWithLive` compares. */
  pairSides(desired: DesiredResource, live: LiveResource, codec: JourneyCodec): PairedSides;
  /** Pointers of what `before` holds and `after` clears, where the dialect cannot clear. */
  listUnremovable(before: JsonObject, after: JsonObject): string[];
  /** A live body as people read it (journeys: typed elements), which is the form that `compare` compares. */
  present(body: JsonObject): JsonObject;
}
