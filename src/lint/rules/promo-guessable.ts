import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { readPromo } from '../promos.js';

const SHORTEST = 5;
/** From this percentage on, a word with a number is too weak. */
const HIGH = 50;
const TRIED = new Set(
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
  if (code.length < (percent >= HIGH ? SHORTEST : SHORTEST - 1)) return `has only ${code.length} characters`;
  if (/^\d+$/.test(code)) return 'has only digits';
  if (/^(.)\1+$/.test(code)) return 'repeats one character';
  const [, word = '', number] = /^([A-Z]+)(\d{0,4})$/.exec(code) ?? [];
  if (TRIED.has(word) && (number === '' || percent >= HIGH)) return 'is one of the first codes that people try';
  return percent >= HIGH && word !== '' && number !== '' && word.length <= 10
    ? `is only a word and a number, for ${percent} % off`
    : undefined;
}
