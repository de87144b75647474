import { getOwn, isJsonObject, type Json } from '../model/json.js';
import type { ParsedBody } from './parse-body.js';

const MAX_LENGTH = 300;
const MOST_READ = 10_000;
// Control characters, and the invisible ones that reorder text in a terminal.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/**
 * What the server said of an error: `{"message"}` of the Commerce API, `{"error":{"message"}}` of
 * the admin API (API reference, section 1), the title of a gateway's HTML, or the first words.
 * At most 300 characters, safe for a terminal; undefined when it said nothing.
 */
export function readServerMessage(body: ParsedBody, redact: (text: string) => string): string | undefined {
  // Redacted before anything is cut off: half a secret is not recognised any more.
  const raw = 'json' in body ? findMessage(body.json) : readTextMessage(redact(body.text.slice(0, MOST_READ)));
  if (raw === undefined) return undefined;
  const clean = redact(raw.slice(0, MOST_READ)).replace(UNPRINTABLE, ' ').replace(/ {2,}/g, ' ').trim();
  return clean === '' ? undefined : Array.from(clean).slice(0, MAX_LENGTH).join('');
}

/** `error.code` of the admin API. */
export function readErrorCode(json: Json | undefined): string | undefined {
  const error = isJsonObject(json) ? getOwn(json, 'error') : undefined;
  const code = isJsonObject(error) ? getOwn(error, 'code') : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The message of either error shape; for other JSON the JSON itself, which may explain as much. */
function findMessage(json: Json): string | undefined {
  if (typeof json === 'string') return json;
  if (!isJsonObject(json)) return JSON.stringify(json);
  const error = getOwn(json, 'error');
  const candidates = [
    getOwn(json, 'message'),
    isJsonObject(error) ? getOwn(error, 'message') : error,
    getOwn(json, 'Message'),
    getOwn(json, 'error_description'),
  ];
  return (
    (candidates.find((text) => typeof text === 'string' && text !== '') as string | undefined) ?? JSON.stringify(json)
  );
}

function readTextMessage(text: string): string {
  if (!text.startsWith('<')) return text;
  const title = /<title[^>]{0,200}>([^<]{1,300})/i.exec(text)?.[1];
  return title === undefined ? 'an HTML page' : `an HTML page, "${title.trim()}"`;
}
