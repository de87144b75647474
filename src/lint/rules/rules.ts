import type { LintRule } from '../../model/lint-rule.js';
import { addOnWithoutProduct } from './add-on-without-product.js';
import { bestValueDuplicate } from './best-value-duplicate.js';
import { checkoutWithoutUrl } from './checkout-without-url.js';
import { discountOutlastsTerm } from './discount-outlasts-term.js';
import { displayNameDuplicate } from './display-name-duplicate.js';
import { displayTextEmpty } from './display-text-empty.js';
import { giftAutoRenew } from './gift-auto-renew.js';
import { htmlScript } from './html-script.js';
import { htmlUnclosed } from './html-unclosed.js';
import { labelNearMiss } from './label-near-miss.js';
import { linkInsecure } from './link-insecure.js';
import { listDuplicate } from './list-duplicate.js';
import { multibuyWithoutBounds } from './multibuy-without-bounds.js';
import { offerOnNoPage } from './offer-on-no-page.js';
import { pageLabelWithoutOffer } from './page-label-without-offer.js';
import { priceCurrencyCopies } from './price-currency-copies.js';
import { priceCurrencyCountry } from './price-currency-country.js';
import { priceCurrencyMixed } from './price-currency-mixed.js';
import { priceTextMismatch } from './price-text-mismatch.js';
import { priceTiers } from './price-tiers.js';
import { priceZero } from './price-zero.js';
import { productCodeDuplicate } from './product-code-duplicate.js';
import { promoAmountPrice } from './promo-amount-price.js';
import { promoCodeNumber } from './promo-code-number.js';
import { promoCurrency } from './promo-currency.js';
import { promoDurationTerm } from './promo-duration-term.js';
import { promoExpired } from './promo-expired.js';
import { promoGuessable } from './promo-guessable.js';
import { promoNeverEnds } from './promo-never-ends.js';
import { promoOverlap } from './promo-overlap.js';
import { promoRatePlan } from './promo-rate-plan.js';
import { promoUnlimited } from './promo-unlimited.js';
import { promoZero } from './promo-zero.js';
import { quantityBounds } from './quantity-bounds.js';
import { referenceCurrency } from './reference-currency.js';
import { referenceCycle } from './reference-cycle.js';
import { referenceDuplicate } from './reference-duplicate.js';
import { referenceKind } from './reference-kind.js';
import { referenceMissing } from './reference-missing.js';
import { referenceToSelf } from './reference-to-self.js';
import { referenceUpAndDown } from './reference-up-and-down.js';
import { termIntervalMismatch } from './term-interval-mismatch.js';
import { textEmail } from './text-email.js';
import { textMojibake } from './text-mojibake.js';
import { textPlaceholder } from './text-placeholder.js';
import { textSecret } from './text-secret.js';
import { textWhitespace } from './text-whitespace.js';
import { translationMissing } from './translation-missing.js';
import { trialWithoutTrial } from './trial-without-trial.js';
import { urlOtherEnvironment } from './url-other-environment.js';
import { validRangePast } from './valid-range-past.js';
import { validRangeReversed } from './valid-range-reversed.js';

/** Every rule of `limio-sync lint`, in the order of docs/lint.md. Each has a page, docs/lint/<id>.md. */
export const LINT_RULES: readonly LintRule[] = [
  priceCurrencyCopies,
  priceCurrencyCountry,
  priceCurrencyMixed,
  priceTextMismatch,
  priceTiers,
  priceZero,
  termIntervalMismatch,
  trialWithoutTrial,
  discountOutlastsTerm,
  multibuyWithoutBounds,
  quantityBounds,
  bestValueDuplicate,
  displayNameDuplicate,
  displayTextEmpty,
  checkoutWithoutUrl,
  validRangePast,
  validRangeReversed,
  giftAutoRenew,
  referenceCurrency,
  referenceCycle,
  referenceDuplicate,
  referenceKind,
  referenceMissing,
  referenceToSelf,
  referenceUpAndDown,
  addOnWithoutProduct,
  productCodeDuplicate,
  labelNearMiss,
  pageLabelWithoutOffer,
  offerOnNoPage,
  htmlScript,
  htmlUnclosed,
  linkInsecure,
  textEmail,
  textMojibake,
  textPlaceholder,
  textSecret,
  textWhitespace,
  listDuplicate,
  translationMissing,
  urlOtherEnvironment,
  promoAmountPrice,
  promoCodeNumber,
  promoCurrency,
  promoDurationTerm,
  promoExpired,
  promoGuessable,
  promoNeverEnds,
  promoOverlap,
  promoRatePlan,
  promoUnlimited,
  promoZero,
];
