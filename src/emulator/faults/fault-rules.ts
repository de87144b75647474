import type { JsonObject } from '../../model/json.js';
import type { TenantEditCall } from '../edit-tenant.js';
import { createRandom } from '../random.js';
import type { Answer, ApiRequest, Operation, Route } from '../route.js';
import type { Tenant } from '../tenant.js';

/** Whether the call takes effect (`after`) or not (`before`) when its answer goes wrong. */
export type When = 'before' | 'after';

export type Refusals = 'path' | 'object' | 'error' | 'message' | 'number' | 'null' | 'mixed' | 'not-an-array';

export type Rewrite = 'trim' | 'upper-case' | 'reorder' | 'drop-key';

/** What goes wrong. docs/emulator.md describes each, with an example. */
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
  | { fault: 'omitted-route'; route?: string; message?: string };

export type FaultName = Fault['fault'];

/**
 * Which requests a fault strikes. All that is given must hold; requests are counted from 1, per
 * rule, and only those that the rule's names match and the fault could act on.
 */
export interface FaultTrigger {
  /** What the log calls it. */
  name?: string;
  method?: string | readonly string[];
  /** Globs over the decoded path without query; `*` stands for any text, slashes included. */
  path?: string | readonly string[];
  /** Operation names, globs over them, or `read`, `write`, `list`. */
  operation?: string | readonly string[];
  nth?: number | readonly number[];
  /** Spares this many requests first. */
  after?: number;
  every?: number;
  /** Strikes this often, then never again. */
  times?: number;
  /** 0 to 1, decided by the schedule's seed. */
  probability?: number;
}

export type FaultRule = FaultTrigger & Fault;

/** The same schedule and the same requests in the same order give the same faults. */
export interface FaultSchedule {
  /** Of what is left to chance; 1 by default. */
  seed?: number;
  rules: readonly FaultRule[];
}

/** A rule with what became of it. */
export interface ArmedRule {
  rule: FaultRule;
  /** Each rule has chances of its own, so that another rule beside it does not change them. */
  draw: () => number;
  /** Requests that it could have struck. */
  matched: number;
  fired: number;
}

/** The tenant's faults at the moment. */
export interface FaultBook {
  seed: number;
  rules: ArmedRule[];
  /** Pages of lists by the cursor that they gave, for `repeated-page`. */
  pages: Map<string, JsonObject>;
}

/** A rule as `GET /__emulator/faults` shows it. */
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

/** A request on its way to the route that answers it. */
export interface FaultCall {
  tenant: Tenant;
  route: Route;
  operation: Operation;
  request: ApiRequest;
  /** Answers as a sound tenant does, this request or a changed one; takes effect. */
  run: (request?: ApiRequest) => Answer;
}

/** How an answer goes onto the wire, where that is not at once and whole. */
export type Wire = { kind: 'drop' } | { kind: 'cut' } | { kind: 'hang'; ms?: number } | { kind: 'slow'; ms: number };

export interface Delivery {
  answer: Answer;
  wire?: Wire;
}

/** `fired` is false when the fault found nothing to act on and the answer is a sound one. */
export interface Served extends Delivery {
  fired: boolean;
}
