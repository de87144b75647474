import { describe, expect, test } from 'vitest';
import type { PlanContext } from '../../src/plan/plan-context.js';
import { makePlan } from '../../src/plan/plan.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { createTenantReader, declare, planTenant } from './support/tenant-reader.js';

const TENANT = {
  offers: { '/offers2/Annual': { x: 1 }, '/offers2/Legacy [UK]': { x: 1 } },
  promoCodes: { SPRING25: { status: true } },
};

/** The warnings about patterns of a plan that declares one offer. */
async function listWarnings(context: Partial<PlanContext>): Promise<[string, string | undefined][]> {
  const { warnings } = await planTenant(TENANT, { 'offer:/offers2/Annual': { x: 1 } }, context);
  return warnings
    .filter(({ code }) => code === 'PATTERN_UNMATCHED')
    .map(({ message, hint }): [string, string | undefined] => [message.slice(0, message.indexOf('" ') + 1), hint]);
}

describe('a pattern that matches nothing declared and nothing live is a warning with the nearest address', () => {
  test.each<[string, Partial<PlanContext>, string, string]>([
    ['of protect', { protect: ['offer:/offers2/Anual'] }, '"offer:/offers2/Anual"', 'offer:/offers2/Annual'],
    [
      'of ignore',
      { ignore: ['offer:/offer2/A*#/attributes/x'] },
      '"offer:/offer2/A*#/attributes/x"',
      'offer:/offers2/',
    ],
    [
      'of ownership',
      { ownership: { app: ['offer:*Anual'], server: [], git: [] } },
      '"offer:*Anual"',
      'offer:/offers2/Annual',
    ],
    ['of scope', { scope: { promo_code: ['SPRIG25'] } }, '"SPRIG25"', 'promo_code:SPRING25'],
    ['of scope, after "!"', { scope: { promo_code: ['*', '!SPRIG25'] } }, '"!SPRIG25"', 'promo_code:SPRING25'],
    [
      'in one choice of its braces',
      { protect: ['offer:/offers2/{Annual,Legacy (UK)}'] },
      '"offer:/offers2/{Annual,Legacy (UK)}"',
      'offer:/offers2/Legacy [UK]',
    ],
  ])('%s', async (_, context, shown, nearest) => {
    const warnings = await listWarnings(context);
    expect(warnings).toEqual([[shown, expect.stringContaining(`Did you mean "${nearest}`)]]);
  });

  test('also a negation that takes nothing away', async () => {
    const protect = ['offer:/offers2/Legacy*', '!offer:/offers2/Annual'];
    expect(await listWarnings({ protect })).toEqual([
      ['"!offer:/offers2/Annual"', 'Correct or remove it in limio.config.'],
    ]);
  });
});

const owned = (...app: string[]): Partial<PlanContext> => ({ ownership: { app, server: [], git: [] } });

describe('a pattern of a field that no object has and no file can declare is a warning with the nearest name', () => {
  test.each<[string, Partial<PlanContext>, string | undefined]>([
    ['of ignore', { ignore: ['offer:*#/attributes/nosuch'] }, undefined],
    [
      'of a described attribute, misspelt',
      { ignore: ['offer:*#/attributes/badge_txt__limio'] },
      'offer:*#/attributes/badge_text__limio',
    ],
    [
      'of an attribute of the tenant, misspelt',
      { ignore: ['offer:/offers2/*#/attributes/planCod'] },
      'offer:/offers2/*#/attributes/planCode',
    ],
    [
      'inside of a charge',
      owned('offer:*#/attributes/price__limio/*/valeu'),
      'offer:*#/attributes/price__limio/*/value',
    ],
    ['of ownership, for a kind that nothing declares', owned('promo_code:*#/x'), undefined],
    ['of such a kind, misspelt', owned('promo_code:*#/statsu'), 'promo_code:*#/status'],
    ['of journeys', { ignore: ['journey:*#/domain'] }, 'journey:*#/domains'],
    [
      'of an exclusion',
      { ignore: ['offer:*#/attributes/x', '!offer:*#/attributes/prise__limio'] },
      '!offer:*#/attributes/price__limio',
    ],
  ])('%s', async (_, context, nearest) => {
    const offers = { '/offers2/Annual': { x: 1, planCode: 'A' } };
    const { warnings } = await planTenant({ offers }, { 'offer:/offers2/Annual': { x: 1 } }, context);
    expect(warnings.filter(({ code }) => code === 'PATTERN_UNMATCHED')).toEqual([
      {
        code: 'PATTERN_UNMATCHED',
        message: expect.stringMatching(/ names a field that no declared or live object has, so it has no effect\.$/),
        hint: nearest === undefined ? 'Correct or remove it in limio.config.' : `Did you mean "${nearest}"?`,
      },
    ]);
  });
});

describe('no warning', () => {
  test.each<[string, Partial<PlanContext>]>([
    ['where something declared or live matches', { protect: ['offer:/offers2/Leg*', 'offer:**/Legacy \\[UK\\]'] }],
    ['for an address that is pasted as it is', { protect: ['offer:/offers2/Legacy [UK]'] }],
    ['for all objects of a kind', { protect: ['*', 'promo_code:*'], scope: { journey: ['*'] } }],
    [
      'for a field that an object has, or that a file of the kind can declare',
      {
        ignore: [
          'offer:*#/attributes/x',
          'offer:*#/attributes/badge_*',
          'offer:*#/attributes/price__limio/charge_1/value',
        ],
      },
    ],
    ['for described fields of a kind that nothing declares', owned('promo_code:*#/discount/percentageDiscount')],
    ['for attributes of a kind whose list was not read', { ignore: ['page:*#/attributes/nosuch', '*#/attributes/x'] }],
    ['for kinds whose list was not read', { protect: ['page:/pages/x', 'journey:x', 'tag:/tags/x', '*/x'] }],
    ['of a promotion, which is a part of a plan', { protect: ['offer:/offers2/X'], promotedFrom: 'sandbox' }],
  ])('%s', async (_, context) => {
    expect(await listWarnings(context)).toEqual([]);
  });

  test('where the list is not complete', async () => {
    const reader = createTenantReader(TENANT);
    const { warnings } = await makePlan(
      { ...reader, listItems: async (...request) => ({ ...(await reader.listItems(...request)), complete: false }) },
      declare({ 'offer:/offers2/Annual': { attributes: { x: 1 } } }),
      { ...TEST_CONTEXT, protect: ['offer:/offers2/X'] },
    );
    expect(warnings.filter(({ code }) => code === 'PATTERN_UNMATCHED')).toEqual([]);
  });
});
