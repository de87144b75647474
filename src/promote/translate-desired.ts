import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { createTranslate, parseIgnoreRule, type ValueMap } from '../model/policies.js';
import type { DesiredResource } from '../model/resource.js';
import { matchGlob } from '../model/text.js';

/** What the files declare, in the words of one environment. Pure. */
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
      // The code of a promo code is its identity.
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
