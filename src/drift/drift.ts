import { matchGlob, matchGlobs } from '../glob/glob.js';
import type { FieldRules, KindRules } from '../kinds/kind-definition.js';
import type { Address, Kind } from '../model/address.js';
import {
  type AppliedState,
  type AppOwned,
  type DriftReport,
  type FieldDrift,
  isDrift,
  type ObjectDrift,
} from '../model/drift.js';
import { formatPointer, getOwn, isJsonObject, type Json, parsePointer } from '../model/json.js';
import type { DesiredResource, LiveResource } from '../model/model.js';
import { type Ownership, parseIgnoreRule } from '../model/policies.js';
import { compareBy } from '../model/words.js';
import { compareWithApplied } from '../plan/causes/causes.js';
import { findAt } from '../plan/causes/compare-three-ways.js';
import type { Comparison } from '../plan/compare.js';
import { createScopeTest } from '../plan/deletes.js';
import { coversPath, findOnceManaged, selectRules } from '../plan/managed.js';
import type { PlanContext } from '../plan/plan-context.js';

/**
 * Everything that changed since the last apply, in the tenant or in the files. `selectors` are patterns of addresses;
 * none means all. Pure. The stages:
 *
 *     plan/causes/           compares last apply, files and tenant of one object
 *     declared-bodies.ts     collects the declared objects for the snapshot
 *     state.ts               reads, updates and writes the snapshot of the last apply
 *     app-owned.ts           lists the fields that the web app owns
 */
export function findDrift(
  comparison: Comparison,
  applied: AppliedState | undefined,
  context: PlanContext,
  selectors: readonly string[] = [],
): DriftReport {
  const { desired, state } = comparison;
  const isOwned = createScopeTest(context);
  const isChosen = (address: Address): boolean => selectors.length === 0 || matchGlobs(selectors, address);
  const files = new Map(desired.map((resource) => [resource.address, resource]));
  const owned = [...state.resources.values()].filter((live) => !files.has(live.address) && isOwned(live));
  const addresses: Address[] = [...files.keys(), ...owned.map(({ address }) => address)];
  const chosen = addresses.filter(isChosen).sort();
  const objects = chosen.flatMap((address): ObjectDrift[] => {
    const live = state.resources.get(address);
    const resource = files.get(address);
    const drift = compareWithApplied({ address, files: resource, live }, applied, comparison);
    return !drift || drift.cause === 'same' ? [] : [drift];
  });
  const count = (cause: ObjectDrift['cause']): number => objects.filter((object) => object.cause === cause).length;
  const onceManaged = findOnceManaged(comparison, applied, context).filter(({ address }) => isChosen(address));
  return {
    kind: 'limio-sync/drift',
    formatVersion: 1,
    environment: context.environment,
    host: context.host,
    ...(applied ? { last: applied.last } : {}),
    objects,
    ...(onceManaged.length === 0 ? {} : { onceManaged }),
    summary: { app: count('app'), both: count('both'), unknown: count('unknown'), git: count('git') },
  };
}

/** What `drift` can write into the files, and what a person has to decide. */
export interface AppMoves {
  /** Objects with fields that can be written into the files. */
  addresses: Address[];
  /** JSON Pointers of each object's fields that must stay as declared. */
  kept: ReadonlyMap<Address, readonly string[]>;
  /** Objects whose drift remains: conflicts, and objects that were created or deleted. */
  left: Address[];
}

/**
 * Selects the fields that only the app changed. Fields that git or both sides changed stay as declared. A top-level
 * field (`isSameField`) is taken as a whole or not at all: edits of both sides in one may depend on each other. Pure.
 */
export function selectAppMoves({ objects }: DriftReport, isSameField: (a: string, b: string) => boolean): AppMoves {
  const edited = objects.filter(({ change }) => change === 'edited');
  const kept = new Map(objects.map((object) => [object.address, listKept(object)]));
  const isTakeable = ({ path }: FieldDrift, address: Address): boolean =>
    !(kept.get(address) ?? []).some((other) => isSameField(path, other));
  return {
    addresses: edited
      .filter((object) => listMoved(object).some((field) => isTakeable(field, object.address)))
      .map(({ address }) => address),
    kept,
    left: objects
      .filter(
        (object) =>
          isDrift(object) &&
          (object.change !== 'edited' ||
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

/**
 * Fields of declared objects that `ownership.app` gives to the web app, each with its value in the tenant and in the
 * files. They are never planned. Sorted by address. Pure.
 */
export function listAppOwned(
  declared: readonly DesiredResource[],
  live: ReadonlyMap<Address, LiveResource>,
  { app, git }: Ownership,
  kinds: Record<Kind, KindRules>,
): AppOwned[] {
  const owned = app.map(parseIgnoreRule);
  const claimed = git.map(parseIgnoreRule);
  return declared.toSorted(compareBy(({ address }) => address)).flatMap(({ address, kind, body }) => {
    const rules = kinds[kind].fields;
    const there = live.get(address)?.body ?? {};
    const { fields, kept } = selectRules(owned, address);
    const exceptions = [...kept, ...selectRules(claimed, address).fields];
    const pointers = fields
      .flatMap((field) =>
        field.length > 0 ? [...findPointers(there, field, rules), ...findPointers(body, field, rules)] : [''],
      )
      .filter((pointer) => !exceptions.some((field) => coversPath(field, parsePointer(pointer))));
    return [...new Set(pointers)].map((path): AppOwned => {
      if (path === '') return { address, path };
      const [liveValue, files] = [there, body].map((side) => findAt(side, parsePointer(path), rules));
      return {
        address,
        path,
        ...(liveValue === undefined ? {} : { live: liveValue }),
        ...(files === undefined ? {} : { files }),
      };
    });
  });
}

/** JSON Pointers to the fields that a pattern matches, with keys for elements of keyed lists. */
function findPointers(body: Json, field: readonly string[], rules: FieldRules): string[] {
  const walk = (value: Json, [first, ...rest]: readonly string[], path: readonly string[]): string[] => {
    if (first === undefined) return [formatPointer(path)];
    return nameChildren(value, path, rules)
      .filter(([name]) => matchGlob(first, name))
      .flatMap(([name, child]) => walk(child, rest, [...path, name]));
  };
  return walk(body, field, []);
}

function nameChildren(value: Json, path: readonly string[], rules: FieldRules): [name: string, child: Json][] {
  if (isJsonObject(value)) return Object.entries(value);
  if (!Array.isArray(value)) return [];
  const list = rules.find(path)?.list;
  return value.map((element, i) => {
    const name = typeof list === 'object' && isJsonObject(element) ? getOwn(element, list.key) : undefined;
    return [typeof name === 'string' ? name : String(i), element];
  });
}
