import { type PlainPeriod, readUnit, toLargestUnit, toPlainPeriod } from '../prices/period.js';

/** A stretch of time between two payments, or of a term. */
export type Period = PlainPeriod;

/** `12`, `weeks` to 84 days. Undefined for a unit that Limio is not known to have. */
export function toPeriod(count: number | undefined, unit: string): Period | undefined {
  const known = readUnit(unit);
  return known && count !== undefined && count > 0 ? toPlainPeriod({ count, unit: known }) : undefined;
}

/** `a = ratio * b`, where the two can be compared. */
export function divide(a: Period, b: Period): number | undefined {
  return a.unit === b.unit ? a.count / b.count : undefined;
}

/** How many days it takes, on the average of four years. */
export function averageDays({ unit, count }: Period): number {
  return unit === 'day' ? count : (count * 365.25) / 12;
}

/** The least and the most days that it may take. */
export function daysOf({ unit, count }: Period): { least: number; most: number } {
  return unit === 'day' ? { least: count, most: count } : { least: count * 28, most: count * 31 };
}

/** `month`, `12 weeks`, `year`: what follows "per" or "every". */
export function namePeriod(period: Period): string {
  const { count, unit } = toLargestUnit(period);
  return count === 1 ? unit : `${count} ${unit}s`;
}

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

export interface FoundPeriod {
  /** Undefined where the text names a time of billing and not the time that the amount is for. */
  period?: Period;
  /** True for "for 12 weeks". */
  span: boolean;
  /** As written, with the space before it. */
  shown: string;
}

/** Words of the languages in which offers are written most, by what they mean. */
const UNITSReadPeriod: [unit: string, count: number, words: string][] = [
  ['days', 1, 'days?|tage?|jours?|día|dag|giorno'],
  ['weeks', 1, 'weeks?|wks?|wochen?|semaines?|semanas?|vecka|uge|uke|settimana'],
  [
    'months',
    1,
    'months?|mos?|mths?|mths?|m|monate?n?|mois|mes(?:es)?|maand|måned|månad|mån|md|mese|mesi|mês|mies(?:iąc)?|kk',
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

const UNIT = UNITSReadPeriod.map(([, , words], i) => `(?<u${i}>${words})`).join('|');

const ADVERB = ADVERBS.map(([, , words], i) => `(?<a${i}>${words})`).join('|');

/** Who or what pays it: `per user`, `/seat`. */
const EACH = String.raw`(?:[ \u00A0]?(?:per|\/|a|pro|par|por|each) ?(?:user|seat|person|device|licen[cs]e|member|agent|site|employee|head|nutzer|utilisateur|usuario)s?\b[ ,]?)?`;

/** Of a footnote. */
const MARK = '[*†‡+¹²³]{0,2}';

const END = String.raw`(?!\p{L})`;

const AFTER_PER = new RegExp(
  String.raw`^${MARK}${EACH}[\s\u00A0]*(?:\/|(?:per|pro|par|por|al|a|an|each|every|im|je|i|pr\.?|om|all['’]|na|za)[\s\u00A0]) ?${NUMBER}(?:${UNIT})${END}`,
  'iu',
);

/** "£9 weekly magazine" does not say how often it is paid, nor does the next row of a table. */
const PAPER = 'news|paper|magazine|edition|delivery|issue|box|digest|briefing';

const AFTER_ADVERB = new RegExp(
  String.raw`^${MARK}${EACH}[ \u00A0]*\n{0,2}[ \u00A0]*(?:${ADVERB})${END}(?! (?:${PAPER}))`,
  'iu',
);

const AFTER_FOR = new RegExp(
  String.raw`^${MARK}${EACH}[\s\u00A0]*,? ?(?:for|für|pour|voor|för|for) (?:(?:the|your|a|an|die|den|le|les|la|first|erste[nr]?|ersten|premiers?|première) )*${NUMBER}(?:first )?(?:${UNIT})${END}`,
  'iu',
);

const BILLED = /^[*†‡+¹²³]{0,2}[\s\u00A0,(]*(?:billed|paid|charged|payable|invoiced|when|if)\b/iu;

const BEFORE_FOR = new RegExp(
  String.raw`(?<!\p{L})${NUMBER}(?:${UNIT})[ \u00A0]?(?:for|für|pour|por|voor|:|=|at)[ \u00A0](?:only |just |nur )?$`,
  'iu',
);

/** An adverb alone may be part of a title, as in "Guardian Weekly": it says something together with what is paid for. */
const PLAN =
  'subscription|membership|plan|price|billing|payment|pass|abo|abonnement|abonnemang|zahlung|preis|paiement|prix|suscripción|pago|precio|abbonamento|pris';

const BEFORE_ADVERB = new RegExp(
  String.raw`(?<!\p{L})(?:${ADVERB})(?: (?!${PAPER})\p{L}+)? ?(?:${PLAN})s?${END}[^.,;!?\n\d]{0,15}$`,
  'iu',
);

/** The period that follows an amount: `/mo`, ` per 3 months`, ` jährlich`, ` for the first month`. */
export function readPeriodAfter(rest: string): FoundPeriod | undefined {
  const per = AFTER_PER.exec(rest) ?? AFTER_ADVERB.exec(rest);
  if (per) return toFound(per, false);
  const span = AFTER_FOR.exec(rest);
  if (span) return toFound(span, true);
  // "£10, billed annually" is ten a month or ten a year.
  return BILLED.test(rest) ? { span: false, shown: '' } : undefined;
}

/** The period that an amount follows: `12 weeks for `, `Annual subscription for `. */
export function readPeriodBefore(before: string): FoundPeriod | undefined {
  const span = BEFORE_FOR.exec(before);
  if (span) return toFound(span, true);
  const adverb = BEFORE_ADVERB.exec(before);
  return adverb ? toFound(adverb, false) : undefined;
}

function toFound(match: RegExpExecArray, span: boolean): FoundPeriod {
  const groups = match.groups ?? {};
  const unit =
    UNITSReadPeriod.find((_, i) => groups[`u${i}`] !== undefined) ??
    ADVERBS.find((_, i) => groups[`a${i}`] !== undefined);
  const number = groups['number']?.toLowerCase();
  const count = number === undefined ? 1 : (NUMBERS.get(number) ?? Number(number));
  const period = unit && toPeriod(unit[1] * count, unit[0]);
  return { ...(period === undefined ? {} : { period }), span, shown: match[0] };
}
