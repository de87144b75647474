import { formatPointer, getOwn, type Json, type JsonObject } from '../model/json.js';
import type { Change, FieldChange } from '../model/plan.js';

/**
 * Top-level fields that a change does not speak of, which the object had just before its write and
 * has no more. A write that replaces an object whole carries them, and a tenant may drop them all the
 * same. Another value is no loss: a colleague may have set it since.
 */
export function listLostFields({ before = {}, after = {} }: Change, was: JsonObject, is: JsonObject): FieldChange[] {
  return Object.entries(was).flatMap(([key, value]): FieldChange[] => {
    if (Object.hasOwn(before, key) || Object.hasOwn(after, key)) return [];
    return isNothing(value) || !isNothing(getOwn(is, key))
      ? []
      : [{ path: formatPointer([key]), before: value, show: 'value' }];
  });
}

function isNothing(value: Json | undefined): boolean {
  return value === undefined || value === null;
}
