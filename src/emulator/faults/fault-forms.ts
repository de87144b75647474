import { isJsonObject, type Json } from '../../model/json.js';
import { parseTenantEditCall } from '../edit-tenant.js';
import { type Operation, OPERATIONS } from '../route.js';
import type { FaultName } from './fault-rules.js';

/** What a parameter may be: the end of "x must be ...". */
export interface Parameter {
  says: string;
  fits: (value: Json) => boolean;
  required?: true;
}

export interface FaultForm {
  /** Whether it means anything there; elsewhere the fault never strikes. */
  actsOn: (operation: Operation) => boolean;
  parameters: Readonly<Record<string, Parameter>>;
}

const COUNT: Parameter = wholeNumber(1);
const TEXT: Parameter = { says: 'a text', fits: (value) => typeof value === 'string' };
const FLAG: Parameter = { says: 'true or false', fits: (value) => typeof value === 'boolean' };
const NAMES: Parameter = {
  says: 'an array of texts, with at least one',
  fits: (value) => Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string'),
};
/** One day: longer waits are slips of the keyboard. */
const MILLISECONDS: Parameter = wholeNumber(0, 86_400_000);
const WHEN = oneOf('before', 'after');

const anywhere = (): boolean => true;
const onLists = (operation: Operation): boolean => OPERATIONS[operation] === 'list';
const onWrites = (operation: Operation): boolean => OPERATIONS[operation] === 'write';
const only =
  (...operations: Operation[]) =>
  (operation: Operation): boolean =>
    operations.includes(operation);

/** Every fault: where it acts and what it takes. */
export const FAULT_FORMS: Readonly<Record<FaultName, FaultForm>> = {
  'drop-connection': { actsOn: anywhere, parameters: { when: WHEN } },
  'cut-off': { actsOn: anywhere, parameters: { when: WHEN } },
  'no-answer': { actsOn: anywhere, parameters: { when: WHEN, ms: MILLISECONDS } },
  status: {
    actsOn: anywhere,
    parameters: {
      when: WHEN,
      status: { ...wholeNumber(400, 599), required: true },
      body: oneOf('json', 'html', 'empty'),
      message: TEXT,
      retryAfter: { says: 'a number of seconds or the text of the header', fits: isRetryAfter },
      retryAfterAs: oneOf('seconds', 'date'),
    },
  },
  'expired-token': { actsOn: (operation) => operation !== 'token', parameters: {} },
  'wrong-body': {
    actsOn: anywhere,
    parameters: { when: WHEN, body: { ...oneOf('html', 'truncated', 'empty'), required: true } },
  },
  'wrong-type': { actsOn: anywhere, parameters: { contentType: { says: 'a content type', fits: isHeaderText } } },
  slow: { actsOn: anywhere, parameters: { ms: MILLISECONDS } },
  'repeated-page': { actsOn: onLists, parameters: { skips: FLAG } },
  'missing-page': { actsOn: onLists, parameters: { how: oneOf('empty', 'end') } },
  'expired-cursor': { actsOn: onLists, parameters: {} },
  'refused-items': {
    actsOn: only('bulk-update'),
    parameters: {
      paths: NAMES,
      shape: oneOf('path', 'object', 'error', 'message', 'number', 'null', 'mixed', 'not-an-array'),
    },
  },
  'lost-write': { actsOn: onWrites, parameters: {} },
  'rewritten-value': {
    actsOn: only('bulk-update', 'create-promo', 'put-promo', 'put-journey'),
    parameters: { rewrite: { ...oneOf('trim', 'upper-case', 'reorder', 'drop-key'), required: true }, key: TEXT },
  },
  edit: {
    actsOn: anywhere,
    parameters: {
      when: WHEN,
      edit: { says: '"target", or an edit as POST /__emulator/edit takes it', fits: isEdit, required: true },
    },
  },
  'failed-job': { actsOn: only('start-job'), parameters: { reason: TEXT } },
  'unfinished-job': { actsOn: only('start-job'), parameters: {} },
  'unfinished-build': { actsOn: only('build'), parameters: {} },
  'omitted-route': { actsOn: only('publish'), parameters: { route: TEXT, message: TEXT } },
};

/** How a rule says which requests it strikes. */
export const TRIGGER_PARAMETERS: Readonly<Record<string, Parameter>> = {
  name: { says: 'a text', fits: (value) => typeof value === 'string' && value !== '' },
  method: { says: 'a text or an array of texts', fits: isTextOrTexts },
  path: { says: 'a text or an array of texts', fits: isTextOrTexts },
  operation: { says: 'a text or an array of texts', fits: isTextOrTexts },
  nth: {
    says: 'a whole number from 1, or an array of them',
    fits: (value) => COUNT.fits(value) || (Array.isArray(value) && value.length > 0 && value.every(COUNT.fits)),
  },
  after: wholeNumber(0),
  every: COUNT,
  times: COUNT,
  probability: { says: 'a number from 0 to 1', fits: (value) => typeof value === 'number' && value >= 0 && value <= 1 },
};

function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Parameter {
  return {
    says: `a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`,
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}

function oneOf(...words: readonly string[]): Parameter {
  return { says: `one of ${words.join(', ')}`, fits: (value) => typeof value === 'string' && words.includes(value) };
}

function isTextOrTexts(value: Json): boolean {
  return typeof value === 'string' || NAMES.fits(value);
}

function isRetryAfter(value: Json): boolean {
  return typeof value === 'number' ? Number.isFinite(value) : isHeaderText(value);
}

/** What may stand in a header: node:http throws for anything else. */
function isHeaderText(value: Json): boolean {
  return typeof value === 'string' && /^[\x20-\x7e]+$/.test(value);
}

function isEdit(value: Json): boolean {
  return value === 'target' || (isJsonObject(value) && !('problem' in parseTenantEditCall(value)));
}
