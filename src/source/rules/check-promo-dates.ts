import { textAt } from '../../model/json.js';
import type { CheckedDocument } from '../checked-document.js';
import type { Finding } from '../finding.js';

const DATE = /^(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:\d{2})?$/;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Dates that are days of the calendar, and an expiry that is not before the start. */
export function checkPromoDates({ value }: CheckedDocument): Finding[] {
  const start = textAt(value, 'promoStartDate');
  const expiry = textAt(value, 'promoExpiryDate');
  const findings = [...checkDate('promoStartDate', start), ...checkDate('promoExpiryDate', expiry)];
  if (findings.length > 0 || start === undefined || expiry === undefined) return findings;
  // A day without a time lasts until its end.
  const end = parseDate(expiry) + (expiry.includes('T') ? 0 : DAY_MS - 1);
  if (end >= parseDate(start)) return [];
  return [
    {
      code: 'PROMO_DATES',
      path: ['promoExpiryDate'],
      message: `The code expires on ${expiry}, before it starts on ${start}.`,
    },
  ];
}

function checkDate(key: string, text: string | undefined): Finding[] {
  if (text === undefined || !Number.isNaN(parseDate(text))) return [];
  return [
    {
      code: 'DATE_SYNTAX',
      path: [key],
      message: `"${text}" is not a date.`,
      hint: 'Write YYYY-MM-DD, for example 2027-03-31.',
    },
  ];
}

/** Milliseconds since the epoch, or NaN. A time without a zone is UTC, so that the result is the same everywhere. */
function parseDate(text: string): number {
  const [, year, month, day, time, zone] = DATE.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined || (zone !== undefined && time === undefined))
    return NaN;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return NaN;
  return time === undefined ? date.getTime() : Date.parse(`${year}-${month}-${day}${time}${zone ?? 'Z'}`);
}
