import type { JsonObject } from '../../model/json.js';
import { createRandom } from '../create-random.js';
import type { FaultRule, FaultSchedule } from './fault-rule.js';

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
