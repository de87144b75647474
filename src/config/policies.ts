import { KIND_DEFINITIONS } from '../kinds/kinds.js';
import { isKind, KINDS } from '../model/address.js';
import { type FreezeWindow, parseIgnoreRule } from '../model/policies.js';
import { suggestNearest } from '../model/spelling.js';
import type { EnvironmentConfig } from './schema.js';
import { findMoments, isTimeZone, parseWrittenTime } from './time-zones.js';

type Report = (keys: readonly PropertyKey[], message: string, hint?: string) => void;

/** Checks every pattern: a misspelt one would match, and so protect, nothing. */
export function checkPolicies(
  { protect = [], ignore = [], freeze = [], ownership }: EnvironmentConfig,
  report: Report,
): void {
  protect.forEach((pattern, i) => {
    checkAddress(pattern, (message, hint) => report(['protect', i], message, hint));
    if (pattern.includes('#/'))
      report(
        ['protect', i],
        '"protect" protects whole objects, not single fields.',
        'Remove everything from the "#" on.',
      );
  });
  ignore.forEach((text, i) => checkRule(text, (message, hint) => report(['ignore', i], message, hint)));
  checkOwnership(ownership, report);
  freeze.forEach((window, i) => {
    const parsed = parseFreeze(window);
    if (Array.isArray(parsed)) for (const { key, fault, hint } of parsed) report(['freeze', i, key], fault, hint);
  });
}

export function checkOwnership(ownership: EnvironmentConfig['ownership'], report: Report): void {
  for (const owner of ['app', 'server', 'git'] as const) {
    ownership?.[owner]?.forEach((text, i) =>
      checkRule(text, (message, hint) => report(['ownership', owner, i], message, hint)),
    );
  }
}

function checkRule(text: string, report: At): void {
  const { address, field } = parseIgnoreRule(text);
  checkAddress(address, report);
  if (field) checkField(address, field, report);
}

type At = (message: string, hint?: string) => void;

/** A pattern of addresses that can match something. */
export function checkAddress(pattern: string, report: At): void {
  if (pattern === '*') return;
  const colon = pattern.indexOf(':');
  const kind = pattern.slice(0, Math.max(colon, 0));
  if (isKind(kind)) {
    if (colon === pattern.length - 1) report(`"${pattern}" names no object.`, `Write "${pattern}*" for all of them.`);
    return;
  }
  const nearest = suggestNearest(kind, KINDS);
  report(
    `"${pattern}" does not begin with a kind: ${KINDS.join(', ')}.`,
    nearest === undefined
      ? 'Write kind:name, for example "offer:/offers2/Legacy*".'
      : `Did you mean "${nearest}${pattern.slice(colon)}"?`,
  );
}

/** A field that the kind of the pattern has. */
export function checkField(address: string, field: readonly string[], report: At): void {
  const kind = address.slice(0, Math.max(address.indexOf(':'), 0));
  if (field.includes('')) {
    report('The field has an empty part.', 'Write it as a JSON Pointer: "#/attributes/badge_text__limio".');
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
