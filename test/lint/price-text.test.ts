import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { lintText } from './support.js';

const MONTHLY = { name: 'charge_1', value: '12.99', currencyCode: 'GBP', type: 'recurring', repeat_interval: 1, repeat_interval_type: 'months' };
const charge = (value: string, currencyCode: string, repeat_interval_type = 'months', repeat_interval = 1) => ({ ...MONTHLY, value, currencyCode, repeat_interval, repeat_interval_type });

function findMismatch(text: string, charges: object[], more: object = {}): boolean {
  const attributes = { display_price__limio: text, price__limio: charges, ...more };
  return lintText(stringify({ kind: 'offer', path: '/offers2/A', attributes }), { only: ['price-text-mismatch'] }).findings.length > 0;
}

describe('a text that states the charge is no finding', () => {
  test.each<[text: string, charges: object[], more?: object]>([
    ['£12.99', [MONTHLY]],
    ['£12.99/mo', [MONTHLY]],
    ['<p><strong>£12.99</strong> per month</p>', [MONTHLY]],
    ['&pound;12&#46;99 a month', [MONTHLY]],
    ['Only £12.99 monthly', [MONTHLY]],
    ['12,99 € pro Monat', [charge('12.99', 'EUR')]],
    ['12,99&nbsp;€ im Monat', [charge('12.99', 'EUR')]],
    ['12,99 € par mois', [charge('12.99', 'EUR')]],
    ['USD 1.299,00', [charge('1299.00', 'USD', 'years')]],
    ['1 299 kr per år', [charge('1299', 'SEK', 'years')]],
    ['CHF 12.–', [charge('12.00', 'CHF')]],
    ["CHF 1'299.– pro Jahr", [charge('1299', 'CHF', 'years')]],
    ['$9/mo', [charge('9.00', 'USD')]],
    ['A$9 per month', [charge('9.00', 'AUD')]],
    ['¥1,200 / month', [charge('1200', 'JPY')]],
    ['99p a week', [charge('0.99', 'GBP', 'weeks')]],
    ['£49/month per user, paid annually', [charge('588', 'GBP', 'years')]],
    ['£2.50 a day', [charge('912.50', 'GBP', 'years')]],
    ['£10, billed annually', [charge('120', 'GBP', 'years')]],
    ['12 weeks for <s>£50.00</s> £20.00', [charge('20.00', 'GBP', 'weeks', 12)]],
    ['£1.00 for the first month, then £12.99 per month', [MONTHLY]],
    ['Save 20 %: £12.99 per month instead of £15.99', [MONTHLY]],
    ['from £9', [MONTHLY]],
    ['Save £50 a year', [MONTHLY]],
    ['£50 off', [MONTHLY]],
    ['£10–£20', [MONTHLY]],
    ['£15.59 incl. VAT', [MONTHLY]],
    ['£29.00', [charge('24.00', 'GBP'), { name: 'setup', value: '5.00', currencyCode: 'GBP', type: 'onetime' }]],
    ['£155.88 a year', [MONTHLY], { term__limio: { renewal_type: 'TERMED', length: 1, type: 'years' } }],
    ['£38.97 for three', [MONTHLY], { default_quantity_options__limio: { quantity: 3 } }],
    ['£9.09 per month', [MONTHLY], { discount__limio: { value: '30', termLength: '1', termType: 'months' } }],
    ['£99', [{ use_external_price: true, currencyCode: 'GBP' }]],
    ['Every story, 24 hours a day, on 5 devices', [MONTHLY]],
    ['Over £1.5m raised', [MONTHLY]],
    ['', [MONTHLY]],
  ])('%j', (text, charges, more) => {
    expect(findMismatch(text, charges, more)).toBe(false);
  });
});

describe('a text that states something else is found', () => {
  test.each<[text: string, charges: object[], more?: object]>([
    ['£11.99 per month', [MONTHLY]],
    ['<p><strong>£11.99</strong> per month</p>', [MONTHLY]],
    ['€12.99 per month', [MONTHLY]],
    ['£12.99 per year', [MONTHLY]],
    ['Annual subscription for £179', [charge('179.00', 'GBP')]],
    ['11,99 € pro Monat', [charge('12.99', 'EUR')]],
    ['USD 1.299,00', [charge('1399.00', 'USD', 'years')]],
    ['1 199 kr', [charge('1299', 'SEK', 'years')]],
    ['CHF 12.– pro Monat', [charge('13', 'CHF')]],
    ['$9/mo', [charge('9.99', 'USD')]],
    ['£59/month, paid annually', [charge('588', 'GBP', 'years')]],
    ['£1.00 for the first month, then £11.99 per month', [MONTHLY]],
    ['9.99 per month', [MONTHLY]],
  ])('%j', (text, charges, more) => {
    expect(findMismatch(text, charges, more)).toBe(true);
  });
});
