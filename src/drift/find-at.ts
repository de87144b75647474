import type { FieldRules, ListRule } from '../kinds/kind-definition.js';
import { getOwn, isJsonObject, type Json } from '../model/json.js';

/** The value at a path of a body; elements of keyed lists are named by their keys, others by their index. */
export function findAt(body: Json, path: readonly string[], rules: FieldRules): Json | undefined {
  let value: Json | undefined = body;
  path.forEach((segment, depth) => {
    if (isJsonObject(value)) value = getOwn(value, segment);
    else if (Array.isArray(value)) value = findElement(value, segment, rules.find(path.slice(0, depth))?.list);
    else value = undefined;
  });
  return value;
}

function findElement(list: readonly Json[], name: string, rule: ListRule | undefined): Json | undefined {
  const key = typeof rule === 'object' ? rule.key : undefined;
  const named =
    key === undefined ? undefined : list.find((element) => isJsonObject(element) && getOwn(element, key) === name);
  return named ?? (/^\d+$/.test(name) ? list[Number(name)] : undefined);
}
