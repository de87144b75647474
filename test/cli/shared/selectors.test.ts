import { expect, test } from 'vitest';
import { parseSelectors } from '../../../src/cli/shared/selectors.js';

test.each([
  ['promo-code:spring*', 'promo_code:SPRING*'],
  ['Promo-Code:A', 'promo_code:A'],
  ['promocode:A', 'promo_code:A'],
  ['!add-on:/addons/Print', '!add_on:/addons/Print'],
  ['addon:*', 'add_on:*'],
  ['offer:/add-on:x', 'offer:/add-on:x'],
  ['*:/add-on', '*:/add-on'],
  ['journey:promo-code:A', 'journey:promo-code:A'],
])('the selector %s is read as %s', (written, read) => {
  expect(parseSelectors(['*', written])[1]).toBe(read);
});

test('a kind that does not exist stays as it is written in the message', () => {
  expect(() => parseSelectors(['promo-kode:A'])).toThrow('"promo-kode:A" does not begin with a kind');
});
