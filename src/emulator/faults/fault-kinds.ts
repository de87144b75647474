import { isJsonObject, type Json } from '../../model/json.js';
import { parseTenantEditCall } from '../edit-tenant.js';
import { type Operation, OPERATIONS } from '../route.js';
import type { FaultName } from './fault-rules.js';

export interface Parameter {
  /** Completes "must be ...". */
  expected: string;
  accepts: (value: Json) => boolean;
  required?: true;
}

export interface FaultKind {
  /** The fault never affects other operations. */
  appliesTo: (operation: Operation) => boolean;
  parameters: Readonly<Record<string, Parameter>>;
}

const COUNT: Parameter = wholeNumber(1);
const TEXT: Parameter = { expected: 'a string', accepts: (value) => typeof value === 'string' };
const FLAG: Parameter = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' };
const NAMES: Parameter = {
  expected: 'a non-empty array of strings',
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string'),
};
/** At most one day: longer waits are typing mistakes. */
const MILLISECONDS: Parameter = wholeNumber(0, 86_400_000);
const WHEN = oneOf('before', 'after');

const anywhere = (): boolean => true;
const onLists = (operation: Operation): boolean => OPERATIONS[operation] === 'list';
const onWrites = (operation: Operation): boolean => OPERATIONS[operation] === 'write';
const only =
  (...operations: Operation[]) =>
  (operation: Operation): boolean =>
    operations.includes(operation);

/** Every fault, with its operations and parameters. */
export const FAULT_KINDS: Readonly<Record<FaultName, FaultKind>> = {
  'drop-connection': { appliesTo: anywhere, parameters: { when: WHEN } },
  'cut-off': { appliesTo: anywhere, parameters: { when: WHEN } },
  'no-answer': { appliesTo: anywhere, parameters: { when: WHEN, ms: MILLISECONDS } },
  status: {
    appliesTo: anywhere,
    parameters: {
      when: WHEN,
      status: { ...wholeNumber(400, 599), required: true },
      body: oneOf('json', 'html', 'empty'),
      message: TEXT,
      retryAfter: { expected: 'a number of seconds or a header value', accepts: isRetryAfter },
      retryAfterAs: oneOf('seconds', 'date'),
    },
  },
  'expired-token': { appliesTo: (operation) => operation !== 'token', parameters: {} },
  'wrong-body': {
    appliesTo: anywhere,
    parameters: { when: WHEN, body: { ...oneOf('html', 'truncated', 'empty'), required: true } },
  },
  'wrong-type': {
    appliesTo: anywhere,
    parameters: { contentType: { expected: 'a content type', accepts: isHeaderText } },
  },
  slow: { appliesTo: anywhere, parameters: { ms: MILLISECONDS } },
  'repeated-page': { appliesTo: onLists, parameters: { skips: FLAG } },
  'missing-page': { appliesTo: onLists, parameters: { how: oneOf('empty', 'end') } },
  'expired-cursor': { appliesTo: onLists, parameters: {} },
  'refused-items': {
    appliesTo: only('bulk-update'),
    parameters: {
      paths: NAMES,
      shape: oneOf('path', 'object', 'error', 'message', 'number', 'null', 'mixed', 'not-an-array'),
    },
  },
  'lost-write': { appliesTo: onWrites, parameters: {} },
  'rewritten-value': {
    appliesTo: only('bulk-update', 'create-promo', 'put-promo', 'put-journey'),
    parameters: { rewrite: { ...oneOf('trim', 'upper-case', 'reorder', 'drop-key'), required: true }, key: TEXT },
  },
  edit: {
    appliesTo: anywhere,
    parameters: {
      when: WHEN,
      edit: { expected: '"target", or an edit as POST /__emulator/edit takes it', accepts: isEdit, required: true },
    },
  },
  'failed-job': { appliesTo: only('start-job'), parameters: { reason: TEXT } },
  'unfinished-job': { appliesTo: only('start-job'), parameters: {} },
  'unfinished-build': { appliesTo: only('build'), parameters: {} },
  'omitted-route': { appliesTo: only('publish'), parameters: { route: TEXT, message: TEXT } },
  'blocked-index': { appliesTo: only('publish'), parameters: {} },
  'stale-index': { appliesTo: only('bulk-update'), parameters: { paths: NAMES, ms: MILLISECONDS } },
};

/** The parameters that select requests. */
export const TRIGGER_PARAMETERS: Readonly<Record<string, Parameter>> = {
  name: { expected: 'a string', accepts: (value) => typeof value === 'string' && value !== '' },
  method: { expected: 'a string or an array of strings', accepts: isTextOrTexts },
  path: { expected: 'a string or an array of strings', accepts: isTextOrTexts },
  operation: { expected: 'a string or an array of strings', accepts: isTextOrTexts },
  nth: {
    expected: 'a whole number from 1, or an array of them',
    accepts: (value) =>
      COUNT.accepts(value) || (Array.isArray(value) && value.length > 0 && value.every(COUNT.accepts)),
  },
  after: wholeNumber(0),
  every: COUNT,
  times: COUNT,
  probability: {
    expected: 'a number from 0 to 1',
    accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  },
};

function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Parameter {
  return {
    expected: `a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`,
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}

function oneOf(...words: readonly string[]): Parameter {
  return {
    expected: `one of ${words.join(', ')}`,
    accepts: (value) => typeof value === 'string' && words.includes(value),
  };
}

function isTextOrTexts(value: Json): boolean {
  return typeof value === 'string' || NAMES.accepts(value);
}

function isRetryAfter(value: Json): boolean {
  return typeof value === 'number' ? Number.isFinite(value) : isHeaderText(value);
}

/** node:http throws for other characters in a header. */
function isHeaderText(value: Json): boolean {
  return typeof value === 'string' && /^[\x20-\x7e]+$/.test(value);
}

function isEdit(value: Json): boolean {
  return value === 'target' || (isJsonObject(value) && !('problem' in parseTenantEditCall(value)));
}
