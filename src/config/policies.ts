import { findGlobFault, isNegation } from '../glob/glob.js';
import { findAddressFault } from '../kinds/address-patterns.js';
import { KIND_DEFINITIONS } from '../kinds/kinds.js';
import { isKind, type Kind, KINDS } from '../model/address.js';
import { formatPointer } from '../model/json.js';
import { type FreezeWindow, parseIgnoreRule } from '../model/policies.js';
import { suggestNearest } from '../model/spelling.js';
import type { EnvironmentConfig } from './schema.js';
import { findMoments, isTimeZone, parseWrittenTime } from './time-zones.js';

type Report = (keys: readonly PropertyKey[], message: string, hint?: string) => void;

/** Checks every pattern: a misspelt one would match, and so protect, nothing. */
export function checkPolicies(
  { protect = [], ignore = [], freeze = [], scope = {}, ownership }: EnvironmentConfig,
  report: Report,
): void {
  checkList(protect, ['protect'], report, (pattern, reportOne) => {
    const { address, field } = parseIgnoreRule(pattern);
    checkAddress(pattern.startsWith('!') ? `!${address}` : address, reportOne);
    if (field) reportOne('"protect" protects whole objects, not single fields.', 'Remove everything from the "#" on.');
  });
  checkList(ignore, ['ignore'], report, checkRule);
  checkOwnership(ownership, report);
  for (const kind of KINDS) {
    const key = KIND_DEFINITIONS[kind].scopeKey;
    if (key !== undefined)
      checkList(scope[key] ?? [], ['scope', key], report, (pattern, reportOne) => checkName(kind, pattern, reportOne));
  }
  freeze.forEach((window, i) => {
    const parsed = parseFreeze(window);
    if (Array.isArray(parsed)) for (const { key, fault, hint } of parsed) report(['freeze', i, key], fault, hint);
  });
}

export function checkOwnership(ownership: EnvironmentConfig['ownership'], report: Report): void {
  for (const owner of ['app', 'server', 'git'] as const) {
    checkList(ownership?.[owner] ?? [], ['ownership', owner], report, (text, reportOne) => {
      checkRule(text, reportOne);
      const { isNegated, field } = parseIgnoreRule(text);
      if (owner === 'git' && isNegated && field)
        reportOne('In "git", "!" excludes whole objects, not single fields.', 'Name the field in "app" or "server".');
    });
  }
}

/** Each pattern of a list, and whether its negations stand where they can exclude something. */
export function checkList(
  patterns: readonly string[],
  keys: readonly PropertyKey[],
  report: Report,
  check: (pattern: string, reportOne: At) => void,
): void {
  const first = patterns.findIndex((pattern) => !isNegation(pattern));
  patterns.forEach((pattern, i) => {
    check(pattern, (message, hint) => report([...keys, i], message, hint));
    if (i < first)
      report(
        [...keys, i],
        `"${pattern}" excludes nothing: "!" only excludes what the patterns before it match.`,
        'Move it to the end of the list.',
      );
  });
}

/** A pattern over the names of one kind. */
function checkName(kind: Kind, pattern: string, report: At): void {
  const text = pattern.replace(/^!/, '');
  const fault = findGlobFault(text);
  if (fault) report(`"${pattern}" cannot be read: ${fault.message}`, fault.hint);
  else if (text.startsWith(`${kind}:`))
    report(
      `"${pattern}" can match nothing: "scope" lists names, not addresses.`,
      `Did you mean "${pattern.replace(`${kind}:`, '')}"?`,
    );
}

function checkRule(text: string, report: At): void {
  const { isNegated, address, field } = parseIgnoreRule(text);
  checkAddress(isNegated ? `!${address}` : address, report);
  if (field) checkField(address, field, report);
}

type At = (message: string, hint?: string) => void;

/** A pattern of addresses that can match something. */
export function checkAddress(pattern: string, report: At): void {
  const fault = findAddressFault(pattern);
  if (fault) report(fault.message, fault.hint);
}

/** A field that the kind of the pattern has. */
export function checkField(address: string, field: readonly string[], report: At): void {
  const kind = address.slice(0, Math.max(address.indexOf(':'), 0));
  if (field.includes('')) {
    report('The field has an empty part.', 'Write it as a JSON Pointer: "#/attributes/badge_text__limio".');
    return;
  }
  const unreadable = field.map((part) => findGlobFault(part)).find((found) => found !== undefined);
  if (unreadable) {
    report(`The field "${formatPointer(field)}" cannot be read: ${unreadable.message}`, unreadable.hint);
    return;
  }
  const fault = isKind(kind) ? KIND_DEFINITIONS[kind].findPolicyFault(field) : undefined;
  if (fault) report(fault.message, fault.hint);
}

type FreezeConfig = NonNullable<EnvironmentConfig['freeze']>[number];

export interface FreezeFault {
  key: 'from' | 'to' | 'timeZone';
  fault: string;
  hint?: string;
}

/**
 * A freeze as moments. If clocks change at one of its ends, it begins at the earlier and ends at the
 * later moment: a freeze is never shorter than written.
 */
export function parseFreeze({ from, to, reason, timeZone }: FreezeConfig): FreezeWindow | FreezeFault[] {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const nearest = suggestNearest(timeZone, Intl.supportedValuesOf('timeZone'));
    return [
      {
        key: 'timeZone',
        fault: `"${timeZone}" is not a time zone.`,
        hint: nearest === undefined ? 'Write a name such as Europe/London.' : `Did you mean "${nearest}"?`,
      },
    ];
  }
  const starts = toMoments(from, 'from', timeZone);
  const ends = toMoments(to, 'to', timeZone);
  if (!Array.isArray(starts) || !Array.isArray(ends))
    return [starts, ends].flatMap((end) => (Array.isArray(end) ? [] : [end]));
  const [fromMs, toMs] = [Math.min(...starts), Math.max(...ends)];
  if (toMs <= fromMs) return [{ key: 'to', fault: 'It ends before it begins.' }];
  return { fromMs, toMs, shown: `${from} to ${to}${timeZone === undefined ? '' : ` ${timeZone}`}`, reason };
}

function toMoments(text: string, key: 'from' | 'to', timeZone: string | undefined): number[] | FreezeFault {
  const written = parseWrittenTime(text);
  if (!written)
    return {
      key,
      fault: `"${text}" is not a date with a time.`,
      hint: 'Write 2026-11-27T00:00 with a timeZone, or 2026-11-27T00:00:00+00:00.',
    };
  const { readingMs, offsetMs } = written;
  if (offsetMs !== undefined) {
    if (timeZone === undefined) return [readingMs - offsetMs];
    return {
      key,
      fault: `"${text}" has an offset and cannot be combined with "timeZone".`,
      hint: 'Remove one of them.',
    };
  }
  if (timeZone !== undefined) return findMoments(readingMs, timeZone);
  return {
    key,
    fault: `"${text}" has no time zone.`,
    hint: 'Add timeZone: "Europe/London", or an offset: +00:00.',
  };
}
