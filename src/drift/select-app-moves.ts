import type { Address } from '../model/address.js';
import { type DriftReport, type FieldDrift, type ObjectDrift, isDrift } from '../model/drift.js';

/** What the app alone moved, and what a person has to decide. */
export interface AppMoves {
  /** Objects of which fields can be taken into the files. */
  addresses: Address[];
  /** JSON Pointers of each object's fields that must stay as the files have them. */
  kept: ReadonlyMap<Address, readonly string[]>;
  /** Drift that no patch of the files settles: conflicts, objects that came or went. */
  left: Address[];
}

/**
 * Fields that only the app changed go into the files; what git changed, or both, stays. An attribute or
 * a top-level field is taken as a whole or not at all, by `isSameUnit`: inside of one, an edit of the app
 * beside an edit in git may hang together. Pure.
 */
export function selectAppMoves({ objects }: DriftReport, isSameUnit: (a: string, b: string) => boolean): AppMoves {
  const edited = objects.filter(({ happening }) => happening === 'edited');
  const kept = new Map(objects.map((object) => [object.address, listKept(object)]));
  const isTakeable = ({ path }: FieldDrift, address: Address): boolean =>
    !(kept.get(address) ?? []).some((other) => isSameUnit(path, other));
  return {
    addresses: edited
      .filter((object) => listMoved(object).some((field) => isTakeable(field, object.address)))
      .map(({ address }) => address),
    kept,
    left: objects
      .filter(
        (object) =>
          isDrift(object) &&
          (object.happening !== 'edited' ||
            object.cause === 'both' ||
            !listMoved(object).every((field) => isTakeable(field, object.address))),
      )
      .map(({ address }) => address),
  };
}

function listMoved({ fields }: ObjectDrift): FieldDrift[] {
  return fields.filter(({ cause }) => cause === 'app');
}

function listKept({ fields }: ObjectDrift): string[] {
  return fields.filter(({ cause }) => cause !== 'app' && cause !== 'same').map(({ path }) => path);
}
