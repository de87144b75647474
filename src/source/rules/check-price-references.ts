import { formatAddress } from '../../model/address.js';
import { isLikelySlip, suggestNearest } from '../../model/spelling.js';
import type { Finding } from '../finding.js';
import type { DocumentPath } from '../parsed-file.js';
import type { NamedPriceCase } from './check-price-cases.js';

const MOST_EDITS = 2;

/** Offers and promo codes that are close to declared ones. Others may well be in the tenant alone. */
export function checkPriceReferences(cases: readonly NamedPriceCase[], declared: ReadonlySet<string>): Finding[] {
  return cases.flatMap(({ offers, offerPaths, promoCode, promoCodePath }) => [
    ...offers.flatMap(({ path }, i) => check(formatAddress('offer', path), offerPaths[i] ?? [], declared)),
    ...(promoCode === undefined ? [] : check(formatAddress('promo_code', promoCode), promoCodePath, declared)),
  ]);
}

function check(address: string, path: DocumentPath, declared: ReadonlySet<string>): Finding[] {
  if (declared.has(address)) return [];
  const nearest = suggestNearest(address, declared, MOST_EDITS);
  if (nearest === undefined || !isLikelySlip(nearest, address)) return [];
  const [name, meant] = [address, nearest].map((one) => one.slice(one.indexOf(':') + 1));
  return [
    {
      code: 'REFERENCE_MISSPELT',
      path,
      message: `"${name}" is not declared, but something very like it is.`,
      hint: `Did you mean "${meant}"?`,
    },
  ];
}
