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
import { isDay } from '../../charges/period.js';
import type { DocumentPath, Finding, PathPart } from '../documents.js';
import { checkCountry } from '../rules/conditions.js';
import { checkAmount, checkCurrency } from '../rules/prices.js';
import { checkPromoCodeSyntax } from '../rules/promo-codes.js';
import { nameCase, type ReadCases } from './test-files.js';

/** A case of a test document, with the paths of its parts. */
export interface NamedPriceCase extends PriceCase {
  name: string;
  path: DocumentPath;
  /** In the order of `offers`. */
  offerPaths: readonly DocumentPath[];
  /** In the order of `addOns`. */
  addOnPaths: readonly DocumentPath[];
  promoCodePath: DocumentPath;
}

/** Reads the cases of a document that matches the schema. */
export function checkPriceCases(document: JsonObject): ReadCases<NamedPriceCase> {
  const defaults = objectAt(document, 'defaults');
  const results = listAt(document, 'cases')
    .filter(isJsonObject)
    .map((own, index) => {
      const name = nameCase(document, own, index, describeValue);
      return checkCase(name, { index, own, defaults, merged: mergeCase(defaults, own) });
    });
  // A mistake of the defaults appears in every case that uses them.
  const findings = new Map(
    results
      .flatMap((result) => result.findings)
      .map((finding) => [JSON.stringify([finding.path, finding.message]), finding]),
  );
  return { cases: results.flatMap(({ cases }) => cases), findings: [...findings.values()] };
}

interface Row {
  index: number;
  own: JsonObject;
  defaults: JsonObject;
  /** The case over the defaults. */
  merged: JsonObject;
}

/** With "offer" of its own, a case takes no "offers" from the defaults; with "refused", no amounts. */
function mergeCase(defaults: JsonObject, own: JsonObject): JsonObject {
  const [expect, usual] = [objectAt(own, 'expect'), objectAt(defaults, 'expect')];
  const dropped = Object.hasOwn(own, 'offer') ? ['offers'] : Object.hasOwn(own, 'offers') ? ['offer', 'quantity'] : [];
  const kept = Object.fromEntries(Object.entries(defaults).filter(([key]) => !dropped.includes(key)));
  const merged = Object.hasOwn(expect, 'refused') ? expect : { ...usual, ...expect };
  return { ...kept, ...own, ...(Object.keys(merged).length === 0 ? {} : { expect: merged }) };
}

/** Where a key is written: in the case, or else in the defaults. */
function pathOf({ own, defaults, index }: Row, key: string, ...rest: PathPart[]): DocumentPath {
  const isOwn = Object.hasOwn(own, key) || !Object.hasOwn(defaults, key);
  return [...(isOwn ? ['cases', index] : ['defaults']), key, ...rest];
}

function expectPathOf({ own, defaults, index }: Row, key: string, ...rest: PathPart[]): DocumentPath {
  const isOwn = Object.hasOwn(objectAt(own, 'expect'), key) || !Object.hasOwn(objectAt(defaults, 'expect'), key);
  return [...(isOwn ? ['cases', index] : ['defaults']), 'expect', key, ...rest];
}

function checkCase(name: string, row: Row): ReadCases<NamedPriceCase> {
  const { merged, index } = row;
  const offers = listOffers(row);
  const addOns = listAddOns(row);
  const findings = [
    ...checkMissing(row),
    ...checkOffers(row),
    ...checkItems('offer', offers),
    ...checkItems('add_on', addOns),
    ...checkOrder(row),
    ...checkExpected(row),
    ...checkSchedule(row),
  ];
  if (findings.length > 0) return { cases: [], findings };
  const country = textAt(merged, 'country');
  const code = textAt(merged, 'promo_code')?.toUpperCase();
  const one: NamedPriceCase = {
    name,
    path: ['cases', index],
    offers: offers.map(({ path, quantity }) => ({ path, quantity })),
    offerPaths: offers.map(({ at }) => at('offer')),
    ...(addOns.length === 0 ? {} : { addOns: addOns.map(({ path, quantity }) => ({ path, quantity })) }),
    addOnPaths: addOns.map(({ at }) => at('add_on')),
    promoCodePath: pathOf(row, 'promo_code'),
    date: textAt(merged, 'date') ?? '',
    ...(country === undefined ? {} : { country }),
    ...(Object.hasOwn(merged, 'billing') ? { billing: objectAt(merged, 'billing') } : {}),
    ...(Object.hasOwn(merged, 'delivery') ? { delivery: objectAt(merged, 'delivery') } : {}),
    ...(textAt(merged, 'taxes') === 'added' ? { taxes: 'added' } : {}),
    ...(code === undefined ? {} : { promoCode: code }),
    expected: toExpected(objectAt(merged, 'expect')),
  };
  return { cases: [one], findings: [] };
}

function toExpected(expect: JsonObject): ExpectedPrice {
  const [refused, first, currency, tax] = ['refused', 'first_payment', 'currency', 'tax'].map((key) =>
    textAt(expect, key),
  );
  const recurring = getOwn(expect, 'recurring');
  const schedule = listSchedule(expect);
  return {
    ...(refused === 'not_sold' || refused === 'promo_code' ? { refused } : {}),
    ...(first === undefined ? {} : { firstPayment: first }),
    ...(typeof recurring === 'string' || recurring === null ? { recurring } : {}),
    ...(currency === undefined ? {} : { currency }),
    ...(tax === undefined ? {} : { tax }),
    ...(schedule.length === 0 ? {} : { schedule }),
  };
}

function listSchedule(expect: JsonObject): DayAmount[] {
  const rows = listAt(expect, 'schedule').filter(isJsonObject);
  return rows.map((due) => ({ date: textAt(due, 'date') ?? '', amount: textAt(due, 'amount') ?? '' }));
}

function checkMissing({ merged, index }: Row): Finding[] {
  const has = (key: string): boolean => Object.hasOwn(merged, key);
  const missing = [
    ...(has('offer') || has('offers') ? [] : [['offer', '/offers2/Digital Monthly']]),
    ...(has('date') ? [] : [['date', '2027-01-31']]),
    ...(has('expect') ? [] : [['expect', '{ first_payment: "12.99" }']]),
  ];
  return missing.map(([key, example]) => ({
    code: 'MISSING_KEY',
    path: ['cases', index],
    message: `The case has no "${key}".`,
    hint: `Write ${key}: ${example} here or under "defaults".`,
  }));
}

/** An offer or an add-on. */
interface OrderedItem {
  path: string;
  quantity: number;
  /** The path of one of its keys. */
  at: (key: string) => DocumentPath;
}

function listOffers(row: Row): OrderedItem[] {
  const single = textAt(row.merged, 'offer') !== undefined;
  const rows = single ? [row.merged] : listAt(row.merged, 'offers').filter(isJsonObject);
  return rows.map((offer, i) => ({
    path: textAt(offer, 'offer') ?? '',
    quantity: numberAt(offer, 'quantity') ?? 1,
    at: (key) => (single ? pathOf(row, key) : pathOf(row, 'offers', i, key)),
  }));
}

function listAddOns(row: Row): OrderedItem[] {
  const rows = listAt(row.merged, 'add_ons').filter(isJsonObject);
  return rows.map((addOn, i) => ({
    path: textAt(addOn, 'add_on') ?? '',
    quantity: numberAt(addOn, 'quantity') ?? 1,
    at: (key) => pathOf(row, 'add_ons', i, key),
  }));
}

function checkOffers(row: Row): Finding[] {
  const { own, merged } = row;
  const findings: Finding[] = [];
  const report = (path: DocumentPath, message: string, hint?: string, on: 'key' | 'value' = 'value'): void => {
    findings.push({ code: 'TEST_ORDER', path, on, message, hint });
  };
  if (Object.hasOwn(own, 'offer') && Object.hasOwn(own, 'offers')) {
    const hint = 'List all of them under "offers".';
    report(pathOf(row, 'offers'), 'An order has either "offer" or "offers".', hint, 'key');
  }
  if (textAt(merged, 'offer') === undefined && Object.hasOwn(own, 'quantity')) {
    const hint = 'Move it to the elements of "offers".';
    report(pathOf(row, 'quantity'), '"quantity" cannot be combined with "offers".', hint, 'key');
  }
  return findings;
}

function checkItems(key: 'offer' | 'add_on', items: readonly OrderedItem[]): Finding[] {
  const quantities = items
    .filter(({ quantity }) => !Number.isInteger(quantity) || quantity < 1)
    .map(({ quantity, at }): Finding => {
      const message = `The quantity ${quantity} is not a whole number of 1 or more.`;
      return { code: 'TEST_ORDER', path: at('quantity'), message };
    });
  const repeated = items
    .filter(({ path }, i) => items.slice(0, i).some((other) => other.path === path))
    .map(({ path, at }): Finding => {
      const message = `"${path}" appears twice in the order.`;
      return { code: 'TEST_ORDER', path: at(key), message, hint: 'Use "quantity" instead.' };
    });
  return [...quantities, ...repeated];
}

function checkOrder(row: Row): Finding[] {
  const [date, country, code] = ['date', 'country', 'promo_code'].map((key) => textAt(row.merged, key));
  const syntax = code === undefined ? [] : checkPromoCodeSyntax({ value: { promoCode: code } });
  return [
    ...(date === undefined ? [] : checkDay(date, pathOf(row, 'date'))),
    ...(country === undefined ? [] : checkCountry(country, pathOf(row, 'country'))),
    ...syntax.map((finding) => ({ ...finding, path: pathOf(row, 'promo_code') })),
    ...['billing', 'delivery'].flatMap((key) => {
      const place = textAt(objectAt(row.merged, key), 'country');
      return place === undefined ? [] : checkCountry(place, pathOf(row, key, 'country'));
    }),
  ];
}

function checkExpected(row: Row): Finding[] {
  const expect = objectAt(row.merged, 'expect');
  const keys = Object.keys(expect);
  const findings: Finding[] = [];
  if (Object.hasOwn(row.merged, 'expect') && keys.length === 0) {
    const hint = 'Write first_payment, recurring, tax, currency, schedule or refused under "expect".';
    const message = 'The case expects nothing.';
    findings.push({ code: 'TEST_EXPECTATION', path: ['cases', row.index], message, hint });
  }
  if (textAt(expect, 'refused') !== undefined && keys.length > 1) {
    const message = '"refused" cannot be combined with amounts.';
    const hint = 'Keep either "refused" or the amounts.';
    findings.push({ code: 'TEST_EXPECTATION', path: expectPathOf(row, 'refused'), on: 'key', message, hint });
  }
  for (const key of ['first_payment', 'recurring', 'tax']) {
    const amount = textAt(expect, key);
    if (amount !== undefined) findings.push(...checkAmount(amount, expectPathOf(row, key)));
  }
  return [...findings, ...checkCurrency(textAt(expect, 'currency'), expectPathOf(row, 'currency'))];
}

function checkSchedule(row: Row): Finding[] {
  const schedule = listSchedule(objectAt(row.merged, 'expect'));
  const orderDate = textAt(row.merged, 'date');
  return schedule.flatMap(({ date, amount }, i): Finding[] => {
    const path = expectPathOf(row, 'schedule', i, 'date');
    const previous = schedule[i - 1]?.date;
    const findings = [...checkDay(date, path), ...checkAmount(amount, expectPathOf(row, 'schedule', i, 'amount'))];
    // A day in the wrong place is most likely a slip of the year.
    if (previous !== undefined && date <= previous) {
      const hint = 'List each day once, the earliest first.';
      findings.push({ code: 'TEST_EXPECTATION', path, message: `${date} must come after ${previous}.`, hint });
    } else if (i === 0 && orderDate !== undefined && date < orderDate) {
      findings.push({ code: 'TEST_EXPECTATION', path, message: `${date} is before the order date ${orderDate}.` });
    }
    return findings;
  });
}

function checkDay(text: string, path: DocumentPath): Finding[] {
  if (isDay(text)) return [];
  const hint = 'Write YYYY-MM-DD, for example 2027-01-31.';
  return [{ code: 'DATE_SYNTAX', path, message: `"${text}" is not a calendar date.`, hint }];
}

function describeValue(value: Json): string {
  if (isJsonObject(value)) return ['country', 'state'].flatMap((key) => textAt(value, key) ?? []).join(' ');
  if (!Array.isArray(value)) return value === null ? 'none' : String(value);
  const items = value.map((one) =>
    isJsonObject(one)
      ? `${numberAt(one, 'quantity') ?? 1} x ${textAt(one, 'offer') ?? textAt(one, 'add_on') ?? ''}`
      : '',
  );
  return items.join(' and ');
}
