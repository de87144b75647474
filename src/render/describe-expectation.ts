import type { ExpectedEnd } from '../routing/judge-case.js';
import { escapeTerminal } from './escape-terminal.js';

const WORDS = {
  fallback: 'the fallback',
  not_intercepted: 'not intercepted',
  nowhere: 'nowhere',
  raw_action: 'where a raw action leads',
} as const;

/** `/us/landing/`, `/a/ 60 %, /b/ 40 %`, or `one of: /stay/; the fallback`. */
export function describeExpectation(expected: readonly ExpectedEnd[]): string {
  const ends = expected.map(describeEnd);
  return ends.length === 1 ? (ends[0] ?? '') : `one of: ${ends.join('; ')}`;
}

function describeEnd(expected: ExpectedEnd): string {
  if ('end' in expected) return WORDS[expected.end];
  const [only] = expected.shares;
  if (expected.shares.length === 1 && only) return escapeTerminal(only.tag);
  return expected.shares.map(({ tag, percent }) => `${escapeTerminal(tag)} ${percent} %`).join(', ');
}
