import { type Address, isCatalogKind } from '../model/address.js';
import { type Json, type JsonObject, getOwn, isJsonObject } from '../model/json.js';
import type { Compared } from '../plan/compare-desired.js';

/** What the files want of an object, for the snapshot. */
export interface DeclaredBody {
  /** Of every declared unit, in wire form; null where it is not to be there. */
  body: JsonObject;
  /** True when the tenant held exactly that. */
  agrees: boolean;
}

/** The bodies that an apply which does everything leaves behind. Pure. */
export function listDeclaredBodies(compared: readonly Compared[]): Map<Address, DeclaredBody> {
  return new Map(
    compared.map((one) => [one.desired.address, { body: fillUnits(one), agrees: one.change === undefined }]),
  );
}

/** `after` leaves out what counts as equal and is not there, and what only a creation sets. */
function fillUnits({ desired, live, compared: { after } }: Compared): JsonObject {
  if (!isCatalogKind(desired.kind)) return fill(after, desired.body, live?.body);
  const attributes = fill(
    asObject(getOwn(after, 'attributes')),
    asObject(getOwn(desired.body, 'attributes')),
    asObject(getOwn(live?.body ?? {}, 'attributes')),
  );
  return { attributes };
}

function fill(after: JsonObject, declared: JsonObject, live: JsonObject = {}): JsonObject {
  const left = Object.keys(declared).filter((unit) => !Object.hasOwn(after, unit));
  return Object.fromEntries([
    ...Object.entries(after),
    ...left.map((unit): [string, Json] => [unit, getOwn(live, unit) ?? null]),
  ]);
}

function asObject(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
