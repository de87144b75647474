import {
  getOwn,
  isJsonObject,
  type Json,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  textAt,
} from '../../model/json.js';
import type { DayAmount, ExpectedPrice, PriceCase } from '../../prices/order.js';
import { isDay } from '../../prices/period.js';
import type { DocumentPath, Finding } from '../documents.js';
import { checkCountry } from '../rules/conditions.js';
import { checkAmount, checkCurrency } from '../rules/prices.js';
import { checkPromoCodeSyntax } from '../rules/promo-codes.js';

/** A case of a test document. */
export interface NamedPriceCase extends PriceCase {
  name: string;
  /** Of the case. */
  path: DocumentPath;
  /** Of the paths of its offers, in their order. */
  offerPaths: readonly DocumentPath[];
  promoCodePath: DocumentPath;
}

interface Row {
  value: JsonObject;
  /** Where a key stands: in the case, or else in the defaults. */
  pathOf: (...keys: [string, ...(string | number)[]]) => DocumentPath;
}

/** The cases of a document whose shape is right. */
export function checkPriceCases(document: JsonObject): { cases: NamedPriceCase[]; findings: Finding[] } {
  const defaults = objectAt(document, 'defaults');
  const results = listAt(document, 'cases')
    .filter(isJsonObject)
    .map((own, index) => {
      const isOwn = (key: string): boolean => Object.hasOwn(own, key) || !Object.hasOwn(defaults, key);
      const row: Row = {
        value: mergeCase(defaults, own),
        pathOf: (key, ...rest) => [...(isOwn(key) ? ['cases', index] : ['defaults']), key, ...rest],
      };
      const { offers, findings: strange } = listOffers(row, own);
      const expected = checkExpected(row, own, defaults, index);
      const findings = [...checkMissing(row.value, index), ...strange, ...checkOrder(row), ...expected.findings];
      const date = textAt(row.value, 'date') ?? '';
      const country = textAt(row.value, 'country');
      const code = textAt(row.value, 'promo_code')?.toUpperCase();
      const one: NamedPriceCase = {
        name: nameCase(document, own, index),
        path: ['cases', index],
        offers: offers.map(({ path, quantity }) => ({ path, quantity })),
        offerPaths: offers.map(({ at }) => at),
        promoCodePath: row.pathOf('promo_code'),
        date,
        ...(country === undefined ? {} : { country }),
        ...(code === undefined ? {} : { promoCode: code }),
        expected: expected.value,
      };
      return { cases: findings.length === 0 ? [one] : [], findings };
    });
  // Mistakes of the defaults come up in every case that takes them.
  const findings = new Map(
    results
      .flatMap((result) => result.findings)
      .map((finding) => [JSON.stringify([finding.path, finding.message]), finding]),
  );
  return { cases: results.flatMap(({ cases }) => cases), findings: [...findings.values()] };
}

/** An order of its own takes none of the other form from the defaults, and a refusal no amounts. */
function mergeCase(defaults: JsonObject, own: JsonObject): JsonObject {
  const [expect, usual] = [objectAt(own, 'expect'), objectAt(defaults, 'expect')];
  const dropped = Object.hasOwn(own, 'offer') ? ['offers'] : Object.hasOwn(own, 'offers') ? ['offer', 'quantity'] : [];
  const kept = Object.fromEntries(Object.entries(defaults).filter(([key]) => !dropped.includes(key)));
  const merged = Object.hasOwn(expect, 'refused') ? expect : { ...usual, ...expect };
  return { ...kept, ...own, ...(Object.keys(merged).length === 0 ? {} : { expect: merged }) };
}

function checkMissing(value: JsonObject, index: number): Finding[] {
  const missing = [
    ...(Object.hasOwn(value, 'offer') || Object.hasOwn(value, 'offers')
      ? []
      : [['which offer is bought', 'offer: /offers2/Digital Monthly']]),
    ...(Object.hasOwn(value, 'date') ? [] : [['when it is ordered', 'date: 2027-01-31']]),
    ...(Object.hasOwn(value, 'expect') ? [] : [['what it expects', 'expect: { first_payment: "12.99" }']]),
  ];
  return missing.map(([what, example]) => ({
    code: 'MISSING_KEY',
    path: ['cases', index],
    message: `The case does not say ${what}.`,
    hint: `Write ${example} here or under "defaults".`,
  }));
}

function listOffers(
  { value, pathOf }: Row,
  own: JsonObject,
): { offers: { path: string; quantity: number; at: DocumentPath }[]; findings: Finding[] } {
  const both = Object.hasOwn(own, 'offer') && Object.hasOwn(own, 'offers');
  const single = textAt(value, 'offer');
  const rows = single === undefined ? listAt(value, 'offers').filter(isJsonObject) : [value];
  const at = (i: number, key: string): DocumentPath => (single === undefined ? pathOf('offers', i, key) : pathOf(key));
  const offers = rows.map((row, i) => ({
    path: textAt(row, 'offer') ?? '',
    quantity: numberAt(row, 'quantity') ?? 1,
    at: at(i, 'offer'),
  }));
  const stray = single === undefined && Object.hasOwn(own, 'quantity');
  return {
    offers,
    findings: [
      ...(both
        ? [
            orderFinding(
              pathOf('offers'),
              'An order has "offer" or "offers", not both.',
              'List all of them under "offers".',
              'key',
            ),
          ]
        : []),
      ...(stray
        ? [
            orderFinding(
              pathOf('quantity'),
              'With "offers" each offer has a quantity of its own.',
              'Move it into the element of "offers".',
              'key',
            ),
          ]
        : []),
      ...offers.flatMap(({ quantity }, i) =>
        Number.isInteger(quantity) && quantity >= 1
          ? []
          : [orderFinding(at(i, 'quantity'), `The quantity ${quantity} is not a whole number of 1 or more.`)],
      ),
      ...offers.flatMap(({ path, at: place }, i) =>
        offers.slice(0, i).some((other) => other.path === path)
          ? [orderFinding(place, `"${path}" stands twice in the order.`, 'Give it a quantity.')]
          : [],
      ),
    ],
  };
}

function checkOrder({ value, pathOf }: Row): Finding[] {
  const [date, country, code] = ['date', 'country', 'promo_code'].map((key) => textAt(value, key));
  return [
    ...(date === undefined ? [] : checkDay(date, pathOf('date'))),
    ...(country === undefined ? [] : checkCountry(country, pathOf('country'))),
    ...(code === undefined
      ? []
      : checkPromoCodeSyntax({ value: { promoCode: code } }).map((finding) => ({
          ...finding,
          path: pathOf('promo_code'),
        }))),
  ];
}

function checkExpected(
  { value }: Row,
  own: JsonObject,
  defaults: JsonObject,
  index: number,
): { value: ExpectedPrice; findings: Finding[] } {
  const expect = objectAt(value, 'expect');
  const ownExpect = objectAt(own, 'expect');
  const at = (key: string, ...rest: (string | number)[]): DocumentPath => [
    ...(Object.hasOwn(ownExpect, key) || !Object.hasOwn(objectAt(defaults, 'expect'), key)
      ? ['cases', index]
      : ['defaults']),
    'expect',
    key,
    ...rest,
  ];
  const refused = textAt(expect, 'refused');
  const [first, currency] = [textAt(expect, 'first_payment'), textAt(expect, 'currency')];
  const recurring = getOwn(expect, 'recurring');
  const schedule = listAt(expect, 'schedule')
    .filter(isJsonObject)
    .map((due): DayAmount => ({ date: textAt(due, 'date') ?? '', amount: textAt(due, 'amount') ?? '' }));
  const empty = Object.hasOwn(value, 'expect') && Object.keys(expect).length === 0;
  const mixed = refused !== undefined && Object.keys(expect).length > 1;
  const findings: Finding[] = [
    ...(empty
      ? [
          {
            code: 'TEST_EXPECTATION',
            path: ['cases', index],
            message: 'The case expects nothing.',
            hint: 'Write first_payment, recurring, currency, schedule or refused under "expect".',
          } as const,
        ]
      : []),
    ...(mixed
      ? [
          {
            code: 'TEST_EXPECTATION',
            path: at('refused'),
            on: 'key',
            message: 'An order that is refused costs nothing.',
            hint: 'Keep "refused" alone, or the amounts.',
          } as const,
        ]
      : []),
    ...(first === undefined ? [] : checkAmount(first, at('first_payment'))),
    ...(typeof recurring === 'string' ? checkAmount(recurring, at('recurring')) : []),
    ...checkCurrency(currency, at('currency')),
    ...schedule.flatMap((due, i) => [
      ...checkDay(due.date, at('schedule', i, 'date')),
      ...checkAmount(due.amount, at('schedule', i, 'amount')),
      ...checkOrderOfDays(schedule, i, textAt(value, 'date'), at('schedule', i, 'date')),
    ]),
  ];
  return {
    value: {
      ...(refused === 'not_sold' || refused === 'promo_code' ? { refused } : {}),
      ...(first === undefined ? {} : { firstPayment: first }),
      ...(typeof recurring === 'string' || recurring === null ? { recurring } : {}),
      ...(currency === undefined ? {} : { currency }),
      ...(schedule.length === 0 ? {} : { schedule }),
    },
    findings,
  };
}

function checkDay(text: string, path: DocumentPath): Finding[] {
  return isDay(text)
    ? []
    : [
        {
          code: 'DATE_SYNTAX',
          path,
          message: `"${text}" is not a day of the calendar.`,
          hint: 'Write YYYY-MM-DD, for example 2027-01-31.',
        },
      ];
}

/** A day that stands before the one above it can be a slip of the year only. */
function checkOrderOfDays(
  schedule: readonly DayAmount[],
  i: number,
  orderDate: string | undefined,
  path: DocumentPath,
): Finding[] {
  const day = schedule[i]?.date ?? '';
  const before = schedule[i - 1]?.date;
  if (before !== undefined && day <= before)
    return [
      {
        code: 'TEST_EXPECTATION',
        path,
        message: `${day} does not come after ${before}.`,
        hint: 'List each day once, the earliest first.',
      },
    ];
  return i === 0 && orderDate !== undefined && day < orderDate
    ? [{ code: 'TEST_EXPECTATION', path, message: `Nothing falls due on ${day}, before the order date ${orderDate}.` }]
    : [];
}

function orderFinding(path: DocumentPath, message: string, hint?: string, on?: 'key'): Finding {
  return { code: 'TEST_ORDER', path, message, ...(hint === undefined ? {} : { hint }), ...(on ? { on } : {}) };
}

/** `Offers in Britain: offer /offers2/Digital Monthly, quantity 2`: a case is called by what it says itself. */
function nameCase(document: JsonObject, own: JsonObject, index: number): string {
  const facts = Object.entries(own).filter(([key]) => key !== 'name' && key !== 'expect');
  const described = facts.map(([key, fact]) => `${key.replaceAll('_', ' ')} ${describeFact(fact)}`).join(', ');
  const name = textAt(own, 'name') ?? (described || `case ${index + 1}`);
  const common = textAt(document, 'name');
  return common === undefined ? name : `${common}: ${name}`;
}

function describeFact(fact: Json): string {
  if (Array.isArray(fact))
    return fact
      .map((one) => (isJsonObject(one) ? `${numberAt(one, 'quantity') ?? 1} x ${textAt(one, 'offer') ?? ''}` : ''))
      .join(' and ');
  return fact === null ? 'none' : isJsonObject(fact) ? '' : String(fact);
}
