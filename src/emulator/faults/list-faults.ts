import { getOwn, isJsonObject, type Json, type JsonObject, withKey } from '../../model/json.js';
import type { Answer, ApiRequest } from '../route.js';
import { type FaultCall, rememberPage, type Served } from './fault-rules.js';

/** Repeats the previous page: with its cursor, so that nothing is lost, or instead of this page's items. */
export function serveRepeatedPage(skips: boolean, { tenant, request, run }: FaultCall): Served {
  const before = tenant.faults.pages.get(readCursor(request) ?? '');
  if (before === undefined) return { answer: run(), fired: false };
  if (!skips) return { answer: { status: 200, json: before }, fired: true };
  return changePage(run(), (page) => withKey(page, 'items', getOwn(before, 'items') ?? []));
}

/** A page without its items but with the next cursor, or a list that ends too early. */
export function serveMissingPage(how: 'empty' | 'end', { run }: FaultCall): Served {
  return changePage(run(), (page) => {
    if (how === 'empty') return withKey(page, 'items', []);
    return Object.fromEntries(Object.entries(page).filter(([key]) => key !== 'queryMore'));
  });
}

/** Invalidates the cursor, and lets the route answer. */
export function serveExpiredCursor({ tenant, request, run }: FaultCall): Served {
  tenant.scrolls.delete(readCursor(request) ?? '');
  const query = new URLSearchParams(request.query);
  const parameter = query.has('opt.queryMoreFrom') ? 'opt.queryMoreFrom' : 'queryMore';
  query.set(parameter, 'expired');
  return { answer: run({ ...request, query }), fired: true };
}

/** Stores the page for a later `repeated-page`. */
export function notePage({ tenant }: FaultCall, answer: Answer): void {
  const page = findPage(answer);
  const cursor = page && readNext(page);
  if (page && typeof cursor === 'string') rememberPage(tenant.faults, cursor, page);
}

/** The next cursor: a text for promo codes, `{from, alias}` for the catalog. */
function readNext(page: JsonObject): Json | undefined {
  const more = getOwn(page, 'queryMore');
  if (!isJsonObject(more)) return more;
  const { from } = more;
  return from;
}

/** Does not fire if there is no page, or if nothing changes. */
function changePage(answer: Answer, change: (page: JsonObject) => JsonObject): Served {
  const page = findPage(answer);
  const changed = page && change(page);
  if (changed === undefined || JSON.stringify(changed) === JSON.stringify(page)) return { answer, fired: false };
  return { answer: { status: answer.status, json: changed }, fired: true };
}

function findPage(answer: Answer): JsonObject | undefined {
  if (answer.status !== 200 || !('json' in answer) || !isJsonObject(answer.json)) return undefined;
  return Array.isArray(getOwn(answer.json, 'items')) ? answer.json : undefined;
}

/** The cursor of a list request, of the catalog or of promo codes. */
export function readCursor(request: ApiRequest): string | null {
  return request.query.get('opt.queryMoreFrom') ?? request.query.get('queryMore');
}
