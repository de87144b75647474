import { type ApiRequest, matchOperation, type Operation } from '../route.js';
import { FAULT_FORMS } from './fault-forms.js';
import type { ArmedRule, FaultBook, FaultRule } from './fault-rules.js';
import { matchGlob } from '../../text/glob.js';

/** The rules whose turn it is, in their order. Counts the request in every rule that it matches. */
export function takeDueRules(book: FaultBook, operation: Operation, request: ApiRequest): ArmedRule[] {
  return book.rules.filter((armed) => {
    if (!matches(book, armed.rule, operation, request)) return false;
    armed.matched += 1;
    return isDue(armed);
  });
}

/** The cursor that a list request brings: of the catalog or of promo codes. */
export function readCursor(request: ApiRequest): string | null {
  return request.query.get('opt.queryMoreFrom') ?? request.query.get('queryMore');
}

function isDue({ rule, draw, matched, fired }: ArmedRule): boolean {
  // Drawn every time: how often a rule was due does not move its later chances.
  const lucky = rule.probability === undefined || draw() < rule.probability;
  const after = rule.after ?? 0;
  return (
    lucky &&
    (rule.nth === undefined || [rule.nth].flat().includes(matched)) &&
    matched > after &&
    (rule.every === undefined || (matched - after) % rule.every === 0) &&
    (rule.times === undefined || fired < rule.times)
  );
}

function matches(book: FaultBook, rule: FaultRule, operation: Operation, request: ApiRequest): boolean {
  if (!FAULT_FORMS[rule.fault].actsOn(operation) || !hasItsPage(book, rule, request)) return false;
  const path = decodePath(request.rawPath);
  return (
    fitsSome(rule.method, (method) => method.toUpperCase() === request.method) &&
    fitsSome(rule.operation, (pattern) => matchOperation(pattern, operation)) &&
    fitsSome(rule.path, (pattern) => matchGlob(pattern, path))
  );
}

/** Faults of the second page and later need a cursor to act on. */
function hasItsPage(book: FaultBook, rule: FaultRule, request: ApiRequest): boolean {
  if (rule.fault !== 'expired-cursor' && rule.fault !== 'repeated-page') return true;
  const cursor = readCursor(request);
  return cursor !== null && (rule.fault === 'expired-cursor' || book.pages.has(cursor));
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function fitsSome(given: string | readonly string[] | undefined, fits: (pattern: string) => boolean): boolean {
  return given === undefined || [given].flat().some(fits);
}
