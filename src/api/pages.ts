import { LimioError } from '../errors/errors.js';
import {
  defined,
  getOwn,
  isJsonObject,
  isTooDeep,
  type Json,
  type JsonObject,
  MAX_DEPTH,
  textAt,
} from '../model/json.js';
import type { Listing } from '../model/live-api.js';
import { nameFirst } from '../model/words.js';

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Elements of the page that could not be keyed. */
  unusable: number;
  /** Names of elements that are nested too deep to be used. */
  tooDeep?: readonly string[];
  hits?: number;
  /** What the list says that it shows. */
  commit?: string;
  /** Undefined after the last page; compared by its text. */
  next?: string;
}

export interface PageSource<T> {
  /** Reads one page; throws LimioError HTTP_BAD_BODY for what is no page. */
  read(cursor: string | undefined, pageSize: number): Promise<Page<T>>;
  keyOf(item: T): string;
  /** What is listed, for the note: `offers`. */
  noun: string;
  pageSize: number;
  /** What proves the end: an equal count, or that no cursor is left. */
  proof: 'hits' | 'cursor';
}

const MAX_RUNS = 3;

const MAX_PAGES = 10_000;

/** Pages in a row that bring nothing new. A store that filters while it pages may return empty ones. */
const IDLE_LIMIT = { hits: 2, cursor: 20 } as const;

interface Run<T> {
  items: T[];
  unusable: number;
  tooDeep: readonly string[];
  /** A page with elements brought none that was new. */
  repeats: boolean;
  hits?: number;
  /** Of its first page. */
  commit?: string;
  /** `ended`: no cursor is left. `circling`: pages bring nothing new. `failed`: a cursor was refused. */
  end: 'ended' | 'circling' | 'failed';
  failure?: LimioError;
}

/**
 * Reads a list to its proven end (API reference, section 3): every page, each key once, and as
 * many as `hits` says. Begins again from page 1 when a cursor is refused (they expire) or the
 * counts differ (the index moved), three runs in all; with half the page size when a page may be
 * over the cap of 6 MB. What cannot be proved comes back with `complete: false` and both counts.
 *
 * @throws LimioError when the first page cannot be read, or the tenant cannot be reached.
 */
export async function readPages<T>(source: PageSource<T>): Promise<Listing<T>> {
  let pageSize = source.pageSize;
  let best: Run<T> | undefined;
  for (let runs = 0; runs < MAX_RUNS;) {
    const run = await readRun(source, pageSize);
    if (run === 'too large') {
      pageSize = Math.floor(pageSize / 2);
      continue;
    }
    if (isProved(run, source.proof)) return { items: run.items, complete: true, ...defined({ commit: run.commit }) };
    if (best === undefined || run.items.length >= best.items.length) best = run;
    runs += 1;
    // Another run would be as unprovable as this one.
    if (
      run.end === 'ended' &&
      (run.unusable + run.tooDeep.length > 0 || (source.proof === 'hits' && run.hits === undefined))
    )
      break;
  }
  if (best === undefined) throw new RangeError('no run was made');
  const note = describeDoubt(best, source.noun);
  return { items: best.items, complete: false, note, ...defined({ commit: best.commit }) };
}

async function readRun<T>(source: PageSource<T>, pageSize: number): Promise<Run<T> | 'too large'> {
  const byKey = new Map<string, T>();
  const seenCursors = new Set<string>();
  let unusable = 0;
  const tooDeep: string[] = [];
  let repeats = false;
  let hits: number | undefined;
  let commit: string | undefined;
  let cursor: string | undefined;
  let idlePages = 0;
  const finish = (end: Run<T>['end'], failure?: LimioError): Run<T> => ({
    items: [...byKey.values()],
    unusable,
    tooDeep,
    repeats,
    end,
    ...defined({ hits, commit, failure }),
  });

  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    let page: Page<T>;
    try {
      page = await source.read(cursor, pageSize);
    } catch (error) {
      if (!(error instanceof LimioError)) throw error;
      if (error.details['perhapsTooLarge'] === true && pageSize > 1) return 'too large';
      if (cursor === undefined || !mayBeTheCursor(error)) throw error;
      return finish('failed', error);
    }
    const before = byKey.size;
    for (const item of page.items) if (!byKey.has(source.keyOf(item))) byKey.set(source.keyOf(item), item);
    unusable += page.unusable;
    tooDeep.push(...(page.tooDeep ?? []));
    repeats ||= page.items.length > 0 && byKey.size === before;
    hits = page.hits;
    commit ??= page.commit;
    if (page.next === undefined) return finish('ended');
    // A scroll id may stay the same from page to page, so only pages without new items count.
    idlePages = byKey.size > before ? 0 : idlePages + 1;
    if (idlePages >= IDLE_LIMIT[source.proof] || (idlePages === 1 && seenCursors.has(page.next)))
      return finish('circling');
    seenCursors.add(page.next);
    cursor = page.next;
  }
  return finish('circling');
}

function mayBeTheCursor(error: LimioError): boolean {
  return error.code === 'HTTP_STATUS' || error.code === 'HTTP_BAD_BODY' || error.code === 'CONFLICT';
}

function isProved<T>(run: Run<T>, proof: 'hits' | 'cursor'): boolean {
  if (run.unusable + run.tooDeep.length > 0) return false;
  // With an equal count, a refused or circling cursor after it does not matter. Without one, a page that
  // came twice may have replaced another.
  return proof === 'hits' ? run.hits === run.items.length : run.end === 'ended' && !run.repeats;
}

function describeDoubt<T>(run: Run<T>, noun: string): string {
  const counted = run.hits === undefined ? 'gives no exact count' : `counts ${run.hits}`;
  const parts = [
    `${run.items.length} ${noun} were read and the tenant ${counted}`,
    ...(run.unusable > 0 ? [`${run.unusable} elements have no path or name`] : []),
    ...(run.tooDeep.length > 0 ? [`nested deeper than ${MAX_DEPTH} levels: ${nameFirst(run.tooDeep)}`] : []),
    ...(run.end === 'circling' || run.repeats ? ['the pages repeat'] : []),
    ...(run.failure ? [run.failure.message.replace(/\.$/, '')] : []),
  ];
  return parts.join('; ');
}

/** The elements of a list that can be used, and those that cannot. A deep one is named by `nameKey`. */
export function parseElements<T>(
  elements: readonly Json[],
  parse: (element: Json) => T | undefined,
  nameKey: 'path' | 'name' | 'id',
): { items: T[]; unusable: number; tooDeep: string[] } {
  const deep = elements.filter(isTooDeep);
  const items = elements.flatMap((element) => (isTooDeep(element) ? [] : (parse(element) ?? [])));
  return {
    items,
    unusable: elements.length - deep.length - items.length,
    tooDeep: deep.map((element) => (isJsonObject(element) && textAt(element, nameKey)) || 'an element without a name'),
  };
}

/** Where the next page begins (API reference, section 3). */
export interface Cursor {
  from: string;
  alias?: string;
}

export interface ListPage {
  items: Json[];
  /** Undefined when the answer gives none, or says that it is only a bound. */
  hits?: number;
  commit?: string;
  next?: Cursor;
}

/** One page of a list; undefined when the body is no such page. */
export function readListPage(json: Json | undefined, key = 'items'): ListPage | undefined {
  // Without an envelope there is nothing that could prove the end, but the items are there.
  if (Array.isArray(json)) return { items: json };
  const items = isJsonObject(json) ? getOwn(json, key) : undefined;
  if (!isJsonObject(json) || !Array.isArray(items)) return undefined;
  const hits = readHits(getOwn(json, 'hits'));
  const next = readCursor(getOwn(json, 'queryMore'));
  return { items, ...defined({ hits, next, commit: textAt(json, 'commitId') }) };
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
  return from === undefined ? undefined : { from, ...defined({ alias }) };
}

/** Cursors are opaque: usually text, but perhaps an offset or a list of sort values. */
function readCursorText(queryMore: JsonObject, key: string): string | undefined {
  const value = getOwn(queryMore, key) ?? null;
  if (value === null || value === '') return undefined;
  return typeof value === 'string' ? value : isTooDeep(value) ? undefined : JSON.stringify(value);
}
