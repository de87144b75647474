import { matchGlob } from '../glob/glob.js';
import type { Address } from '../model/address.js';
import {
  formatPointer,
  getOwn,
  isJsonObject,
  type Json,
  type JsonObject,
  listTexts,
  type VariableValue,
} from '../model/json.js';
import type { DesiredResource } from '../model/model.js';
import type { Change } from '../model/plan.js';
import { createTranslate, matchWords, parseIgnoreRule, type ValueMap } from '../model/policies.js';

/** The declarations with the values of one environment, by the `maps` of the configuration. Pure. */
export function translateDesired(
  desired: readonly DesiredResource[],
  maps: readonly ValueMap[],
  environment: string,
): DesiredResource[] {
  if (maps.length === 0) return [...desired];
  const translate = createTranslate(maps, environment);
  const rules = new Map(maps.map(({ field }) => [field, parseIgnoreRule(field ?? '*')]));
  return desired.map((resource) => {
    const walk = (value: Json, path: readonly string[]): Json => {
      if (Array.isArray(value)) return value.map((element, i) => walk(element, [...path, String(i)]));
      if (isJsonObject(value)) return walkObject(value, path);
      return translate(value, ({ field }) => {
        const rule = rules.get(field);
        return (
          field === undefined ||
          (rule?.field !== undefined && matchGlob(rule.address, resource.address) && matchPath(rule.field, path))
        );
      });
    };
    const walkObject = (value: JsonObject, path: readonly string[]): JsonObject =>
      // The code of a promo code is its identity and never translated.
      Object.fromEntries(
        Object.entries(value).map(([key, child]) => [
          key,
          path.length === 0 && key === 'promoCode' ? child : walk(child, [...path, key]),
        ]),
      );
    return { ...resource, body: walkObject(resource.body, []) };
  });
}

function matchPath(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length === path.length && pattern.every((glob, i) => matchGlob(glob, path[i] ?? ''));
}

/** `shop.example.com`, or any name with a port: `localhost:4010`. */
const HOST = /^(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?$|^[a-z0-9.-]+:\d+$/i;

/** Where the hosts of an environment are named. */
export interface HostsInput {
  /** Hosts of the API and of the storefront. */
  hosts: readonly string[];
  vars: Readonly<Record<string, VariableValue>>;
  desired: readonly DesiredResource[];
}

/** Hosts of the source that the target does not have, in lower case, sorted. */
export function listForeignHosts(source: HostsInput, target: HostsInput): string[] {
  const own = new Set(listHosts(target));
  return [...new Set(listHosts(source))].filter((host) => !own.has(host)).sort();
}

function listHosts({ hosts, vars, desired }: HostsInput): string[] {
  const texts = Object.values(vars).flatMap(listTexts);
  const named = texts.map((text) => text.replace(/^https?:\/\//i, '').replace(/\/.*$/, ''));
  const domains = desired.flatMap(({ kind, body }) => {
    const list = kind === 'journey' ? getOwn(body, 'domains') : undefined;
    return Array.isArray(list) ? list.filter((domain) => typeof domain === 'string') : [];
  });
  return [...hosts, ...named, ...domains].filter((text) => HOST.test(text)).map((host) => host.toLowerCase());
}

export interface ForeignHost {
  address: Address;
  /** Pointer into the wire form. */
  pointer: string;
  host: string;
}

/** Hosts of the source in values that a change would bring to the target. */
export function findForeignHosts(changes: readonly Change[], hosts: readonly string[]): ForeignHost[] {
  if (hosts.length === 0) return [];
  const pattern = matchWords(hosts, 'gi');
  return changes.flatMap(({ address, before, after }) => {
    const known = new Set(listPlacedTexts(before ?? {}, []).map(({ text }) => text));
    return listPlacedTexts(after ?? {}, [])
      .filter(({ text }) => !known.has(text))
      .flatMap(({ text, path }) =>
        [...new Set(Array.from(text.matchAll(pattern), ([host]) => host.toLowerCase()))].map((host) => ({
          address,
          pointer: formatPointer(path),
          host,
        })),
      );
  });
}

function listPlacedTexts(value: Json, path: readonly string[]): { text: string; path: readonly string[] }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  const entries = Array.isArray(value)
    ? value.map((child, i): [string, Json] => [String(i), child])
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  return entries.flatMap(([key, child]) => listPlacedTexts(child, [...path, key]));
}
