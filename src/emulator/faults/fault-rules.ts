import type { JsonObject } from '../../model/json.js';
import type { TenantEditCall } from '../edit-tenant.js';
import { createRandom } from '../random.js';
import type { Answer, ApiRequest, Operation, Route } from '../route.js';
import type { Tenant } from '../tenant.js';

/** Whether the call takes effect (`after`) or not (`before`) although its answer fails. */
export type When = 'before' | 'after';

export type Refusals = 'path' | 'object' | 'error' | 'message' | 'number' | 'null' | 'mixed' | 'not-an-array';

export type Rewrite = 'trim' | 'upper-case' | 'reorder' | 'drop-key';

/** docs/emulator.md describes each, with an example. */
export type Fault =
  | { fault: 'drop-connection'; when?: When }
  | { fault: 'cut-off'; when?: When }
  | { fault: 'no-answer'; when?: When; ms?: number }
  | {
      fault: 'status';
      when?: When;
      status: number;
      body?: 'json' | 'html' | 'empty';
      message?: string;
      retryAfter?: number | string;
      retryAfterAs?: 'seconds' | 'date';
    }
  | { fault: 'expired-token' }
  | { fault: 'wrong-body'; when?: When; body: 'html' | 'truncated' | 'empty' }
  | { fault: 'wrong-type'; contentType?: string }
  | { fault: 'slow'; ms?: number }
  | { fault: 'repeated-page'; skips?: boolean }
  | { fault: 'missing-page'; how?: 'empty' | 'end' }
  | { fault: 'expired-cursor' }
  | { fault: 'refused-items'; paths?: readonly string[]; shape?: Refusals }
  | { fault: 'lost-write' }
  | { fault: 'rewritten-value'; rewrite: Rewrite; key?: string }
  | { fault: 'edit'; when?: When; edit: 'target' | TenantEditCall }
  | { fault: 'failed-job'; reason?: string }
  | { fault: 'unfinished-job' }
  | { fault: 'unfinished-build' }
  | { fault: 'omitted-route'; route?: string; message?: string }
  | { fault: 'blocked-index' }
  | { fault: 'stale-index'; paths?: readonly string[]; ms?: number };

export type FaultName = Fault['fault'];

/**
 * Which requests a fault affects. All given conditions must hold. Each rule counts, from 1, only the
 * requests that its names match and its fault applies to.
 */
export interface FaultTrigger {
  /** Its name in the log. */
  name?: string;
  method?: string | readonly string[];
  /** Patterns (docs/patterns.md) for the decoded path, without the query. `*` matches any text, slashes included. */
  path?: string | readonly string[];
  /** Operation names, globs, or `read`, `write`, `list`. */
  operation?: string | readonly string[];
  nth?: number | readonly number[];
  /** Skips this many requests first. */
  after?: number;
  every?: number;
  /** Maximum number of affected requests. */
  times?: number;
  /** 0 to 1, from the schedule's seed. */
  probability?: number;
}

export type FaultRule = FaultTrigger & Fault;

/** The same schedule and the same requests in the same order give the same faults. */
export interface FaultSchedule {
  /** Seed of all chances; 1 by default. */
  seed?: number;
  rules: readonly FaultRule[];
}

/** A rule with its state. */
export interface ArmedRule {
  rule: FaultRule;
  /** Each rule has its own random numbers, so that other rules do not change them. */
  draw: () => number;
  /** Number of requests that it could have affected. */
  matched: number;
  fired: number;
}

/** The current faults of the tenant. */
export interface FaultBook {
  seed: number;
  rules: ArmedRule[];
  /** List pages by their next cursor, for `repeated-page`. */
  pages: Map<string, JsonObject>;
}

/** A rule in the answer to `GET /__emulator/faults`. */
export type FaultReport = FaultRule & { matched: number; fired: number };

const KEPT_PAGES = 100;

export function createFaultBook(schedule: FaultSchedule = { rules: [] }): FaultBook {
  const book: FaultBook = { seed: schedule.seed ?? 1, rules: [], pages: new Map() };
  addFaults(book, schedule.rules);
  return book;
}

export function addFaults(book: FaultBook, rules: readonly FaultRule[]): void {
  for (const rule of rules) {
    const draw = createRandom(book.seed + book.rules.length * 0x9e3779b1);
    book.rules.push({ rule, draw, matched: 0, fired: 0 });
  }
}

export function describeFaults(book: FaultBook): { seed: number; rules: FaultReport[] } {
  return { seed: book.seed, rules: book.rules.map(({ rule, matched, fired }) => ({ ...rule, matched, fired })) };
}

export function rememberPage(book: FaultBook, cursor: string, page: JsonObject): void {
  book.pages.set(cursor, page);
  const [oldest] = book.pages.keys();
  if (book.pages.size > KEPT_PAGES && oldest !== undefined) book.pages.delete(oldest);
}

/** A request on its way to its route. */
export interface FaultCall {
  tenant: Tenant;
  route: Route;
  operation: Operation;
  request: ApiRequest;
  /** Answers this request, or a changed one, without faults. Takes effect. */
  run: (request?: ApiRequest) => Answer;
}

/** How an answer is sent, if not at once and complete. */
export type Wire = { kind: 'drop' } | { kind: 'cut' } | { kind: 'hang'; ms?: number } | { kind: 'slow'; ms: number };

export interface Delivery {
  answer: Answer;
  wire?: Wire;
}

/** `fired` is false if the fault did not apply and the answer is a normal one. */
export interface Served extends Delivery {
  fired: boolean;
}
