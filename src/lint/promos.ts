import { estimateAmount } from '../charges/amount.js';
import { countAt } from '../charges/period.js';
import { labelsOf } from '../kinds/catalog/item-references.js';
import { getOwn, type JsonObject, objectAt } from '../model/json.js';
import type { LintContext } from '../model/lint-rule.js';
import type { DesiredResource } from '../model/model.js';
import { textOf, textsOf } from './attributes.js';
import { parseMoment, type Period, toPeriod } from './time.js';

/** The fields of a promo code that rules compare (API reference, section 6). */
export interface Promo {
  code: string;
  active: boolean;
  /** Labels of the offers that it applies to; empty for the whole basket. */
  labels: string[];
  percent?: number;
  amount?: number;
  currency: string;
  duration?: Period;
  /** Milliseconds since the epoch. No start: valid at once. No end: never expires. */
  start?: number;
  end?: number;
  /** Usage limit; absent if unlimited. */
  quantity?: number;
}

export function readPromo({ name, body }: DesiredResource): Promo {
  const discount = objectAt(body, 'discount');
  const percent = estimateAmount(getOwn(discount, 'percentageDiscount'), '');
  const currency = textOf(discount, 'currency');
  const amount = estimateAmount(getOwn(discount, 'amountDiscount'), currency);
  const duration = toPeriod(getOwn(discount, 'durationLength'), textOf(discount, 'durationType'));
  const [start, end] = [
    parseMoment(textOf(body, 'promoStartDate'), 'start'),
    parseMoment(textOf(body, 'promoExpiryDate'), 'end'),
  ];
  const quantity = countAt(objectAt(body, 'usage'), 'availableQuantity');
  return {
    code: name,
    active: getOwn(body, 'status') === true,
    labels: textOf(body, 'applicationLevel') === 'selectedItems' ? listLabels(body) : [],
    ...(percent === undefined ? {} : { percent }),
    ...(amount === undefined ? {} : { amount }),
    currency,
    ...(duration === undefined ? {} : { duration }),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(quantity === undefined ? {} : { quantity }),
  };
}

/** The field is a text or a list of texts (API reference, section 6). */
function listLabels(body: JsonObject): string[] {
  const label = textOf(body, 'referencedOfferLabel');
  const labels = label === '' ? textsOf(body, 'referencedOfferLabel') : [label];
  return labels.map((one) => one.normalize('NFC'));
}

const OFFERS_BY_LABEL = new WeakMap<LintContext, Map<string, DesiredResource[]>>();

/** The declared offers with a label. */
export function findOffersWithLabel(label: string, context: LintContext): readonly DesiredResource[] {
  const index = OFFERS_BY_LABEL.get(context) ?? indexByLabel(context);
  OFFERS_BY_LABEL.set(context, index);
  return index.get(label) ?? [];
}

function indexByLabel(context: LintContext): Map<string, DesiredResource[]> {
  const index = new Map<string, DesiredResource[]>();
  for (const resource of context.resources) {
    if (resource.kind !== 'offer') continue;
    for (const label of new Set(labelsOf({ attributes: context.attributesOf(resource) }))) {
      const list = index.get(label);
      if (list) list.push(resource);
      else index.set(label, [resource]);
    }
  }
  return index;
}
