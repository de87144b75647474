import type { FreezeWindow } from '../model/policies.js';
import { suggestNearest } from '../model/spelling.js';
import type { EnvironmentConfig } from './config-schema.js';
import { findMoments, isTimeZone, parseWrittenTime } from './zoned-time.js';

type FreezeConfig = NonNullable<EnvironmentConfig['freeze']>[number];

export interface FreezeFault {
  key: 'from' | 'to' | 'timeZone';
  fault: string;
  hint?: string;
}

/**
 * One freeze as moments. Where clocks change over one of its ends, it begins at the earlier and ends
 * at the later reading: a freeze is never shorter than it says.
 */
export function parseFreeze({ from, to, reason, timeZone }: FreezeConfig): FreezeWindow | FreezeFault[] {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const nearest = suggestNearest(timeZone, Intl.supportedValuesOf('timeZone'));
    return [
      {
        key: 'timeZone',
        fault: `"${timeZone}" is no time zone.`,
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
      fault: `"${text}" is no date with a time.`,
      hint: 'Write 2026-11-27T00:00 with a timeZone, or 2026-11-27T00:00:00+00:00.',
    };
  const { readingMs, offsetMs } = written;
  if (offsetMs !== undefined) {
    if (timeZone === undefined) return [readingMs - offsetMs];
    return { key, fault: `"${text}" has an offset, and there is a timeZone as well.`, hint: 'Leave one of them out.' };
  }
  if (timeZone !== undefined) return findMoments(readingMs, timeZone);
  return {
    key,
    fault: `"${text}" does not say in which time zone.`,
    hint: 'Add timeZone: "Europe/London", or an offset: +00:00.',
  };
}
