const FORM = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?$/;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Milliseconds since the epoch of a date or a time, without a zone in UTC; a date is its first or its last moment. Undefined for anything else. */
export function parseMoment(text: string, edge: 'start' | 'end'): number | undefined {
  const [, day, time, zone = 'Z'] = FORM.exec(text) ?? [];
  if (day === undefined) return undefined;
  const moment = Date.parse(`${day}T${time ?? '00:00'}${zone}`);
  if (Number.isNaN(moment)) return undefined;
  return time === undefined && edge === 'end' ? moment + DAY_MS - 1 : moment;
}
