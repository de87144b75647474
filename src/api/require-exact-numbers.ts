import { LimioError } from '../errors/errors.js';
import { formatPointer, isJsonObject, type Json } from '../model/json.js';
import type { ApiRequest } from './api-request.js';

/**
 * A number beyond 2^53 was rounded when the tenant's JSON was read, and one beyond 1e308 would be
 * sent as null. Objects go back whole, with what no file declares, so such a number is refused
 * before anything is sent.
 * @throws LimioError NUMBER_INEXACT.
 */
export function requireExactNumbers({ method, path, json }: Pick<ApiRequest, 'method' | 'path' | 'json'>): void {
  const found = json === undefined ? undefined : findInexact(json, []);
  if (found === undefined) return;
  const pointer = formatPointer(found);
  throw new LimioError({
    code: 'NUMBER_INEXACT',
    message: `${method} ${path} was not sent: its body holds a number beyond 2^53 (${pointer}), which could not be written back as the tenant has it.`,
    hint: 'Change the object in the web app, or let the tenant hold that number as a text.',
    details: { method, path, pointer, ambiguous: false },
  });
}

/** Where the first such number stands. */
function findInexact(value: Json, at: readonly string[]): readonly string[] | undefined {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER ? at : undefined;
  if (Array.isArray(value))
    return findFirst(
      value.map((item, i) => [String(i), item]),
      at,
    );
  return isJsonObject(value) ? findFirst(Object.entries(value), at) : undefined;
}

function findFirst(entries: readonly [string, Json][], at: readonly string[]): readonly string[] | undefined {
  for (const [key, child] of entries) {
    const found = findInexact(child, [...at, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
