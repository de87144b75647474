/** A date with a time, as written in a configuration. Without an offset it is local to some time zone. */
export interface WrittenTime {
  /** The written time as if it were UTC, in milliseconds since the epoch. */
  readingMs: number;
  /** Milliseconds that the clock is ahead of UTC. */
  offsetMs?: number;
}

const MINUTE_MS = 60_000;

const DAY_MS = 24 * 60 * MINUTE_MS;

const WRITTEN = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?(?:(Z)|([+-])(\d{2}):(\d{2}))?$/;

/** Undefined for text that is not an ISO date-time, or not on the calendar. */
export function parseWrittenTime(text: string): WrittenTime | undefined {
  const match = WRITTEN.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const readingMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const written = `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6] ?? '00'}.000Z`;
  if (Number.isNaN(readingMs) || new Date(readingMs).toISOString() !== written) return undefined;
  if (match[7] !== undefined) return { readingMs, offsetMs: 0 };
  if (match[8] === undefined) return { readingMs };
  const [hours, minutes] = [Number(match[9]), Number(match[10])];
  if (hours > 14 || minutes > 59) return undefined;
  return { readingMs, offsetMs: (match[8] === '-' ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS };
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * The moments at which clocks of a zone show a time, earliest first: two if clocks are set back over it.
 * If they are set forward over it, the moments by the clock before and after the change.
 */
export function findMoments(readingMs: number, timeZone: string): number[] {
  const offsets = [
    ...new Set([readingMs - DAY_MS, readingMs + DAY_MS].map((moment) => measureOffset(moment, timeZone))),
  ];
  const moments = offsets.map((offset) => readingMs - offset).sort((a, b) => a - b);
  const real = moments.filter((moment) => moment + measureOffset(moment, timeZone) === readingMs);
  return real.length > 0 ? real : moments;
}

/** How many milliseconds a zone is ahead of UTC at a moment. */
function measureOffset(moment: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - moment;
}
