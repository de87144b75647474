import type { JointLintRule, LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { textOf } from '../attributes.js';
import { type Promo, readPromo } from '../promos.js';

export const promoCodeNumber: SingleLintRule = {
  id: 'promo-code-number',
  severity: 'info',
  title: 'The number in a promo code differs from the discount',
  kinds: ['promo_code'],
  check(resource, context): LintFinding[] {
    const { code, percent, amount, duration, start, end } = readPromo(resource);
    const number = Number(/^[A-Z]{3,}(\d{1,2})$/.exec(code)?.[1] ?? NaN);
    const years = [context.now, start ?? context.now, end ?? context.now].map(
      (ms) => new Date(ms).getUTCFullYear() % 100,
    );
    const meant = [
      percent,
      amount,
      duration?.count,
      duration && duration.count / 12,
      ...years,
      ...years.map((year) => year + 1),
    ];
    // Discounts come in steps of five; 7 or 42 may mean anything.
    if (
      Number.isNaN(number) ||
      number % 5 !== 0 ||
      (percent === undefined && amount === undefined) ||
      meant.includes(number)
    )
      return [];
    return [
      {
        address: resource.address,
        pointer: '/promoCode',
        message: `The code says ${number}, but the discount is ${percent === undefined ? amount : `${percent} %`}.`,
      },
    ];
  },
};

export const promoExpired: SingleLintRule = {
  id: 'promo-expired',
  severity: 'warning',
  title: 'An active promo code has expired',
  kinds: ['promo_code'],
  check(resource, context): LintFinding[] {
    const { active, end } = readPromo(resource);
    if (!active || end === undefined || end >= context.now) return [];
    return [
      {
        address: resource.address,
        pointer: '/promoExpiryDate',
        message: `The code expired on ${textOf(resource.body, 'promoExpiryDate')} but is still active.`,
        hint: 'Extend it, set status: false, or delete the file.',
      },
    ];
  },
};

const SHORTEST_SAFE_CODE = 5;

/** From this percentage on, a word with a number is too weak. */
const HIGH_PERCENT = 50;

const GUESSED_FIRST = new Set(
  'TEST FREE SALE PROMO DISCOUNT CODE OFFER SAVE DEAL VIP STAFF ADMIN COUPON VOUCHER GRATIS RABATT'.split(' '),
);

/** Announced codes are usually a word and a number (SPRING25, SAVE10): reported only for high discounts. */
export const promoGuessable: SingleLintRule = {
  id: 'promo-guessable',
  severity: 'warning',
  title: 'A promo code is easy to guess',
  kinds: ['promo_code'],
  check(resource): LintFinding[] {
    const { active, code, percent = 0 } = readPromo(resource);
    const why = active ? describeWeakness(code, percent) : undefined;
    if (why === undefined) return [];
    return [
      {
        address: resource.address,
        pointer: '/promoCode',
        message: `The code ${code} ${why}.`,
        hint: 'Use a longer code with random letters, such as SPRING25X7KQ.',
      },
    ];
  },
};

function describeWeakness(code: string, percent: number): string | undefined {
  if (code.length < (percent >= HIGH_PERCENT ? SHORTEST_SAFE_CODE : SHORTEST_SAFE_CODE - 1))
    return `has only ${code.length} characters`;
  if (/^\d+$/.test(code)) return 'has only digits';
  if (/^(.)\1+$/.test(code)) return 'repeats one character';
  const [, word = '', number] = /^([A-Z]+)(\d{0,4})$/.exec(code) ?? [];
  if (GUESSED_FIRST.has(word) && (number === '' || percent >= HIGH_PERCENT))
    return 'is one of the first codes that people try';
  return percent >= HIGH_PERCENT && word !== '' && number !== '' && word.length <= 10
    ? `is only a word and a number, for ${percent} % off`
    : undefined;
}

/** No expiry date means never (API reference, section 6). */
export const promoNeverEnds: SingleLintRule = {
  id: 'promo-never-ends',
  severity: 'warning',
  title: 'An active promo code has no expiry date and no usage limit',
  kinds: ['promo_code'],
  check(resource): LintFinding[] {
    const { active, end, quantity } = readPromo(resource);
    if (!active || end !== undefined || quantity !== undefined) return [];
    return [
      {
        address: resource.address,
        pointer: '/promoCode',
        message: `${resource.name} is active and has no expiry date and no usage limit.`,
        hint: 'Add promoExpiryDate: YYYY-MM-DD, or usage: { availableQuantity: 1000 }',
      },
    ];
  },
};

/** Codes for the whole basket are not compared: most shops have several. */
export const promoOverlap: JointLintRule = {
  id: 'promo-overlap',
  severity: 'info',
  title: 'Two promo codes apply to the same label at the same time',
  kinds: ['promo_code'],
  checkAll(resources): LintFinding[] {
    const byLabel = new Map<string, { address: LintFinding['address']; promo: Promo }[]>();
    for (const resource of resources) {
      const promo = readPromo(resource);
      if (!promo.active) continue;
      for (const label of new Set(promo.labels)) {
        const list = byLabel.get(label) ?? [];
        list.push({ address: resource.address, promo });
        byLabel.set(label, list);
      }
    }
    return [...byLabel].flatMap(([label, codes]) => {
      const sorted = codes.toSorted((a, b) => (a.promo.start ?? -Infinity) - (b.promo.start ?? -Infinity));
      let longest = sorted[0];
      return sorted.slice(1).flatMap((code): LintFinding[] => {
        const before = longest;
        if (!before) return [];
        if ((code.promo.end ?? Infinity) > (before.promo.end ?? Infinity)) longest = code;
        if ((code.promo.start ?? -Infinity) > (before.promo.end ?? Infinity)) return [];
        return [
          {
            address: code.address,
            pointer: '/referencedOfferLabel',
            message: `${code.promo.code} and ${before.promo.code} apply to the label "${label}" at the same time.`,
            related: [{ address: before.address, pointer: '/referencedOfferLabel', message: 'The other code.' }],
          },
        ];
      });
    });
  },
};

export const promoUnlimited: SingleLintRule = {
  id: 'promo-unlimited',
  severity: 'warning',
  title: 'A high discount has no usage limit',
  kinds: ['promo_code'],
  check(resource): LintFinding[] {
    const { active, percent = 0, quantity } = readPromo(resource);
    if (!active || percent < HIGH_PERCENT || quantity !== undefined) return [];
    return [
      {
        address: resource.address,
        pointer: '/discount/percentageDiscount',
        message: `${percent} % off without a usage limit.`,
        hint: 'Add usage: { availableQuantity: 500 }. It can only be set at creation.',
      },
    ];
  },
};
