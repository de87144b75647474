import { type Json, isJsonObject } from '../model/json.js';

/** A copy in which every text is redacted: servers repeat in their answers what they were sent. */
export function redactJson(json: Json, redact: (text: string) => string): Json {
  if (typeof json === 'string') return redact(json);
  if (Array.isArray(json)) return json.map((item) => redactJson(item, redact));
  if (!isJsonObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, redactJson(value, redact)]));
}
