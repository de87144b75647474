import { CURRENCIES, CURRENCY_SIGNS } from '../facts/currencies.js';
import type { Period } from '../facts/period.js';
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
const SIGNS = [...CURRENCY_SIGNS.keys()].filter((sign) => !/^\p{L}+$/u.test(sign)).map((sign) => sign.replaceAll('$', String.raw`\$`));
const SIGN = String.raw`(?:${SIGNS.join('|')}|(?<!\p{L})(?:${LETTERS.join('|')})(?!\p{L})\.?)`;
const GAP = String.raw`[ \u00A0\u202F]?`;
const DIGITS = String.raw`(?:\d{1,3}(?:[ \u00A0\u202F'’.,]\d{3}){1,3}(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?)(?!\d)`;
/** Swiss and German for "and no cents": `12.–`, `12,-`. */
const DASH = String.raw`(?:[.,][-–—]{1,2})?`;
const CODE = String.raw`(?:${CURRENCIES.join('|')})(?!\p{L})`;
const AMOUNT = new RegExp(
  String.raw`(?<sign>${SIGN})${GAP}(?<first>${DIGITS})${DASH}(?:${GAP}(?<code>${CODE}))?` +
    String.raw`|(?<![\p{L}\d.,])(?:(?<second>${DIGITS})${DASH}${GAP}(?<after>${SIGN})(?!${GAP}\d)|(?<pence>\d{1,2})${GAP}(?<small>p|¢)(?![\p{L}\d])|(?<bare>\d{1,6}[.,]\d{2})(?!\d|[.,]\d|${GAP}%))`,
  'gu',
);

/** What makes an amount something else than the price, standing shortly before it. */
const SOFT_BEFORE =
  /(?<!\p{L})(?:sav(?:e|es|ing|ings)|off|discount|worth|valued?|was|were|rrp|instead|normal(?:ly)?|usual(?:ly)?|regular(?:ly)?|original(?:ly)?|full price|list price|up to|from|start(?:s|ing)?|under|over|less than|more than|at least|then|thereafter|after(?:wards)?|renew\p{L}*|auto-?renew\p{L}*|plus|add|extra|another|deposit|fee|delivery|shipping|postage|credit|voucher|free|statt|anstatt|spare\p{L}*|ersparnis|ab|bis zu|im wert|danach|anschließend|versand|au lieu|économis\p{L}*|à partir|dès|jusqu\p{L}*|puis|ensuite|ahorr\p{L}*|desde|antes|luego|después|bespaar\p{L}*|vanaf|daarna|spar\p{L}*|från|fra|før|sedan|därefter|derefter|risparmi\p{L}*|invece|poi|od|potem)(?!\p{L})[^.,;!?\n]{0,30}$/iu;
const SOFT_AFTER =
  /^\s*(?:%|off|discount|saving|savings|less|cheaper|worth|credit|voucher|cashback|gift card|deposit|fee|delivery|shipping|postage|extra|more|value|and (?:over|above|up)|\+|or (?:more|less)|[-–—] ?\p{Sc}? ?\d|[kKmM](?!\p{L})|bn|million|thousand|rabatt|günstiger|sparen|gespart|de réduction|de remise|d['’]économie|de descuento|korting|rabat)/iu;
const TAX = /(?<!\p{L})(?:vat|tax(?:es)?|gst|hst|mwst|ust|tva|iva|btw|moms|mva|ttc)(?!\p{L})/iu;
/** All that stands between two amounts of a range. */
const RANGE_BEFORE = /^ ?[-–—] ?$/;

/** The amounts of a text that {@link readHtmlText} gave. Amounts without a sign count only where a period follows. */
export function findPriceClaims(text: string): PriceClaim[] {
  if (!/\d/.test(text)) return [];
  // Prices with and without tax cannot be told apart without the rate.
  const taxed = TAX.test(text);
  let last = 0;
  return [...text.matchAll(AMOUNT)].flatMap((match): PriceClaim[] => {
    const { sign, first, code, second, after: trailing, pence, small, bare } = match.groups ?? {};
    const end = match.index + match[0].length;
    const before = text.slice(Math.max(last, match.index - 60), match.index);
    const rest = text.slice(end, end + 80);
    last = end;
    const following = readPeriodAfter(rest);
    if (bare !== undefined && !following) return [];
    const found = following ?? readPeriodBefore(before);
    const digits = first ?? second ?? pence ?? bare ?? '';
    const scale = pence === undefined ? 1 : 0.01;
    const currencies = small === undefined ? readSign(code ?? sign ?? trailing) : small === 'p' ? ['GBP'] : CURRENCY_SIGNS.get('$');
    return [
      {
        shown: `${match[0]}${following?.shown ?? ''}`.trim(),
        values: readDigits(digits).map((value) => value * scale),
        step: /[.,]\d{1,2}$/.test(digits) ? (/[.,]\d$/.test(digits) ? 0.1 : 0.01) : scale,
        ...(currencies === undefined ? {} : { currencies }),
        ...(found?.period === undefined ? {} : { period: found.period }),
        span: found?.span ?? false,
        firm: !taxed && !SOFT_BEFORE.test(before) && !RANGE_BEFORE.test(before) && !SOFT_AFTER.test(rest),
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
