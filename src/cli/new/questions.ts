import { NEW_KINDS, type NewKind } from '../../kinds/starting-documents.js';
import { readKind } from '../../model/address.js';
import {
  asObject,
  getOwn,
  isJsonObject,
  type Json,
  type JsonObject,
  listAt,
  mergePatch,
  objectAt,
  textAt,
} from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import { escapeVariables } from '../../source/variables.js';
import { refuseUsage } from '../shared/error-report.js';

/** `promo-code` and `promo_code` alike. @throws LimioError USAGE. */
export function parseNewKind(text: string): NewKind {
  const read = readKind(text);
  const kind = NEW_KINDS.find((one) => one === read);
  if (kind !== undefined) return kind;
  const known = NEW_KINDS.map((one) => one.replace('_', '-'));
  const nearest = suggestNearest(text.trim().toLowerCase().replaceAll(/[ -]/g, '_'), NEW_KINDS)?.replace('_', '-');
  throw refuseUsage(
    `limio-sync new cannot start a document of kind "${text}".`,
    `${nearest === undefined ? '' : `Did you mean ${nearest}? `}Kinds: ${known.join(', ')}. All others: docs/files.md`,
  );
}

/** One option of the command line, whose help is in command.ts, and one question at a terminal. */
export interface Field {
  /** The option without its dashes. */
  flag: string;
  kinds: readonly NewKind[];
  /** The question. */
  text: string;
  /** The option without which this one means nothing. */
  needs?: string;
  /** For a follow-up: whether the document still lacks its answer. */
  isOpen?: (document: JsonObject) => boolean;
  /** The value without an answer; '' leaves the field out, undefined requires an answer. */
  fallback?: (document: JsonObject, declared: DeclaredHabits) => string | undefined;
  /** The document with the answer, or a sentence that says why it cannot be. */
  apply: (document: JsonObject, answer: string) => JsonObject | string;
}

/** What all resources of the repository have in common. */
export interface DeclaredHabits {
  currency?: string;
  promoProduct?: string;
}

const SOLD: readonly NewKind[] = ['offer', 'add_on'];
const WITH_RATE_PLAN: readonly NewKind[] = ['add_on', 'promo_code'];
const leaveOut = (): string => '';

export const FIELDS: readonly Field[] = [
  {
    flag: 'display-name',
    kinds: ['offer', 'add_on', 'product'],
    text: 'Name that customers see',
    // A product exists already, and a made-up name would replace its own.
    fallback: (document) =>
      document['kind'] === 'product' ? '' : (textAt(document, 'path')?.split('/').at(-1) ?? '').replaceAll('$${', '${'),
    apply: (document, answer) =>
      answer === '' ? document : patch(document, { attributes: { display_name__limio: escapeVariables(answer) } }),
  },
  {
    flag: 'price',
    kinds: SOLD,
    text: 'Price, such as 9.99 (empty: none yet)',
    fallback: leaveOut,
    apply: (document, answer) => (answer === '' ? document : editCharge(document, { value: answer })),
  },
  {
    flag: 'currency',
    kinds: SOLD,
    text: 'Currency, such as GBP',
    needs: 'price',
    isOpen: (document) => listCharges(document).some((charge) => !Object.hasOwn(charge, 'currencyCode')),
    fallback: (_, { currency }) => currency,
    apply: (document, answer) => editCharge(document, { currencyCode: answer.toUpperCase() }),
  },
  {
    flag: 'every',
    kinds: SOLD,
    text: 'Charged every: week, month, 3 months, year; or once',
    needs: 'price',
    isOpen: (document) => listCharges(document).some((charge) => !Object.hasOwn(charge, 'type')),
    fallback: () => 'month',
    apply: applyInterval,
  },
  {
    flag: 'discount',
    kinds: ['promo_code'],
    text: 'Discount: a percentage such as 25%, or an amount such as 5.00 GBP',
    apply: applyDiscount,
  },
  {
    flag: 'for',
    kinds: ['promo_code'],
    text: 'For how long, such as 3 months',
    needs: 'discount',
    isOpen: ({ discount }) => isJsonObject(discount) && !Object.hasOwn(discount, 'durationLength'),
    fallback: () => '1 month',
    apply: applyDuration,
  },
  {
    flag: 'expires',
    kinds: ['promo_code'],
    text: 'Last day, YYYY-MM-DD (empty: never expires)',
    fallback: leaveOut,
    apply: (document, answer) => (answer === '' ? document : patch(document, { promoExpiryDate: answer })),
  },
  {
    flag: 'rate-plan',
    kinds: WITH_RATE_PLAN,
    text: 'Rate plan in the billing system, such as 25% Off 3 Months (empty: fill it in later)',
    fallback: leaveOut,
    apply: (document, answer) => (answer === '' ? document : editRatePlan(document, { plan: answer })),
  },
  {
    flag: 'product',
    kinds: WITH_RATE_PLAN,
    text: 'Product of that rate plan, such as /products/Discounts',
    needs: 'rate-plan',
    isOpen: (document) => hasRatePlan(document) && !readRatePlan(document).product,
    fallback: ({ kind }, { promoProduct }) => (kind === 'promo_code' ? promoProduct : undefined),
    apply: (document, answer) => editRatePlan(document, { product: answer }),
  },
  {
    flag: 'start',
    kinds: ['journey'],
    text: 'Where visitors arrive, such as /landing/',
    apply: (document, answer) => patch(document, { starting_point: escapeVariables(answer) }),
  },
  {
    flag: 'destination',
    kinds: ['journey'],
    text: 'Where the journey leads them, such as /gb/landing/',
    apply: (document, answer) =>
      editBranch(document, {
        actions: [{ type: 'destination', destination: escapeVariables(answer), split: 100 }],
      }),
  },
  {
    flag: 'countries',
    kinds: ['journey'],
    text: 'Countries of these visitors, such as GB, IE (empty: all visitors)',
    needs: 'destination',
    isOpen: (document) => listAt(document, 'journeys').length === 1,
    fallback: leaveOut,
    apply: (document, answer) => {
      const values = answer
        .toUpperCase()
        .split(/[\s,;]+/)
        .filter((code) => code !== '');
      return values.length === 0 ? document : editBranch(document, { conditions: [{ type: 'country', values }] });
    },
  },
  {
    flag: 'fallback',
    kinds: ['journey'],
    text: 'Where all other visitors go, such as /landing-default/',
    needs: 'countries',
    isOpen: (document) =>
      !Object.hasOwn(document, 'fallback_tag') &&
      listAt(document, 'journeys').some((branch) => listAt(asObject(branch), 'conditions').length > 0),
    apply: (document, answer) => patch(document, { fallback_tag: escapeVariables(answer) }),
  },
];

function patch(document: JsonObject, change: JsonObject): JsonObject {
  return asObject(mergePatch(document, change));
}

/** The charges of an item. */
export function listCharges(document: JsonObject): JsonObject[] {
  return listAt(objectAt(document, 'attributes'), 'price__limio').filter(isJsonObject);
}

/** Null removes a key of the charge. */
function editCharge(document: JsonObject, change: JsonObject): JsonObject | string {
  const charges = listCharges(document);
  const [charge = { name: 'charge_1' }] = charges;
  if (charges.length > 1) return `The copied item has ${charges.length} charges: edit its prices in the new file.`;
  if (charges.length === 0 && change['value'] === undefined) return NEEDS_PRICE;
  return patch(document, { attributes: { price__limio: [mergePatch(charge, change)] } });
}

const NEEDS_PRICE = 'It needs --price as well.';

const PERIOD = /^(?:(\d{1,4}) ?)?(day|week|month|year)s?$/i;

/** `3 months` as a count and a unit in the plural. */
function readPeriod(text: string): { length: number; unit: string } | undefined {
  const [, count = '1', unit] = PERIOD.exec(text) ?? [];
  return unit === undefined || Number(count) < 1
    ? undefined
    : { length: Number(count), unit: `${unit.toLowerCase()}s` };
}

function applyInterval(document: JsonObject, answer: string): JsonObject | string {
  if (answer.toLowerCase() === 'once')
    return editCharge(document, {
      type: 'onetime',
      trigger: 'order_date',
      repeat_interval: null,
      repeat_interval_type: null,
    });
  const period = readPeriod(answer);
  if (!period) return `"${answer}" is no period. Write week, month, 3 months, year or once.`;
  return editCharge(document, {
    type: 'recurring',
    trigger: 'order_date',
    repeat_interval: period.length,
    repeat_interval_type: period.unit,
  });
}

const PERCENTAGE = /^(\d{1,6}(?:\.\d{1,6})?) ?%$/;
const AMOUNT = /^(?:([a-z]{3}) ?)?(\d[\d.,]{0,20}?)(?: ?([a-z]{3}))?$/i;

function applyDiscount(document: JsonObject, answer: string): JsonObject | string {
  const percentage = PERCENTAGE.exec(answer)?.[1];
  if (percentage !== undefined)
    return patch(document, {
      discount: {
        discountType: 'DiscountPercentage',
        percentageDiscount: Number(percentage),
        amountDiscount: null,
        currency: null,
      },
    });
  const [, before, amount, after] = AMOUNT.exec(answer) ?? [];
  const currency = (before ?? after)?.toUpperCase();
  if (amount === undefined || currency === undefined)
    return `"${answer}" is no discount. Write a percentage such as 25%, or an amount such as 5.00 GBP.`;
  return patch(document, {
    discount: {
      discountType: 'DiscountFixedAmount',
      percentageDiscount: null,
      amountDiscount: /^[1-9]\d{0,8}$/.test(amount) ? Number(amount) : amount,
      currency,
    },
  });
}

function applyDuration(document: JsonObject, answer: string): JsonObject | string {
  if (!isJsonObject(getOwn(document, 'discount'))) return 'It needs --discount as well.';
  const period = readPeriod(answer);
  if (answer.toLowerCase() === 'once')
    return '"once" is no period. For the first charge only, write the period of that charge, such as 1 month.';
  if (!period) return `"${answer}" is no period. Write it like 3 months.`;
  const durationType = `${period.unit.charAt(0).toUpperCase()}${period.unit.slice(1)}`;
  return patch(document, { discount: { durationLength: period.length, durationType } });
}

interface RatePlan {
  product?: Json | undefined;
  plan?: Json | undefined;
}

function hasRatePlan(document: JsonObject): boolean {
  return readRatePlan(document).plan !== undefined;
}

/** Promo codes and add-ons name it in different fields. */
function readRatePlan(document: JsonObject): RatePlan {
  if (getOwn(document, 'kind') === 'promo_code') {
    const details = objectAt(document, 'productDetails');
    return {
      product: getOwn(objectAt(details, 'product'), 'path'),
      plan: getOwn(objectAt(details, 'ratePlan'), 'path'),
    };
  }
  const bundle = asObject(listAt(document, 'productBundles')[0]);
  return { product: getOwn(bundle, 'product_path'), plan: getOwn(bundle, 'rate_plan') };
}

function editRatePlan(document: JsonObject, change: { product?: string; plan?: string }): JsonObject | string {
  const bundles = listAt(document, 'productBundles');
  if (bundles.length > 1) return `The copied item has ${bundles.length} products: edit them in the new file.`;
  if (change.plan === undefined && !hasRatePlan(document)) return 'It needs --rate-plan as well.';
  const product = change.product === undefined ? {} : { product: escapeVariables(change.product) };
  const plan = change.plan === undefined ? {} : { plan: escapeVariables(change.plan) };
  if (getOwn(document, 'kind') === 'promo_code')
    return patch(document, {
      productDetails: {
        ...(product.product === undefined ? {} : { product: { path: product.product } }),
        ...(plan.plan === undefined ? {} : { ratePlan: { path: plan.plan } }),
      },
    });
  const bundle = mergePatch(asObject(bundles[0]), {
    ...(product.product === undefined ? {} : { product_path: product.product }),
    ...(plan.plan === undefined ? {} : { rate_plan: plan.plan }),
  });
  return patch(document, { productBundles: [bundle] });
}

/** The one branch of a new journey. */
function editBranch(document: JsonObject, change: JsonObject): JsonObject | string {
  const branches = listAt(document, 'journeys');
  if (branches.length > 1) return `The copied journey has ${branches.length} branches: edit them in the new file.`;
  if (branches.length === 0 && change['actions'] === undefined) return 'It needs --destination as well.';
  return patch(document, { journeys: [mergePatch(asObject(branches[0]), change)] });
}
