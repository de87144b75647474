import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';

/** Where the next page begins (API reference, section 3). */
export interface Cursor {
  from: string;
  alias?: string;
}

export interface ListPage {
  items: Json[];
  /** Undefined when the answer gives none, or says that it is only a bound. */
  hits?: number;
  next?: Cursor;
}

/** One page of a catalog list; undefined when the body is no such page. */
export function readListPage(json: Json | undefined): ListPage | undefined {
  // Without an envelope there is nothing that could prove the end, but the items are there.
  if (Array.isArray(json)) return { items: json };
  const items = isJsonObject(json) ? getOwn(json, 'items') : undefined;
  if (!isJsonObject(json) || !Array.isArray(items)) return undefined;
  const hits = readHits(getOwn(json, 'hits'));
  const next = readCursor(getOwn(json, 'queryMore'));
  return { items, ...(hits === undefined ? {} : { hits }), ...(next === undefined ? {} : { next }) };
}

/** A number in the documents, `{"value","relation"}` live; any relation but `eq` proves nothing. */
function readHits(hits: Json | undefined): number | undefined {
  if (typeof hits === 'number') return hits;
  if (!isJsonObject(hits) || (getOwn(hits, 'relation') ?? 'eq') !== 'eq') return undefined;
  const value = getOwn(hits, 'value');
  return typeof value === 'number' ? value : undefined;
}

function readCursor(queryMore: Json | undefined): Cursor | undefined {
  if (!isJsonObject(queryMore)) return undefined;
  const from = readCursorText(queryMore, 'from');
  const alias = readCursorText(queryMore, 'alias');
  return from === undefined ? undefined : { from, ...(alias === undefined ? {} : { alias }) };
}

/** Cursors are opaque: text as a rule, but an offset or a list of sort values would do as well. */
function readCursorText(queryMore: JsonObject, key: string): string | undefined {
  const value = getOwn(queryMore, key) ?? null;
  if (value === null || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
