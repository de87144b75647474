import { answerGatewayPage, answerJson, answerRefusal, Refusal, type Answer } from '../route.js';
import type { FaultCall, Served } from './fault-call.js';
import type { Fault, When } from './fault-rule.js';
import { serveFailedJob, serveUnfinishedJob } from './job-faults.js';
import { serveExpiredCursor, serveMissingPage, serveRepeatedPage } from './list-faults.js';
import { serveOmittedRoute, serveUnfinishedBuild } from './publish-faults.js';
import { serveRefusedItems } from './refused-items.js';
import { serveRewrittenValue } from './rewritten-value.js';
import { withoutEffect } from './without-effect.js';

const SLOW_MS = 200;

const MESSAGES: ReadonlyMap<number, string> = new Map([
  [401, 'Unauthorized'],
  [409, 'Conflict'],
  [429, 'Too Many Requests'],
  [500, 'Internal server error'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
]);

/** Answers a call with a fault. `edit` is not among them: it changes the tenant, not the answer. */
export function serveFault(fault: Exclude<Fault, { fault: 'edit' }>, call: FaultCall): Served {
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
    default:
      return serveOmittedRoute(fault, call);
  }
}

/** The tenant's own answer, or, where nothing shall happen, one that looks like a success. */
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

/** Seconds, an HTTP date so many seconds from now, or a text as it is, however absurd. */
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
