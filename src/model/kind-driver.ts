import type { Kind } from './address.js';
import type { Change, FieldChange } from './change.js';
import type { JsonObject } from './json.js';
import type { LiveReader, LiveWriter } from './live-api.js';
import type { LiveResource } from './resource.js';

/** What apply needs to know of one kind. Implemented in resources/, handed in by the command. */
export interface KindDriver {
  kind: Kind;
  /** The object at head now; `id` is the live id where it is not derived from the name. */
  read(reader: LiveReader, name: string, id?: string): Promise<LiveResource | undefined>;
  /** The part of a live body that `like` (a change's before or after) speaks of. */
  project(body: JsonObject, like: JsonObject): JsonObject;
  /** Differences that count for this kind; empty means equal. `from` and `to` cover the same fields. */
  compare(from: JsonObject, to: JsonObject): FieldChange[];
  /**
   * Sends one create, update or delete. `fresh` is the object as read just before; `reread` reads it
   * once more, and throws when what it finds may not be written.
   * Absent for catalog kinds, which go out in batches through `LiveWriter.updateItems`.
   */
  write?(
    writer: LiveWriter,
    change: Change,
    fresh: LiveResource | undefined,
    reread?: () => Promise<LiveResource | undefined>,
  ): Promise<void>;
}
