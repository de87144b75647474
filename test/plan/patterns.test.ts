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

describe('no warning', () => {
  test.each<[string, Partial<PlanContext>]>([
    ['where something declared or live matches', { protect: ['offer:/offers2/Leg*', 'offer:**/Legacy \\[UK\\]'] }],
    ['for an address that is pasted as it is', { protect: ['offer:/offers2/Legacy [UK]'] }],
    ['for all objects of a kind', { protect: ['*', 'promo_code:*'], scope: { journey: ['*'] } }],
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
