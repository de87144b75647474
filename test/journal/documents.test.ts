import { describe, expect, test } from 'vitest';
import { parseJournalLine, parseLockOwner, parseRecovery, parseResult } from '../../src/journal/documents.js';
import { isJsonObject, type JsonObject } from '../../src/model/json.js';
import { makeResult } from './support.js';

const at = '2026-11-22T17:45:01.000Z';
const error = { code: 'STALE', message: 'It changed.', hint: 'Plan again' };
const OUTCOME = {
  address: 'offer:/offers2/A:B',
  action: 'update',
  status: 'unverified',
  alreadyDone: false,
  error,
  differences: [{ path: '/attributes/a', before: null, after: [1], show: 'value' }],
};
const PAGE = {
  path: '/pages/a',
  route: '/a/',
  status: 'failed',
  build: 'none',
  withheld: true,
  code: 'X',
  reason: 'r',
};

const LINES: (JsonObject & { step: string })[] = [
  {
    at,
    step: 'start',
    formatVersion: 1,
    run: 'r',
    command: 'doctor',
    environment: 'prod',
    host: 'h',
    toolVersion: '1.0.0',
    fingerprint: 'f',
    process: { pid: 1, host: 'h' },
  },
  { at, step: 'before', address: 'journey:geo', live: null },
  { at, step: 'before', address: 'journey:geo', live: { body: { a: 1 }, id: 'x', version: 'v' }, redacted: true },
  { at, step: 'write', write: 1, call: 'publish', on: ['/tags/a'] },
  { at, step: 'answer', write: 1, answer: 'lost', error },
  { at, step: 'read-back', address: 'journey:geo', state: 'unreadable', error },
  { at, step: 'outcome', outcome: OUTCOME },
  { at, step: 'page', outcome: PAGE },
  { at, step: 'end', interrupted: false },
];

describe('a line of a journal', () => {
  test.each(LINES.map((line): [string, JsonObject] => [line.step, line]))('%s is read', (_, line) => {
    expect(parseJournalLine(JSON.stringify(line))).toEqual(line);
  });

  test('keeps keys that a later version wrote, and those called __proto__', () => {
    const text = `{"at":"${at}","step":"before","address":"page:/a","live":{"body":{"__proto__":{"x":1}},"more":2}}`;
    expect(JSON.stringify(parseJournalLine(text))).toBe(text);
  });

  test('that is cut off, of an unknown step, or without one of its keys is no line', () => {
    for (const line of LINES) {
      const text = JSON.stringify(line);
      expect(parseJournalLine(text.slice(0, -1))).toBeUndefined();
      expect(parseJournalLine(JSON.stringify({ ...line, step: 'later' }))).toBeUndefined();
      expect(parseJournalLine(JSON.stringify({ ...line, at: 1 }))).toBeUndefined();
    }
    expect(parseJournalLine(undefined)).toBeUndefined();
    expect(parseJournalLine(`{"at":"${at}","step":"before","address":"nonsense","live":null}`)).toBeUndefined();
  });
});

describe('a result', () => {
  test('is read as it was written, with what a later version added', () => {
    const result = { ...makeResult({ outcomes: [] }), outcomes: [OUTCOME], later: true };
    expect(parseResult(JSON.stringify(result))).toEqual(result);
  });

  test('without one of its parts is none', () => {
    const whole: unknown = makeResult();
    if (!isJsonObject(whole)) throw new Error('a result is an object');
    for (const key of Object.keys(whole)) {
      const rest = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key));
      expect(parseResult(JSON.stringify(rest)), key).toBeUndefined();
    }
  });
});

test('a recovery and the owner of a lock are read as they were written, or not at all', () => {
  const recovery = { at, findings: [{ subject: 'offer:/a', verdict: 'no-effect', message: 'm' }] };
  expect(parseRecovery(JSON.stringify(recovery))).toEqual(recovery);
  expect(parseRecovery(JSON.stringify({ ...recovery, findings: [{ subject: 'a' }] }))).toBeUndefined();
  const owner = { pid: 1, host: 'h', start: 's', command: 'apply', environment: 'prod', since: at, nonce: 'n' };
  expect(parseLockOwner(JSON.stringify(owner))).toEqual(owner);
  expect(parseLockOwner(JSON.stringify({ ...owner, pid: '1' }))).toBeUndefined();
});
