import { LimioError } from '../errors/errors.js';
import type { JsonObject } from '../model/json.js';

/**
 * What a tenant holds at the start. Everything in wire form and as sparse as its author likes:
 * the emulator fills in the bookkeeping (ids, versions, dates, inner copies).
 */
export interface Seed {
  /**
   * Catalog items of every type: with an outer `data`, or flat as products are exported.
   * `"neverPublished": true` on a page keeps its routes unregistered.
   */
  items?: readonly JsonObject[];
  /** `{name, data}` or full records; conditions and actions in the assumed wire form. */
  journeys?: readonly JsonObject[];
  /** The `data` of a code, or full records. */
  promoCodes?: readonly JsonObject[];
  /** Paths (published as in the working copy) or items (published as given). */
  published?: readonly (string | JsonObject)[];
  /** Registered routes, `/customers/acme/`. Absent: those of every page without `neverPublished`. */
  routes?: readonly string[];
}

/** The error of a bad seed: names the file (or `seed`) and the reason. */
export function rejectSeed(file: string, reason: string): LimioError {
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `The seed ${file} cannot be loaded: ${reason}.`,
    hint: 'Each element needs at least a path (items), a name and data (journeys) or a promoCode (promo codes).',
    details: { file, reason },
  });
}
