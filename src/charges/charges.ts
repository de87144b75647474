import { getOwn, isJsonObject, type Json, type JsonObject, listAt } from '../model/json.js';
import { type Length, lengthAt, toText } from './period.js';

/*
 * How the numbers of charges, terms and discounts are read, for plan, guards, lint and price tests alike. The emulator
 * has its own reader.
 *
 *   charges.ts   the fields of a charge and of its tiers
 *   amount.ts    amounts: what a text means, and when it has two meanings
 *   period.ts    counts, lengths of time and days
 */

/**
 * One charge of `price__limio` as files and tenants hold it (API reference, section 3): the only place that names its
 * fields. Nothing is refused here: plan, lint and prices each decide which values they accept.
 */
export interface ChargeFields {
  name: Json | undefined;
  type: Json | undefined;
  isOneTime: boolean;
  /** The billing system decides the amount, so `value` proves nothing. */
  usesExternalPrice: boolean;
  /** In upper case, of `currencyCode`, or else of the second copy: `{id: GBP}` or `GBP`. Empty if there is none. */
  currency: string;
  value: Json | undefined;
  delay: Length;
  interval: Length;
  repeatCount: Json | undefined;
  /** Whether `tiers` holds anything at all, malformed ones included. */
  isTiered: boolean;
  tiers: TierFields[];
}

export interface TierFields {
  /** Place in the list. */
  index: number;
  from: Json | undefined;
  to: Json | undefined;
  price: Json | undefined;
  /** `FlatFee` or `PerUnit`. */
  format: Json | undefined;
}

export function readChargeFields(charge: JsonObject): ChargeFields {
  const type = getOwn(charge, 'type');
  return {
    name: getOwn(charge, 'name'),
    type,
    isOneTime: typeof type === 'string' && /^one-?time$/i.test(type),
    usesExternalPrice: getOwn(charge, 'use_external_price') === true,
    currency: readCurrency(charge),
    value: getOwn(charge, 'value'),
    delay: lengthAt(charge, ['delay_interval', 'delay_interval_type']),
    interval: lengthAt(charge, ['repeat_interval', 'repeat_interval_type']),
    repeatCount: getOwn(charge, 'repeat_count'),
    isTiered: listAt(charge, 'tiers').length > 0,
    tiers: listAt(charge, 'tiers').flatMap((tier, index) => (isJsonObject(tier) ? [readTier(tier, index)] : [])),
  };
}

/** The second copy is `N/A` where the billing system holds the price. */
function readCurrency(charge: JsonObject): string {
  const copy = getOwn(charge, 'currency');
  const id = toText(isJsonObject(copy) ? getOwn(copy, 'id') : copy);
  const code = toText(getOwn(charge, 'currencyCode')).trim().toUpperCase();
  return code || (/^[A-Z]{3}$/.test(id.trim().toUpperCase()) ? id.trim().toUpperCase() : '');
}

function readTier(tier: JsonObject, index: number): TierFields {
  return {
    index,
    from: getOwn(tier, 'starting_unit'),
    to: getOwn(tier, 'ending_unit'),
    price: getOwn(tier, 'price'),
    format: getOwn(tier, 'price_format'),
  };
}
