import { type Json, getOwn, isJsonObject } from './json.js';
import { parsePointer } from './pointer.js';

/**
 * The values at a JSON Pointer (RFC 6901), in which a segment `*` stands for every element of an array
 * or every value of an object. Empty when there is none.
 */
export function selectValues(value: Json, pointer: string): Json[] {
  return parsePointer(pointer).reduce<Json[]>(
    (values, segment) => values.flatMap((one) => step(one, segment)),
    [value],
  );
}

function step(value: Json, segment: string): Json[] {
  if (Array.isArray(value)) {
    if (segment === '*') return value;
    return /^(?:0|[1-9]\d*)$/.test(segment) ? value.slice(Number(segment), Number(segment) + 1) : [];
  }
  if (!isJsonObject(value)) return [];
  if (segment === '*') return Object.values(value);
  const found = getOwn(value, segment);
  return found === undefined ? [] : [found];
}
