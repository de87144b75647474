import { getOwn, type JsonObject, numberAt, objectAt } from '../model/json.js';
import type { LintContext } from '../model/lint-rule.js';
import type { DesiredResource } from '../model/resource.js';
import { textOf, textsOf } from './attributes.js';
import { parseMoment, type Period, toPeriod } from './time.js';

/** What a promo code gives, to whom and when (API reference, section 6). */
export interface Promo {
  code: string;
  active: boolean;
  /** Labels of the offers it applies to; empty for the whole basket. */
  labels: string[];
  percent?: number;
  amount?: number;
  currency: string;
  duration?: Period;
  /** Milliseconds since the epoch; absent for at once and never. */
  start?: number;
  end?: number;
  /** The most redemptions; absent for any number. */
  quantity?: number;
}

export function readPromo({ name, body }: DesiredResource): Promo {
  const discount = objectAt(body, 'discount');
  const percent = numberAt(discount, 'percentageDiscount');
  const amount = Number(getOwn(discount, 'amountDiscount') ?? NaN);
  const duration = toPeriod(numberAt(discount, 'durationLength'), textOf(discount, 'durationType'));
  const [start, end] = [
    parseMoment(textOf(body, 'promoStartDate'), 'start'),
    parseMoment(textOf(body, 'promoExpiryDate'), 'end'),
  ];
  const quantity = numberAt(objectAt(body, 'usage'), 'availableQuantity');
  return {
    code: name,
    active: getOwn(body, 'status') === true,
    labels: textOf(body, 'applicationLevel') === 'selectedItems' ? listLabels(body) : [],
    ...(percent === undefined ? {} : { percent }),
    ...(Number.isNaN(amount) ? {} : { amount }),
    currency: textOf(discount, 'currency'),
    ...(duration === undefined ? {} : { duration }),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(quantity === undefined ? {} : { quantity }),
  };
}

/** The field is a text, or a list of them (API reference, section 6). */
function listLabels(body: JsonObject): string[] {
  const label = textOf(body, 'referencedOfferLabel');
  return label === '' ? textsOf(body, 'referencedOfferLabel') : [label];
}

const CARRIERS = new WeakMap<LintContext, Map<string, DesiredResource[]>>();

/** The declared offers that carry a label. */
export function findCarriers(label: string, context: LintContext): readonly DesiredResource[] {
  const known = CARRIERS.get(context) ?? indexCarriers(context);
  CARRIERS.set(context, known);
  return known.get(label) ?? [];
}

function indexCarriers(context: LintContext): Map<string, DesiredResource[]> {
  const index = new Map<string, DesiredResource[]>();
  for (const resource of context.resources) {
    if (resource.kind !== 'offer') continue;
    for (const label of new Set(textsOf(context.attributesOf(resource), 'label__limio'))) {
      const list = index.get(label);
      if (list) list.push(resource);
      else index.set(label, [resource]);
    }
  }
  return index;
}
