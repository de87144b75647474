import { CURRENCIES, CURRENCY_SIGNS } from './currencies.js';
import { type Period, readPeriodAfter, readPeriodBefore } from './time.js';

/** An amount of money in a text. */
export interface PriceClaim {
  /** As written, with its period: `£12.99 per month`. */
  shown: string;
  /** Possible readings of the digits: `1.299` has two. */
  values: number[];
  /** The unit of the last digit: 0.01 for `12.99`, 1 for `9`. */
  step: number;
  /** Possible currencies of the sign; undefined without a sign. */
  currencies?: readonly string[];
  period?: Period;
  /** `12 weeks for £20`: the amount is for the whole period, which may be an introductory one. */
  span: boolean;
  /** False for savings, old prices, later prices, prices "from" and the like. */
  firm: boolean;
}

/** Finds the amounts in plain text. An amount without a currency sign counts only if a period follows. */
export function findPriceClaims(text: string): PriceClaim[] {
  if (!/\d/.test(text)) return [];
  // Without the tax rate, net and gross prices cannot be compared.
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
        // "£0" is the price of a trial, which need not be a charge.
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

/** The possible numbers of `12,99`, `1.299,00`, `1 299`, `1'299.–`. `1.299` has two. */
function readDigits(digits: string): number[] {
  const plain = digits.replaceAll(/[ \u00A0\u202F'’]/g, '');
  const decimal = /^(.*)[.,](\d{1,2})$/.exec(plain);
  if (decimal) return [Number(`${(decimal[1] ?? '').replaceAll(/[.,]/g, '')}.${decimal[2]}`)];
  const grouped = Number(plain.replaceAll(/[.,]/g, ''));
  return /^\d{1,3}[.,]\d{3}$/.test(plain) ? [grouped, Number(plain.replace(',', '.'))] : [grouped];
}

const LETTERS = [...CURRENCIES, ...[...CURRENCY_SIGNS.keys()].filter((sign) => /^\p{L}+$/u.test(sign))];

const SIGNS = [...CURRENCY_SIGNS.keys()]
  .filter((sign) => !/^\p{L}+$/u.test(sign))
  .map((sign) => sign.replaceAll('$', String.raw`\$`));

const SIGN = String.raw`(?:${SIGNS.join('|')}|(?<!\p{L})(?:${LETTERS.join('|')})(?!\p{L})\.?)`;

const GAP = String.raw`[ \u00A0\u202F]?`;

/** In groups of three, of two (`1,00,000`), or ungrouped. */
const DIGITS =
  String.raw`(?:\d{1,2}(?:,\d{2}){1,3},\d{3}(?:\.\d{1,2})?` +
  String.raw`|\d{1,3}(?:[ \u00A0\u202F'’.,]\d{3}){1,3}(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?)(?!\d)`;

/** Swiss and German notation for no cents: `12.–`, `12,-`. */
const DASH = String.raw`(?:[.,][-–—]{1,2})?`;

const CODE = String.raw`(?:${CURRENCIES.join('|')})(?!\p{L})`;

/** In `5 € 10` the sign belongs to the 5. */
const NOT_AFTER_DIGIT = String.raw`(?<!\d${GAP}(?=€))`;

const AMOUNT = new RegExp(
  String.raw`${NOT_AFTER_DIGIT}(?<sign>${SIGN})${GAP}(?<first>${DIGITS})${DASH}(?:${GAP}(?<code>${CODE}))?` +
    String.raw`|(?<![\p{Script=Latin}\d.,])(?:(?<second>${DIGITS})${DASH}${GAP}(?<after>${SIGN})(?!${GAP}\d)` +
    String.raw`|(?<split>\d{1,6}€\d{2})(?!\d|[.,]\d)|(?<pence>\d{1,2})${GAP}(?<small>p|¢)(?![\p{L}\d])` +
    String.raw`|(?<bare>\d{1,6}[.,]\d{2})(?!\d|[.,]\d|${GAP}%))`,
  'gu',
);

/** Words before a number that is a date, a time or a version. */
const NO_PRICE_BEFORE = /(?<!\p{L})(?:on|at|by|until|ends?|am|um|bis|le|el|version)\s$/iu;

const NO_PRICE_AFTER = /^\s(?:every|each|jede[nrs]?|chaque|cada)\s/iu;

const TAX = /(?<!\p{L})(?:vat|tax(?:es)?|gst|hst|mwst|ust|tva|iva|btw|moms|mva|ttc)(?!\p{L})|税/iu;

/**
 * Whether the context shows that an amount is not the price: a saving, an old or later price, a price
 * "from", a part of a range. `rest` starts with the `period` of the amount, if it has one.
 */
function isSoftAmount(before: string, rest: string, period: string): boolean {
  return (
    BEFORE.test(before) ||
    RANGE_BEFORE.test(before) ||
    AFTER.test(rest) ||
    AFTER.test(rest.slice(period.length)) ||
    (period === '' && OTHER_UNIT.test(rest))
  );
}

/** Words shortly before an amount that is not the price. */
const WORDS_BEFORE = [
  String.raw`sav(?:e|es|ing|ings)|off|discount|worth|valued?|was|were|rrp|msrp|instead|usual(?:ly)?|regular(?:ly)?`,
  String.raw`original(?:ly)?|standard (?:price|rate)|ongoing|full price|list price|compare\p{L}*|other|upgrade`,
  String.raw`switch`,
  'up to|from|start(?:s|ing)?|under|over|less than|more than|at least|between|about|around|approx|approximately',
  'roughly|nearly|almost',
  String.raw`then|thereafter|followed|later|increas\p{L}*|ris(?:es|ing)|goes up|revert\p{L}*|continu\p{L}*`,
  String.raw`after(?:wards)?|renew\p{L}*|auto-?renew\p{L}*|plus|add|extra|another|deposit|fee|delivery|shipping`,
  String.raw`postage|p ?& ?p|\d+ for`,
  String.raw`credit|voucher|free|win|earn|bonus|reward|refund|donat\p{L}*`,
  String.raw`statt|anstatt|uvp|normal\p{L}*|regulär\p{L}*|sonst|später|\d+\. (?:monat|jahr)|in der app|spare\p{L}*`,
  String.raw`ersparnis|ab|bis zu|ca\.?|circa|etwa|rund|zwischen|im wert|danach|anschließend|zzgl\.?|zuzüglich`,
  String.raw`versand\p{L}*|porto`,
  String.raw`au lieu|économis\p{L}*|à partir|dès|jusqu\p{L}*|environ|entre|puis|ensuite|livraison|ahorr\p{L}*`,
  String.raw`desde|antes|luego|después|pvp|envío|habituel\p{L}*|plein tarif|depois`,
  String.raw`bespaar\p{L}*|vanaf|daarna|verzend\p{L}*|spar\p{L}*|från|fra|før|sedan|därefter|derefter|ordin\p{L}*`,
  String.raw`frakt|risparmi\p{L}*|invece|prezzo pieno|poi|spedizione|od|potem`,
].join('|');

const BEFORE = new RegExp(String.raw`(?<!\p{L})(?:${WORDS_BEFORE})(?!\p{L})[^.,;!?\n]{0,30}$|[+~≈][ \u00A0]?$`, 'iu');

/** Between the two amounts of a range. */
const RANGE_BEFORE = /(?:^|\d) ?(?:[-–—]|to|and|bis|und|à|et|tot|y|e) ?$/iu;

const WORDS_AFTER = [
  '%|off|discount|savings?|less|cheaper|worth|credit|voucher|cashback|back|refund|gift card|deposit|fee|delivery',
  'shipping|postage|p ?& ?p|extra|more|value|thereafter|afterwards?|after|from|and (?:over|above|up)',
  'or (?:more|less)',
  String.raw`\+|[-–—] ?\p{Sc}? ?\d|(?:to|and|bis|und|à|et|tot|y|e) ?\p{Sc} ?\d|[km](?!\p{L})|bn|million|thousand`,
  String.raw`rabatt|günstiger|sparen|gespart|versand\p{L}*|porto|de réduction|de remise|d['’]économie|de livraison`,
  String.raw`de descuento|de envío|korting|verzendkosten|rabat|frakt`,
].join('|');

const AFTER = new RegExp(String.raw`^\s*(?:${WORDS_AFTER})`, 'iu');

/** Per something other than a period: `per issue`, `/min`. */
const OTHER_UNIT = /^[*†‡]*\s?(?:\/|(?:per|pro|par|por|je|an?|each)\s)\s?\p{L}/iu;
