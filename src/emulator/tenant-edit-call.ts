import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';

/** A colleague's edit as JSON: of `POST /__emulator/edit` and of the fault `edit`. Null removes a key. */
export type TenantEditCall =
  | { path: string; attributes: JsonObject }
  | { journey: string; data: JsonObject }
  | { promoCode: string; data: JsonObject }
  | { path: string; deleted: true }
  | { journey: string; deleted: true }
  | { promoCode: string; deleted: true }
  | { route: string };

const FORMS =
  'Send {path, attributes}, {journey, data}, {promoCode, data} or {route}; "deleted": true in the place of attributes or data deletes';

/** Narrows a value to an edit, or says in one sentence why it is none. */
export function parseTenantEditCall(value: Json): TenantEditCall | { problem: string } {
  if (!isJsonObject(value)) return { problem: FORMS };
  const subjects = ['path', 'journey', 'promoCode', 'route'].filter((key) => Object.hasOwn(value, key));
  const [subject] = subjects;
  const name = subject === undefined ? undefined : getOwn(value, subject);
  if (subject === undefined || subjects.length > 1 || typeof name !== 'string' || name === '')
    return { problem: FORMS };
  const part = subject === 'path' ? 'attributes' : 'data';
  const allowed = subject === 'route' ? ['route'] : [subject, part, 'deleted'];
  const unknown = Object.keys(value).find((key) => !allowed.includes(key));
  if (unknown !== undefined)
    return { problem: `${JSON.stringify(unknown)} does not belong to an edit of a ${subject}` };
  if (subject !== 'route') {
    if (Object.hasOwn(value, 'deleted')) {
      if (value['deleted'] !== true || Object.hasOwn(value, part))
        return { problem: `deleted must be true, and stand without ${part}` };
    } else if (!isJsonObject(getOwn(value, part))) return { problem: `${part} must be an object` };
  }
  // Subject, part and keys were checked just now.
  return value as TenantEditCall;
}
