import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../model/json.js';
import { Refusal } from './route.js';
import type { Scroll, Tenant } from './tenant.js';

export interface ListPage {
  items: JsonObject[];
  /** Of the whole list, whatever the page holds. */
  total: number;
  /** The cursor of the next page; absent on the last. */
  next?: string;
}

/** The first page. Only `opt.all=true` keeps the rest for a cursor: otherwise one page is all there is. */
export function openScroll(
  tenant: Tenant,
  alias: string,
  items: JsonObject[],
  pageSize: number,
  all: boolean,
): ListPage {
  const page: ListPage = { items: items.slice(0, pageSize), total: items.length };
  if (!all || items.length <= pageSize) return page;
  return { ...page, next: keepScroll(tenant, { alias, pageSize, items, offset: pageSize, expiresAt: 0 }) };
}

/**
 * The next page of a scroll: a snapshot of the first page's moment, each cursor good for one use.
 * Refuses a cursor of another index (400) and an expired, used or unknown one (404).
 */
export function continueScroll(tenant: Tenant, cursor: string, alias: string | null): ListPage {
  const scroll = tenant.scrolls.get(cursor);
  if (scroll && scroll.alias !== alias)
    throw new Refusal(400, 'opt.queryMoreAlias does not belong to opt.queryMoreFrom');
  tenant.scrolls.delete(cursor);
  if (!scroll || scroll.expiresAt <= tenant.options.now()) {
    throw new Refusal(404, 'No search context found for opt.queryMoreFrom: it expired or was used');
  }
  const end = scroll.offset + scroll.pageSize;
  const page: ListPage = { items: scroll.items.slice(scroll.offset, end), total: scroll.items.length };
  if (end >= scroll.items.length) return page;
  return { ...page, next: keepScroll(tenant, { ...scroll, offset: end }) };
}

function keepScroll(tenant: Tenant, scroll: Scroll): string {
  const now = tenant.options.now();
  for (const [cursor, { expiresAt }] of tenant.scrolls) if (expiresAt <= now) tenant.scrolls.delete(cursor);
  const cursor = randomBytes(48).toString('base64');
  tenant.scrolls.set(cursor, { ...scroll, expiresAt: now + tenant.options.cursorLifetimeMs });
  return cursor;
}
