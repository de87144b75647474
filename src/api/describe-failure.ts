import type { ErrorCode } from '../errors/codes.js';
import { LimioError } from '../errors/errors.js';
import type { ApiRequest } from './api-request.js';
import { readServerMessage } from './read-server-message.js';
import type { Attempt } from './send-request.js';

export interface FailedCall {
  request: ApiRequest;
  /** The last attempt. */
  attempt: Attempt;
  /** Of the tenant, with its port. */
  host: string;
  /** Requests sent for this call. */
  attempts: number;
  /** Whether any attempt may have been carried out. */
  ambiguous: boolean;
  perhapsTooLarge: boolean;
  /** Takes the secrets out of what the server said. */
  redact: (text: string) => string;
}

/**
 * The error of a call that failed for good. It holds method, path, status, the server's message
 * and the attempts made; never headers, bodies or the library's own errors, which may carry them.
 * `details.ambiguous` tells the caller to read the object before believing that nothing happened.
 */
export function describeFailure(call: FailedCall): LimioError {
  const { request, attempt, attempts } = call;
  const status = attempt.kind === 'answer' ? attempt.status : undefined;
  // The answer to a token call may hold the secret or the token in any shape, so none of it is shown.
  const said =
    attempt.kind === 'answer' && request.authorised ? readServerMessage(attempt.body, call.redact) : undefined;
  const { code, happened, hint } = explain(call);
  const mayBeDone = call.ambiguous
    ? 'It may have been carried out all the same: read the object before repeating it.'
    : undefined;
  const hints = [hint, mayBeDone].filter((text) => text !== undefined).join(' ');
  return new LimioError({
    code,
    message: formatSentence(`${describeRequest(request)} ${happened}`, said, attempts),
    ...(hints === '' ? {} : { hint: hints }),
    details: {
      method: request.method,
      path: request.path,
      attempts,
      ambiguous: call.ambiguous,
      ...(call.perhapsTooLarge ? { perhapsTooLarge: true } : {}),
      ...(status === undefined ? {} : { status }),
      ...(said === undefined ? {} : { serverMessage: said }),
    },
  });
}

function formatSentence(statement: string, said: string | undefined, attempts: number): string {
  const quoted = said === undefined ? '' : `: ${said.replace(/\.$/, '')}`;
  return `${statement}${quoted}${attempts === 1 ? '' : ` (tried ${attempts} times)`}.`;
}

/** `GET /api/offers/v2?opt.all=true`, with long values (cursors) cut. */
export function describeRequest(request: Pick<ApiRequest, 'method' | 'path'>): string {
  return `${request.method} ${request.path.replace(/=([^&]{24})[^&]{8,}/g, '=$1...')}`;
}

interface Explanation {
  code: ErrorCode;
  /** The predicate of the sentence that the request begins. */
  happened: string;
  hint?: string;
}

function explain({ request, attempt, host, redact }: FailedCall): Explanation {
  if (attempt.kind === 'failure') return explainNoAnswer(attempt, host);
  const { status, body, retryAfter } = attempt;
  if (!request.authorised && (status === 400 || status === 401 || status === 403)) {
    return {
      code: 'AUTH_REFUSED',
      happened: `was answered with ${status}: the tenant refused the credentials`,
      hint: CREDENTIALS_HINT,
    };
  }
  if (status >= 200 && status < 300) {
    return {
      code: 'HTTP_BAD_BODY',
      happened: `was answered with ${status} and a body that is ${'problem' in body ? describeProblem(body.problem) : 'not what was expected'}`,
      hint: 'Something between here and Limio may have answered in its place; check the url of the environment.',
    };
  }
  if (status >= 300 && status < 400) return explainRedirect(status, attempt.location);
  const happened = `was answered with ${status}`;
  switch (status) {
    case 401:
      return { code: 'AUTH_REFUSED', happened: `${happened} although the token was new`, hint: CREDENTIALS_HINT };
    case 403:
      return {
        code: 'AUTH_REFUSED',
        happened,
        hint: explainMissingRight(request, 'problem' in body && body.problem === 'html'),
      };
    case 404:
      return 'problem' in body && body.problem === 'html'
        ? {
            code: 'HTTP_BAD_BODY',
            happened,
            hint: 'A gateway answered, not Limio: this says nothing about the object. Check the url of the environment.',
          }
        : {
            code: 'HTTP_STATUS',
            happened,
            ...(request.authorised
              ? {}
              : { hint: 'Check the url of the environment: it must be the tenant itself, not its shop.' }),
          };
    case 409:
      return { code: 'CONFLICT', happened, hint: 'Plan again: what exists already becomes an update.' };
    case 429:
      return {
        code: 'HTTP_RATE_LIMITED',
        happened: retryAfter === undefined ? happened : `${happened} (Retry-After ${redact(retryAfter).slice(0, 40)})`,
        hint: 'Wait a while and run it again; what was done already will not be repeated.',
      };
    case 502:
      return {
        code: 'HTTP_STATUS',
        happened,
        hint:
          request.effect === 'read'
            ? 'Limio answers 502 for a gateway error, or for an answer over its cap of 6 MB.'
            : 'From Limio this is probably an invalid payload, or a gateway error: check what is sent, then try again.',
      };
    default:
      return { code: 'HTTP_STATUS', happened };
  }
}

function explainNoAnswer(attempt: Extract<Attempt, { kind: 'failure' }>, host: string): Explanation {
  if (attempt.timeout) {
    return {
      code: 'TIMEOUT',
      happened: attempt.at === 'cut-off' ? 'was not answered in full in time' : 'was not answered in time',
    };
  }
  const happened =
    attempt.at === 'cut-off'
      ? `was answered, but the answer broke off (${attempt.reason})`
      : `found no answer from ${host} (${attempt.reason})`;
  const reaches = attempt.at === 'unsent' || attempt.at === 'hopeless';
  return {
    code: 'NETWORK',
    happened,
    ...(reaches ? { hint: 'Check the url or the tenant and region of the environment, and the network.' } : {}),
  };
}

const CREDENTIALS_HINT =
  'Check LIMIO_<ENV>_CLIENT_ID and LIMIO_<ENV>_CLIENT_SECRET: each tenant has its own pair, a sandbox too.';

function explainMissingRight(request: ApiRequest, gateway: boolean): string {
  if (gateway) return 'A gateway answered, not Limio: an allow-list of addresses or a firewall may stand in between.';
  const right = /\/(publish|shop\/builds)$/.test(request.path)
    ? 'to build and publish'
    : request.effect === 'read'
      ? 'to read this'
      : 'to write this';
  return `The credentials lack the right ${right}. In Limio, Managers can publish and Editors cannot; ask for credentials with that right.`;
}

/** Only the host of the target is told: its query may carry tokens. */
function explainRedirect(status: number, location: string | undefined): Explanation {
  const target = location !== undefined && URL.canParse(location) ? new URL(location).host : undefined;
  return {
    code: 'HTTP_STATUS',
    happened: `was answered with ${status}, a redirect${target === undefined ? '' : ` to ${target}`}, which is not followed with credentials`,
    hint: 'Check the url of the environment.',
  };
}

function describeProblem(problem: 'empty' | 'html' | 'not JSON' | 'too large'): string {
  return { empty: 'empty', html: 'HTML', 'not JSON': 'not JSON (perhaps cut off)', 'too large': 'too large' }[problem];
}
