import type { LintRule } from '../model/lint-rule.js';
import { addOnWithoutProduct } from './rules/add-on-without-product.js';
import { bestValueDuplicate } from './rules/best-value-duplicate.js';
import { checkoutWithoutUrl } from './rules/checkout-without-url.js';
import { discountOutlastsTerm } from './rules/discount-outlasts-term.js';
import { displayNameDuplicate } from './rules/display-name-duplicate.js';
import { displayTextEmpty } from './rules/display-text-empty.js';
import { giftAutoRenew } from './rules/gift-auto-renew.js';
import { htmlScript } from './rules/html-script.js';
import { htmlUnclosed } from './rules/html-unclosed.js';
import { labelNearMiss } from './rules/label-near-miss.js';
import { linkInsecure } from './rules/link-insecure.js';
import { listDuplicate } from './rules/list-duplicate.js';
import { multibuyWithoutBounds } from './rules/multibuy-without-bounds.js';
import { offerOnNoPage } from './rules/offer-on-no-page.js';
import { pageLabelWithoutOffer } from './rules/page-label-without-offer.js';
import { priceCurrencyCopies } from './rules/price-currency-copies.js';
import { priceCurrencyCountry } from './rules/price-currency-country.js';
import { priceCurrencyMixed } from './rules/price-currency-mixed.js';
import { priceTextMismatch } from './rules/price-text-mismatch.js';
import { priceTiers } from './rules/price-tiers.js';
import { priceZero } from './rules/price-zero.js';
import { productCodeDuplicate } from './rules/product-code-duplicate.js';
import { promoAmountPrice } from './rules/promo-amount-price.js';
import { promoCodeNumber } from './rules/promo-code-number.js';
import { promoCurrency } from './rules/promo-currency.js';
import { promoDurationTerm } from './rules/promo-duration-term.js';
import { promoExpired } from './rules/promo-expired.js';
import { promoGuessable } from './rules/promo-guessable.js';
import { promoNeverEnds } from './rules/promo-never-ends.js';
import { promoOverlap } from './rules/promo-overlap.js';
import { promoRatePlan } from './rules/promo-rate-plan.js';
import { promoUnlimited } from './rules/promo-unlimited.js';
import { promoZero } from './rules/promo-zero.js';
import { quantityBounds } from './rules/quantity-bounds.js';
import { referenceCurrency } from './rules/reference-currency.js';
import { referenceCycle } from './rules/reference-cycle.js';
import { referenceDuplicate } from './rules/reference-duplicate.js';
import { referenceKind } from './rules/reference-kind.js';
import { referenceMissing } from './rules/reference-missing.js';
import { referenceToSelf } from './rules/reference-to-self.js';
import { referenceUpAndDown } from './rules/reference-up-and-down.js';
import { termIntervalMismatch } from './rules/term-interval-mismatch.js';
import { textEmail } from './rules/text-email.js';
import { textMojibake } from './rules/text-mojibake.js';
import { textPlaceholder } from './rules/text-placeholder.js';
import { textSecret } from './rules/text-secret.js';
import { textWhitespace } from './rules/text-whitespace.js';
import { translationMissing } from './rules/translation-missing.js';
import { trialWithoutTrial } from './rules/trial-without-trial.js';
import { urlOtherEnvironment } from './rules/url-other-environment.js';
import { validRangePast } from './rules/valid-range-past.js';
import { validRangeReversed } from './rules/valid-range-reversed.js';

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
