import { matchGlob } from '../../glob/glob.js';
import {
  type Answer,
  answerGatewayPage,
  answerJson,
  answerRefusal,
  type ApiRequest,
  matchOperation,
  type Operation,
  Refusal,
} from '../route.js';
import { type RequestLogEntry, withoutEffect } from '../tenant.js';
import {
  serveBlockedIndex,
  serveFailedJob,
  serveOmittedRoute,
  serveStaleIndex,
  serveUnfinishedBuild,
  serveUnfinishedJob,
} from './async-faults.js';
import { runEdit } from '../edit-tenant.js';
import { FAULT_KINDS } from './fault-kinds.js';
import type { ArmedRule, Delivery, Fault, FaultBook, FaultCall, FaultRule, Served, When } from './fault-rules.js';
import { notePage, readCursor, serveExpiredCursor, serveMissingPage, serveRepeatedPage } from './list-faults.js';
import { serveRefusedItems, serveRewrittenValue } from './write-faults.js';

/**
 * Answers a call with the faults that are due: every edit, and the first of the others. Logs their names.
 *
 *   takeDueRules -> edits `before` -> serveFault or the route -> edits `after`
 *
 * fault-rules.ts: the rules and their state; fault-kinds.ts: where each fault applies and its parameters;
 * parse-faults.ts: rules from JSON; random-faults.ts: schedules for chaos tests. Faults that need more
 * than a few lines are in list-faults.ts, write-faults.ts and async-faults.ts; edits in ../edit-tenant.ts.
 */
export function answerWithFaults(call: FaultCall, entry: RequestLogEntry | undefined): Delivery {
  const due = takeDueRules(call.tenant.faults, call.operation, call.request);
  const fire = (armed: ArmedRule): void => {
    armed.fired += 1;
    if (entry) entry.faults = [...(entry.faults ?? []), nameRule(armed.rule)];
  };
  const edit = (when: 'before' | 'after'): void => {
    for (const armed of due) {
      const { rule } = armed;
      if (rule.fault !== 'edit' || (rule.when ?? 'before') !== when) continue;
      if (runEdit(rule.edit, call, armed.fired + 1)) fire(armed);
    }
  };
  edit('before');
  const { armed, served } = serveFirst(due, call);
  if (armed && served.fired) fire(armed);
  edit('after');
  notePage(call, served.answer);
  return served;
}

function serveFirst(due: readonly ArmedRule[], call: FaultCall): { armed?: ArmedRule; served: Served } {
  for (const armed of due) {
    if (armed.rule.fault !== 'edit') return { armed, served: serveFault(armed.rule, call) };
  }
  return { served: { answer: call.run(), fired: false } };
}

/** The name of the rule, or for example `status 502 after`. */
function nameRule(rule: FaultRule): string {
  if (rule.name !== undefined) return rule.name;
  const detail =
    rule.fault === 'status' ? [String(rule.status)] : rule.fault === 'rewritten-value' ? [rule.rewrite] : [];
  return [rule.fault, ...detail, ...('when' in rule && rule.when !== undefined ? [rule.when] : [])].join(' ');
}

/** The rules that are due, in order. Counts the request in every rule that it matches. */
function takeDueRules(book: FaultBook, operation: Operation, request: ApiRequest): ArmedRule[] {
  return book.rules.filter((armed) => {
    if (!matches(book, armed.rule, operation, request)) return false;
    armed.matched += 1;
    return isDue(armed);
  });
}

function isDue({ rule, draw, matched, fired }: ArmedRule): boolean {
  // Drawn for every request, so that later chances do not depend on earlier conditions.
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
  if (!FAULT_KINDS[rule.fault].appliesTo(operation) || !hasItsPage(book, rule, request)) return false;
  return (
    matchesSome(rule.method, (method) => method.toUpperCase() === request.method) &&
    matchesSome(rule.operation, (pattern) => matchOperation(pattern, operation)) &&
    matchesSome(rule.path, (pattern) => matchGlob(pattern, decodePath(request.rawPath)))
  );
}

/** Some faults apply only to the second and later pages of a list. */
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

function matchesSome(given: string | readonly string[] | undefined, test: (pattern: string) => boolean): boolean {
  return given === undefined || [given].flat().some(test);
}

const SLOW_MS = 200;

const MESSAGES: ReadonlyMap<number, string> = new Map([
  [401, 'Unauthorized'],
  [409, 'Conflict'],
  [429, 'Too Many Requests'],
  [500, 'Internal server error'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
]);

/** Every fault except `edit`, which changes the tenant, not the answer. */
function serveFault(fault: Exclude<Fault, { fault: 'edit' }>, call: FaultCall): Served {
  switch (fault.fault) {
    case 'drop-connection':
      return { answer: takeEffect(fault.when ?? 'before', call), wire: { kind: 'drop' }, fired: true };
    case 'cut-off':
      return { answer: takeEffect(fault.when ?? 'after', call), wire: { kind: 'cut' }, fired: true };
    case 'no-answer': {
      const wire = { kind: 'hang', ...(fault.ms !== undefined && { ms: fault.ms }) } as const;
      return { answer: takeEffect(fault.when ?? 'after', call), wire, fired: true };
    }
    case 'status':
      if (fault.when === 'after') call.run();
      return { answer: answerStatus(fault, call), fired: true };
    case 'expired-token':
      call.tenant.tokens.delete(readToken(call));
      return { answer: call.run(), fired: true };
    case 'wrong-body':
      return { answer: spoilBody(fault.body, takeEffect(fault.when ?? 'after', call)), fired: true };
    case 'wrong-type':
      return { answer: { ...flatten(call.run()), type: fault.contentType ?? 'text/plain' }, fired: true };
    case 'slow':
      return { answer: call.run(), wire: { kind: 'slow', ms: fault.ms ?? SLOW_MS }, fired: true };
    case 'repeated-page':
      return serveRepeatedPage(fault.skips ?? false, call);
    case 'missing-page':
      return serveMissingPage(fault.how ?? 'empty', call);
    case 'expired-cursor':
      return serveExpiredCursor(call);
    case 'refused-items':
      return serveRefusedItems(fault, call);
    case 'lost-write': {
      const answer = withoutEffect(call.tenant, call.run);
      return { answer, fired: answer.status < 300 };
    }
    case 'rewritten-value':
      return serveRewrittenValue(fault, call);
    case 'failed-job':
      return serveFailedJob(fault, call);
    case 'unfinished-job':
      return serveUnfinishedJob(call);
    case 'unfinished-build':
      return serveUnfinishedBuild(call);
    case 'blocked-index':
      return serveBlockedIndex(call);
    case 'stale-index':
      return serveStaleIndex(fault, call);
    default:
      return serveOmittedRoute(fault, call);
  }
}

/** The tenant's answer, or, without any effect, one that looks like a success. */
function takeEffect(when: When, call: FaultCall): Answer {
  return when === 'after' ? call.run() : answerJson({ success: true, message: 'Accepted' });
}

function answerStatus(fault: Extract<Fault, { fault: 'status' }>, { route, tenant }: FaultCall): Answer {
  const { status, body = 'json', retryAfter } = fault;
  const headers: Record<string, string> =
    retryAfter === undefined
      ? {}
      : { 'retry-after': formatRetryAfter(retryAfter, fault.retryAfterAs, tenant.options.now()) };
  if (body === 'empty') return { status, text: '', type: 'text/plain', headers };
  if (body === 'html') return { ...answerGatewayPage(status), headers };
  const message = fault.message ?? MESSAGES.get(status) ?? 'Error';
  return { ...answerRefusal(route.area, new Refusal(status, message)), headers };
}

/** Seconds, an HTTP date that many seconds from now, or any text as it is. */
function formatRetryAfter(given: number | string, form: 'seconds' | 'date' = 'seconds', nowMs: number): string {
  if (typeof given === 'string' || form === 'seconds') return String(given);
  const at = new Date(nowMs + given * 1000);
  return Number.isNaN(at.getTime()) ? String(given) : at.toUTCString();
}

function readToken({ request }: FaultCall): string {
  return (request.headers.get('authorization') ?? '').replace(/^Bearer /, '');
}

function spoilBody(body: 'html' | 'truncated' | 'empty', answer: Answer): Answer {
  const { status, text, type } = flatten(answer);
  if (body === 'html') return answerGatewayPage(status);
  return { status, type, text: body === 'empty' ? '' : text.slice(0, Math.floor(text.length / 2)) };
}

function flatten(answer: Answer): { status: number; text: string; type: string } {
  const { status } = answer;
  if ('text' in answer) return answer;
  if ('html' in answer) return { status, text: answer.html, type: 'text/html' };
  return { status, text: JSON.stringify(answer.json), type: 'application/json' };
}
