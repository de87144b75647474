import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  defineAddOn,
  defineCampaign,
  defineJourney,
  defineOffer,
  definePage,
  defineProduct,
  definePromoCode,
  defineResources,
  defineSegment,
  defineTag,
  type ResourceInput,
} from '../../src/index.js';

// `npm run typecheck` checks the expected errors of this file too: an error that is not found fails it.
describe('the types of a resource in code', () => {
  test('know every kind, and each function sets it', () => {
    const attributes = {};
    expect(
      [
        defineTag({ path: '/tags/a' }),
        defineProduct({ path: '/products/a', attributes }),
        defineAddOn({ path: '/add_ons/a', attributes }),
        defineOffer({ path: '/offers2/a', attributes }),
        defineCampaign({ path: '/offers/a' }),
        definePage({ path: '/pages/a' }),
        defineSegment({ path: '/segments/a' }),
        definePromoCode({ promoCode: 'A' }),
        defineJourney({ name: 'a' }),
      ].map(({ kind }) => kind),
    ).toEqual(['tag', 'product', 'add_on', 'offer', 'campaign', 'page', 'segment', 'promo_code', 'journey']);
  });

  test('know the keys of each kind, and which are required', () => {
    // @ts-expect-error an offer has no name of a journey
    defineOffer({ path: '/offers2/a', attributes: {}, starting_point: '/a/' });
    // @ts-expect-error the attributes of an offer are required
    defineOffer({ path: '/offers2/a' });
    // @ts-expect-error a page has tags, an offer has not
    defineOffer({ path: '/offers2/a', attributes: {}, tags: ['/tags/a'] });
    definePage({ path: '/pages/a', tags: ['/tags/a'], isAuthenticated: true, only: 'prod' });
    // @ts-expect-error only a page has settings
    defineTag({ path: '/tags/a', isAuthenticated: true });
    // @ts-expect-error a promo code needs its code
    definePromoCode({ status: true });
    // @ts-expect-error not a known level
    definePromoCode({ promoCode: 'A', applicationLevel: 'basket' });
    definePromoCode({ promoCode: 'A', ownership: { 'usage.availableQuantity': 'git' }, moved_from: 'B' });
    // @ts-expect-error a typed condition has values
    defineJourney({ name: 'a', journeys: [{ conditions: [{ type: 'country' }], actions: [] }] });
    // @ts-expect-error another kind than the function makes
    expect(() => defineOffer({ kind: 'page', path: '/offers2/a', attributes: {} })).toThrow(
      'defineOffer makes a resource of the kind "offer", not "page".',
    );
  });

  test('know the attributes of Limio, and let customers have their own', () => {
    const path = '/offers2/a';
    defineOffer({ path, attributes: { own_key: { anything: [1] }, label__limio: ['a'], cta__limio: null } });
    defineOffer({ path, attributes: { price__limio: [{ name: 'charge_1', value: 9.99, own: true }] } });
    // @ts-expect-error a list of labels
    defineOffer({ path, attributes: { label__limio: 'a' } });
    // @ts-expect-error a boolean
    defineOffer({ path, attributes: { trial__limio: 'yes' } });
    // @ts-expect-error a value is a text or a number
    defineOffer({ path, attributes: { price__limio: [{ value: true }] } });
  });

  test('let a variable be a number, a boolean or one value of a set', () => {
    definePromoCode({ promoCode: 'A', status: '${vars.active}', usage: { availableQuantity: '${vars.many}' } });
    definePromoCode({ promoCode: 'A', applicationLevel: '${env.LEVEL}' });
    // @ts-expect-error not a reference to a variable
    definePromoCode({ promoCode: 'A', status: 'active' });
  });

  test('accept lists that cannot change, and values that may be undefined', () => {
    const countries = ['GB', 'IE'] as const;
    const label: string | undefined = undefined;
    defineOffer({ path: '/offers2/a', attributes: { allowed_countries__limio: countries, group__limio: label } });
    expectTypeOf<ResourceInput<'offer'>['path']>().toEqualTypeOf<string>();
    expectTypeOf<ResourceInput<'promo_code'>['status']>().toEqualTypeOf<
      boolean | `\${vars.${string}}` | `\${env.${string}}` | null | undefined
    >();
  });

  test('know what a function gets', () => {
    const make = defineResources(async ({ env }) => [
      defineTag({ path: `/tags/${env['MARKET'] ?? 'gb'}` }),
      defineJourney({ name: 'a' }),
    ]);
    // @ts-expect-error a text is no resource
    defineResources(() => 'offer');
    expect(make).toBeInstanceOf(Function);
  });
});
