import { type Json, isJsonObject } from '../../model/json.js';
import { NotDerivable } from './not-derivable.js';

const OWN_TO_ONE =
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$|^[0-9a-f]{16,}$|^\d{4}-\d\d-\d\d(?:T|$)|^\d{9,}$/i;

/**
 * A part of an element that holds no marker, as a template says it. Ids and times differ from
 * element to element, so a template that repeats one would be wrong.
 * @throws NotDerivable
 */
export function keepConstant(json: Json): Json {
  if (typeof json === 'string') {
    if (OWN_TO_ONE.test(json))
      throw new NotDerivable(
        `it holds what looks like an id or a time of its own, ${JSON.stringify(json.slice(0, 40))}`,
      );
    return json.includes('$') ? { $raw: json } : json;
  }
  if (typeof json === 'number' && Math.abs(json) >= 1e9)
    throw new NotDerivable(`it holds what looks like a time of its own, ${json}`);
  if (Array.isArray(json)) return json.map(keepConstant);
  if (!isJsonObject(json)) return json;
  const kept = Object.fromEntries(Object.entries(json).map(([key, part]) => [key, keepConstant(part)]));
  return Object.keys(json).some((key) => key.startsWith('$')) ? { $raw: json } : kept;
}
