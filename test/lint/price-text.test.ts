import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { lintText } from './support.js';

const MONTHLY = {
  name: 'charge_1',
  value: '12.99',
  currencyCode: 'GBP',
  type: 'recurring',
  repeat_interval: 1,
  repeat_interval_type: 'months',
};
const charge = (value: string, currencyCode: string, repeat_interval_type = 'months', repeat_interval = 1) => ({
  ...MONTHLY,
  value,
  currencyCode,
  repeat_interval,
  repeat_interval_type,
});

function findMismatch(text: string, charges: object[], more: object = {}): boolean {
  const attributes = { display_price__limio: text, price__limio: charges, ...more };
  return (
    lintText(stringify({ kind: 'offer', path: '/offers2/A', attributes }), { only: ['price-text-mismatch'] }).findings
      .length > 0
  );
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
    ['₹1,00,000 per year', [charge('100000', 'INR', 'years')]],
    ['Rs. 4,999/-', [charge('4999', 'INR', 'years')]],
    ['CHF 1’234.50 / Jahr', [charge('1234.50', 'CHF', 'years')]],
    ['月額1,500円', [charge('1500', 'JPY')]],
    ['1,650円（税込）', [charge('1500', 'JPY')]],
    ['9€99 par mois', [charge('9.99', 'EUR')]],
    ['Jetzt für 5 € 10 Ausgaben lesen', [charge('5', 'EUR')]],
    ['£12<sup>99</sup>/mo', [MONTHLY]],
    ['£12.99<sup>1</sup> per month', [MONTHLY]],
    ['<span class="line-through">£15</span> £12.99¹ a month', [MONTHLY]],
    ['<table><tr><td>Monthly</td><td>£12.99</td></tr><tr><td>Yearly</td><td>£129</td></tr></table>', [MONTHLY]],
    ['Guardian Weekly £12.99', [MONTHLY]],
    ['Weekly magazine subscription £129', [charge('129', 'GBP', 'years')]],
    ['Premium: £12.99', [MONTHLY]],
    ['£0 for 30 days', [MONTHLY]],
    ['Jetzt testen: 4 Wochen für 0 €', [charge('9.99', 'EUR')]],
    ['About £13 a month', [MONTHLY]],
    ['ca. 13 € im Monat', [charge('12.99', 'EUR')]],
    ['£9.99 to £15.99', [MONTHLY]],
    ['10–15 €', [charge('13', 'EUR')]],
    ['2 for £20', [MONTHLY]],
    ['Hotline 0900 123456 (1,99 €/Min.)', [charge('9.99', 'EUR')]],
    ['£0.50 per article', [MONTHLY]],
    ['zzgl. 3,90 € Versand', [charge('9.99', 'EUR')]],
    ['P&amp;P £4.99', [MONTHLY]],
    ['Get £5 back', [MONTHLY]],
    ['UVP 14,99 €', [charge('9.99', 'EUR')]],
    ['Renews on 01.01 every year', [MONTHLY]],
    ['Standard price £15.99 a month', [MONTHLY]],
    ['£15.99 a month thereafter', [MONTHLY]],
    ['£5 a month more', [MONTHLY]],
    ['Price rises to £15.99 a month', [MONTHLY]],
    ['ab dem 13. Monat 15,99 € im Monat', [charge('12.99', 'EUR')]],
    ['Normalpris 159 kr pr. md.', [charge('129', 'DKK')]],
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
    ['₹1,00,000', [charge('10000', 'INR', 'years')]],
    ['Rs 499 per month', [charge('399', 'INR')]],
    ['Standard: £11.99/month', [MONTHLY]],
    ['Today only £11.99 per month', [MONTHLY]],
    ['月額1,500円', [charge('1800', 'JPY')]],
    ['9,99 Euro im Monat', [charge('8.99', 'EUR')]],
    ['was £10 now £5', [charge('6', 'GBP')]],
    ['¥1,500', [charge('1600', 'JPY')]],
    ['£1', [MONTHLY]],
    ['1 kr för första månaden', [charge('149', 'SEK')]],
    ['£12<sup>49</sup>/mo', [MONTHLY]],
    ['Annual digital subscription £12.99', [MONTHLY]],
    ['Monthly subscription: £129', [charge('129', 'GBP', 'years')]],
  ])('%j', (text, charges, more) => {
    expect(findMismatch(text, charges, more)).toBe(true);
  });
});
