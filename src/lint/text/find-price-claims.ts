import { CURRENCIES, CURRENCY_SIGNS } from '../facts/currencies.js';
import type { Period } from '../facts/period.js';
import { isSoftAmount } from './is-soft-amount.js';
import { readPeriodAfter, readPeriodBefore } from './read-period.js';

/** An amount of money in a text, and what the text says of it. */
export interface PriceClaim {
  /** With the period, as written: `£12.99 per month`. */
  shown: string;
  /** What the digits may mean: `1.299` is read in two ways. */
  values: number[];
  /** The smallest step of the digits: 0.01 for `12.99`, 1 for `9`. */
  step: number;
  /** What the sign may stand for; undefined without one. */
  currencies?: readonly string[];
  period?: Period;
  /** `12 weeks for £20`: the whole of a time, which may be a first one. */
  span: boolean;
  /** True for a price of this offer; false for a saving, an old price, a price from, a later price and the like. */
  firm: boolean;
}

const LETTERS = [...CURRENCIES, ...[...CURRENCY_SIGNS.keys()].filter((sign) => /^\p{L}+$/u.test(sign))];
const SIGNS = [...CURRENCY_SIGNS.keys()]
  .filter((sign) => !/^\p{L}+$/u.test(sign))
  .map((sign) => sign.replaceAll('$', String.raw`\$`));
const SIGN = String.raw`(?:${SIGNS.join('|')}|(?<!\p{L})(?:${LETTERS.join('|')})(?!\p{L})\.?)`;
const GAP = String.raw`[ \u00A0\u202F]?`;
/** Groups of three, or of two as in `1,00,000`, or none. */
const DIGITS = String.raw`(?:\d{1,2}(?:,\d{2}){1,3},\d{3}(?:\.\d{1,2})?|\d{1,3}(?:[ \u00A0\u202F'’.,]\d{3}){1,3}(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?)(?!\d)`;
/** Swiss and German for "and no cents": `12.–`, `12,-`. */
const DASH = String.raw`(?:[.,][-–—]{1,2})?`;
const CODE = String.raw`(?:${CURRENCIES.join('|')})(?!\p{L})`;
/** Not the second half of `5 € 10`, in which the sign belongs to what stands before it. */
const NOT_AFTER_DIGIT = String.raw`(?<!\d${GAP}(?=€))`;
const AMOUNT = new RegExp(
  String.raw`${NOT_AFTER_DIGIT}(?<sign>${SIGN})${GAP}(?<first>${DIGITS})${DASH}(?:${GAP}(?<code>${CODE}))?` +
    String.raw`|(?<![\p{Script=Latin}\d.,])(?:(?<second>${DIGITS})${DASH}${GAP}(?<after>${SIGN})(?!${GAP}\d)|(?<split>\d{1,6}€\d{2})(?!\d|[.,]\d)|(?<pence>\d{1,2})${GAP}(?<small>p|¢)(?![\p{L}\d])|(?<bare>\d{1,6}[.,]\d{2})(?!\d|[.,]\d|${GAP}%))`,
  'gu',
);

/** What else a number with a point may be: a day, a time. */
const NO_PRICE_BEFORE = /(?<!\p{L})(?:on|at|by|until|ends?|am|um|bis|le|el|version)\s$/iu;
const NO_PRICE_AFTER = /^\s(?:every|each|jede[nrs]?|chaque|cada)\s/iu;
const TAX = /(?<!\p{L})(?:vat|tax(?:es)?|gst|hst|mwst|ust|tva|iva|btw|moms|mva|ttc)(?!\p{L})|税/iu;

/** The amounts of a text that {@link readHtmlText} gave. Amounts without a sign count only where a period follows. */
export function findPriceClaims(text: string): PriceClaim[] {
  if (!/\d/.test(text)) return [];
  // Prices with and without tax cannot be told apart without the rate.
  const taxed = TAX.test(text);
  let last = 0;
  return [...text.matchAll(AMOUNT)].flatMap((match): PriceClaim[] => {
    const { sign, first, code, second, after: trailing, split, pence, small, bare } = match.groups ?? {};
    const end = match.index + match[0].length;
    const before = text.slice(Math.max(last, match.index - 60), match.index);
    const rest = text.slice(end, end + 80);
    last = end;
    const following = readPeriodAfter(rest);
    if (bare !== undefined && (!following || NO_PRICE_BEFORE.test(before) || NO_PRICE_AFTER.test(rest))) return [];
    const found = following ?? readPeriodBefore(before);
    const digits = first ?? second ?? split?.replace('€', ',') ?? pence ?? bare ?? '';
    const scale = pence === undefined ? 1 : 0.01;
    const currencies =
      small === undefined
        ? readSign(code ?? sign ?? trailing ?? (split && '€'))
        : small === 'p'
          ? ['GBP']
          : CURRENCY_SIGNS.get('$');
    const values = readDigits(digits).map((value) => value * scale);
    return [
      {
        shown: `${match[0]}${following?.shown ?? ''}`.trim(),
        values,
        step: /[.,]\d{1,2}$/.test(digits) ? (/[.,]\d$/.test(digits) ? 0.1 : 0.01) : scale,
        ...(currencies === undefined ? {} : { currencies }),
        ...(found?.period === undefined ? {} : { period: found.period }),
        span: found?.span ?? false,
        // "£0" is the price of a trial, which the charges need not show.
        firm: !taxed && !values.includes(0) && !isSoftAmount(before, rest, following?.shown ?? ''),
      },
    ];
  });
}

function readSign(sign: string | undefined): readonly string[] | undefined {
  if (sign === undefined) return undefined;
  const plain = sign.replace(/\.$/, '');
  return CURRENCY_SIGNS.get(plain) ?? [plain];
}

/** Every number that digits may stand for: `12,99`, `1.299,00`, `1 299`, `1'299.–`; `1.299` is two. */
function readDigits(digits: string): number[] {
  const plain = digits.replaceAll(/[ \u00A0\u202F'’]/g, '');
  const decimal = /^(.*)[.,](\d{1,2})$/.exec(plain);
  if (decimal) return [Number(`${(decimal[1] ?? '').replaceAll(/[.,]/g, '')}.${decimal[2]}`)];
  const grouped = Number(plain.replaceAll(/[.,]/g, ''));
  return /^\d{1,3}[.,]\d{3}$/.test(plain) ? [grouped, Number(plain.replace(',', '.'))] : [grouped];
}
