import { type JsonObject, getOwn } from '../model/json.js';

/** Whether a journey starts at `/default`, the home page and the 404 page (API reference, section 2). */
export function isDefaultStart(body: JsonObject): boolean {
  const start = getOwn(body, 'starting_point');
  return typeof start === 'string' && /^\/?default\/?$/.test(start);
}
