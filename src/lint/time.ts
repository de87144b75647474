import { type PlainPeriod, readUnit, toCount, toLargestUnit, toPlainPeriod } from '../charges/period.js';
import type { Json } from '../model/json.js';

/** A stretch of time between two payments, or of a term. */
export type Period = PlainPeriod;

/** `12`, `weeks` to 84 days. Undefined for a unit that Limio is not known to have. */
export function toPeriod(length: Json | undefined, unit: string): Period | undefined {
  const [known, count] = [readUnit(unit), toCount(length)];
  return known && count ? toPlainPeriod({ count, unit: known }) : undefined;
}

/** `a / b`; undefined if one is in days and the other in months. */
export function divide(a: Period, b: Period): number | undefined {
  return a.unit === b.unit ? a.count / b.count : undefined;
}

/** Average length in days over four years. */
export function averageDays({ unit, count }: Period): number {
  return unit === 'day' ? count : (count * 365.25) / 12;
}

/** Shortest and longest possible length in days. */
export function daysOf({ unit, count }: Period): { least: number; most: number } {
  return unit === 'day' ? { least: count, most: count } : { least: count * 28, most: count * 31 };
}

/** `month`, `12 weeks`, `year`: what follows "per" or "every". */
export function namePeriod(period: Period): string {
  const { count, unit } = toLargestUnit(period);
  return count === 1 ? unit : `${count} ${unit}s`;
}

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?$/;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Milliseconds since the epoch of a date or date-time, in UTC unless it has an offset. A date alone means
 * its first or last moment. Undefined for anything else.
 */
export function parseMoment(text: string, edge: 'start' | 'end'): number | undefined {
  const [, day, time, zone = 'Z'] = DATE_TIME.exec(text) ?? [];
  if (day === undefined) return undefined;
  const moment = Date.parse(`${day}T${time ?? '00:00'}${zone}`);
  if (Number.isNaN(moment)) return undefined;
  return time === undefined && edge === 'end' ? moment + DAY_MS - 1 : moment;
}

export interface FoundPeriod {
  /** Undefined if the text says when it is billed, not what period the amount is for. */
  period?: Period;
  /** True for "for 12 weeks". */
  span: boolean;
  /** As written, including the space before it. */
  shown: string;
}

/** Unit words of the most common languages of offers. */
const UNIT_WORDS: [unit: string, count: number, words: string][] = [
  ['days', 1, 'days?|tage?|jours?|día|dag|giorno'],
  ['weeks', 1, 'weeks?|wks?|wochen?|semaines?|semanas?|vecka|uge|uke|settimana'],
  [
    'months',
    1,
    'months?|mos?|mths?|m|monate?n?|mois|mes(?:es)?|maand|måned|månad|mån|md|mese|mesi|mês|mies(?:iąc)?|kk',
  ],
  ['months', 3, 'quarters?|qtr|quartal|trimestre|kwartaal'],
  ['years', 1, 'years?|yrs?|y|annum|jahre?|ans?|année|año|jaar|år|anno|rok'],
];

const ADVERBS: [unit: string, count: number, words: string][] = [
  ['days', 1, 'daily|täglich'],
  ['weeks', 1, 'weekly|wöchentlich'],
  ['months', 1, String.raw`monthly|p\.? ?m\.?|pcm|monatlich|mensuel(?:le)?|mensual|mensile|maandelijks`],
  ['months', 3, 'quarterly|vierteljährlich|trimestriel(?:le)?|trimestral'],
  ['years', 1, String.raw`yearly|annual(?:ly)?|p\.? ?a\.?|jährlich|annuel(?:le)?|anual|annuale|jaarlijks`],
];

const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['one', 1],
  ['two', 2],
  ['three', 3],
  ['four', 4],
  ['six', 6],
  ['twelve', 12],
]);

const NUMBER = String.raw`(?:(?<number>\d{1,3}|one|two|three|four|six|twelve)[ \u00A0-])?`;

const UNIT = UNIT_WORDS.map(([, , words], i) => `(?<u${i}>${words})`).join('|');

const ADVERB = ADVERBS.map(([, , words], i) => `(?<a${i}>${words})`).join('|');

const PAYER = 'user|seat|person|device|licen[cs]e|member|agent|site|employee|head|nutzer|utilisateur|usuario';

/** `per user`, `/seat`. */
const EACH = String.raw`(?:[ \u00A0]?(?:per|\/|a|pro|par|por|each) ?(?:${PAYER})s?\b[ ,]?)?`;

/** Footnote marks. */
const MARK = '[*†‡+¹²³]{0,2}';

const END = String.raw`(?!\p{L})`;

const PER = String.raw`(?:\/|(?:per|pro|par|por|al|a|an|each|every|im|je|i|pr\.?|om|all['’]|na|za)[\s\u00A0])`;

const AFTER_PER = new RegExp(String.raw`^${MARK}${EACH}[\s\u00A0]*${PER} ?${NUMBER}(?:${UNIT})${END}`, 'iu');

/** In "£9 weekly magazine" the adverb belongs to the magazine, not to the payment. */
const PAPER = 'news|paper|magazine|edition|delivery|issue|box|digest|briefing';

const AFTER_ADVERB = new RegExp(
  String.raw`^${MARK}${EACH}[ \u00A0]*\n{0,2}[ \u00A0]*(?:${ADVERB})${END}(?! (?:${PAPER}))`,
  'iu',
);

const FIRST = '(?:(?:the|your|a|an|die|den|le|les|la|first|erste[nr]?|ersten|premiers?|première) )*';

const AFTER_FOR = new RegExp(
  String.raw`^${MARK}${EACH}[\s\u00A0]*,? ?(?:for|für|pour|voor|för) ${FIRST}${NUMBER}(?:first )?(?:${UNIT})${END}`,
  'iu',
);

const BILLED = /^[*†‡+¹²³]{0,2}[\s\u00A0,(]*(?:billed|paid|charged|payable|invoiced|when|if)\b/iu;

const BEFORE_FOR = new RegExp(
  String.raw`(?<!\p{L})${NUMBER}(?:${UNIT})[ \u00A0]?(?:for|für|pour|por|voor|:|=|at)[ \u00A0](?:only |just |nur )?$`,
  'iu',
);

/** An adverb alone may be part of a title ("Guardian Weekly"), so one of these must follow it. */
const PLAN =
  'subscription|membership|plan|price|billing|payment|pass|abo|abonnement|abonnemang|zahlung|preis|paiement|prix|' +
  'suscripción|pago|precio|abbonamento|pris';

const BEFORE_ADVERB = new RegExp(
  String.raw`(?<!\p{L})(?:${ADVERB})(?: (?!${PAPER})\p{L}+)? ?(?:${PLAN})s?${END}[^.,;!?\n\d]{0,15}$`,
  'iu',
);

/** The period after an amount: `/mo`, ` per 3 months`, ` jährlich`, ` for the first month`. */
export function readPeriodAfter(rest: string): FoundPeriod | undefined {
  const per = AFTER_PER.exec(rest) ?? AFTER_ADVERB.exec(rest);
  if (per) return toFound(per, false);
  const span = AFTER_FOR.exec(rest);
  if (span) return toFound(span, true);
  // "£10, billed annually" may be ten a month or ten a year.
  return BILLED.test(rest) ? { span: false, shown: '' } : undefined;
}

/** The period before an amount: `12 weeks for `, `Annual subscription for `. */
export function readPeriodBefore(before: string): FoundPeriod | undefined {
  const span = BEFORE_FOR.exec(before);
  if (span) return toFound(span, true);
  const adverb = BEFORE_ADVERB.exec(before);
  return adverb ? toFound(adverb, false) : undefined;
}

function toFound(match: RegExpExecArray, span: boolean): FoundPeriod {
  const groups = match.groups ?? {};
  const unit =
    UNIT_WORDS.find((_, i) => groups[`u${i}`] !== undefined) ?? ADVERBS.find((_, i) => groups[`a${i}`] !== undefined);
  const number = groups['number']?.toLowerCase();
  const count = number === undefined ? 1 : (NUMBERS.get(number) ?? Number(number));
  const period = unit && toPeriod(unit[1] * count, unit[0]);
  return { ...(period === undefined ? {} : { period }), span, shown: match[0] };
}
