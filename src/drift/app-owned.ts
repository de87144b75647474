import type { FieldRules, KindRules } from '../kinds/kind-definition.js';
import type { Address, Kind } from '../model/address.js';
import type { AppOwned } from '../model/drift.js';
import { formatPointer, getOwn, isJsonObject, type Json, parsePointer } from '../model/json.js';
import { type Ownership, parseIgnoreRule } from '../model/policies.js';
import type { DesiredResource, LiveResource } from '../model/model.js';
import { compareBy } from '../model/words.js';
import { coversPath } from '../plan/managed.js';
import { matchGlob } from '../glob/glob.js';
import { findAt } from './compare-three-ways.js';

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
    const exceptions = claimed.filter((rule) => matchGlob(rule.address, address));
    const pointers = owned
      .filter((rule) => matchGlob(rule.address, address))
      .flatMap(({ field }) =>
        field ? [...findPointers(there, field, rules), ...findPointers(body, field, rules)] : [''],
      )
      .filter((pointer) => !exceptions.some(({ field }) => !field || coversPath(field, parsePointer(pointer))));
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
