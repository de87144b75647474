import { describe, expect, test } from 'vitest';
import { listDeclaredBodies } from '../../src/drift/declared-bodies.js';
import { findDrift } from '../../src/drift/drift.js';
import { formatState, parseState, updateState } from '../../src/drift/state.js';
import { formatAddress } from '../../src/model/address.js';
import type { AppliedState, DriftReport } from '../../src/model/drift.js';
import type { JsonObject } from '../../src/model/json.js';
import type { DesiredResource } from '../../src/model/model.js';
import type { ApplyResult } from '../../src/model/outcome.js';
import type { Plan } from '../../src/model/plan.js';
import { compareTenant } from '../../src/plan/compare.js';
import type { PlanContext } from '../../src/plan/plan-context.js';
import { parsePlan } from '../../src/plan/plan-file.js';
import { planComparison } from '../../src/plan/plan.js';
import { renderDriftMarkdown, renderDriftText } from '../../src/render/drift.js';
import { renderPlanHtml } from '../../src/render/plan/html.js';
import { renderPlanMarkdown } from '../../src/render/plan/markdown.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';
import { createTenantReader, declare, type TenantContent } from '../plan/support/tenant-reader.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';

type Files = Record<string, JsonObject>;

interface Step {
  tenant: TenantContent;
  files: Files;
  applied?: AppliedState | undefined;
  context?: Partial<PlanContext>;
  /** `moved_from`, by the new address. */
  moved?: Record<string, string>;
  /** The outcome of every change. */
  status?: 'done' | 'failed';
}

async function run({ tenant, files, applied, context = {}, moved = {}, status = 'done' }: Step): Promise<{
  plan: Plan;
  drift: DriftReport;
  /** The snapshot after an apply in which every change had the outcome. */
  next: AppliedState;
}> {
  const settings = { ...TEST_CONTEXT, ...context, ...(applied ? { applied } : {}) };
  const declared = declare(files).map((resource): DesiredResource => {
    const old = moved[resource.address];
    return old === undefined ? resource : { ...resource, movedFrom: formatAddress(resource.kind, parseName(old)) };
  });
  const comparison = await compareTenant(createTenantReader(tenant), declared, settings);
  const plan = await planComparison(comparison, declared, settings);
  const outcomes = plan.changes.map(({ address, action }) => ({ address, action, status }));
  const result = { outcomes, publish: { pages: [], onNoPage: [] }, interrupted: false } as unknown as ApplyResult;
  const at = '2026-11-22T12:00:00.000Z';
  const state = updateState(applied, {
    command: 'apply',
    at,
    plan,
    result,
    declared: listDeclaredBodies(comparison.diffs),
  });
  const place = { environment: state.environment, host: state.host };
  return {
    plan,
    drift: findDrift(comparison, applied, settings),
    next: parseState(formatState(state), 'state.json', place),
  };
}

const parseName = (address: string): string => address.slice(address.indexOf(':') + 1);
const A = 'offer:/offers2/A';
const offerA = (attributes: JsonObject): TenantContent => ({ offers: { '/offers2/A': attributes } });
const pathsOf = ({ onceManaged = [] }: Pick<Plan, 'onceManaged'>): string[] => onceManaged.map(({ path }) => path);

/** What a plan lists after an apply of `before` left `tenant`, and `after` is what the files declare now. */
async function listAfter(
  before: Files,
  tenant: TenantContent,
  after: Files,
  context: Partial<PlanContext> = {},
): Promise<string[]> {
  const { next: applied } = await run({ tenant, files: before });
  return pathsOf((await run({ tenant, files: after, applied, context })).plan);
}

describe('a key that was applied and then removed from the file (case "removed key")', () => {
  const tenant = offerA({ badge_text__limio: 'SALE', cta_text__limio: 'Buy' });
  const withBadge = { [A]: { badge_text__limio: 'SALE', cta_text__limio: 'Buy' } };
  const without = { [A]: { cta_text__limio: 'Buy' } };

  test('plan and drift name it with the null that clears it; it is neither a change nor drift', async () => {
    const { next: applied } = await run({ tenant, files: withBadge });
    const { plan, drift } = await run({ tenant, files: without, applied });
    const listed = [
      {
        address: A,
        path: '/attributes/badge_text__limio',
        applied: 'SALE',
        live: 'SALE',
        clear: { file: 'x.yaml', below: '/attributes', line: 'badge_text__limio: null' },
      },
    ];
    expect(plan).toMatchObject({ changes: [], onceManaged: listed });
    expect(drift).toMatchObject({ objects: [], onceManaged: listed });
    const style = PLAIN_STYLE;
    for (const text of [renderPlanText(plan, { style }), renderDriftText(drift, { style, all: false })]) {
      expect(text).toContain('1 field no longer declared, still live\n');
      expect(text).toContain(`  ${A}  badge_text__limio: "SALE", as last applied\n`);
      expect(text).toContain('    to clear it, write badge_text__limio: null below attributes in x.yaml\n');
    }
    for (const text of [renderPlanMarkdown(plan), renderDriftMarkdown(drift, { all: false }), renderPlanHtml(plan)])
      expect(text).toMatch(/badge_text__limio: null.* below .*attributes.* in .*x\.yaml/);
    expect(parsePlan(JSON.stringify(plan), 'plan.json').onceManaged).toEqual(listed);
  });

  test('it stays named after the next apply, until it is cleared, declared again or gone', async () => {
    const { next: first } = await run({ tenant, files: withBadge });
    const { next: second } = await run({ tenant, files: without, applied: first });
    expect(second.objects[A]).toEqual({
      body: { attributes: { cta_text__limio: 'Buy' } },
      released: { '/attributes/badge_text__limio': 'SALE' },
    });
    const plan = async (live: TenantContent, files: Files): Promise<string[]> =>
      pathsOf((await run({ tenant: live, files, applied: second })).plan);
    expect(await plan(tenant, without)).toEqual(['/attributes/badge_text__limio']);
    expect(await plan(tenant, withBadge)).toEqual([]);
    expect(await plan(tenant, { [A]: { badge_text__limio: null } })).toEqual(['/attributes/cta_text__limio']);
    expect(await plan(offerA({ cta_text__limio: 'Buy' }), without)).toEqual([]);
    const cleared = await run({
      tenant,
      files: { [A]: { cta_text__limio: 'Buy', badge_text__limio: null } },
      applied: second,
    });
    expect(cleared.next.objects[A]).not.toHaveProperty('released');
    expect(
      (await run({ tenant: offerA({ cta_text__limio: 'Buy' }), files: without, applied: cleared.next })).plan,
    ).not.toHaveProperty('onceManaged');
  });

  test('a value that the app changed since is listed with both values', async () => {
    const { next: applied } = await run({ tenant, files: withBadge });
    const { plan } = await run({ tenant: offerA({ badge_text__limio: 'NEW' }), files: { [A]: {} }, applied });
    expect(plan.onceManaged).toMatchObject([{ applied: 'SALE', live: 'NEW' }]);
    expect(renderPlanText(plan, { style: PLAIN_STYLE })).toContain(
      'badge_text__limio: "NEW", changed since it was applied as "SALE"',
    );
  });

  test.each<[string, Partial<PlanContext>]>([
    ['the environment ignores it', { ignore: ['offer:*#/attributes/badge_text__limio'] }],
    ['the app owns it', { ownership: { app: ['offer:*#/attributes/badge_text__limio'], server: [], git: [] } }],
  ])('is not named where %s', async (_, context) => {
    expect(await listAfter(withBadge, tenant, without, context)).toEqual([]);
  });

  test('is not named without a snapshot, in a promotion, and where no file ever declared it', async () => {
    expect(pathsOf((await run({ tenant, files: without })).plan)).toEqual([]);
    expect(await listAfter(withBadge, tenant, without, { promotedFrom: 'sandbox' })).toEqual([]);
    expect(await listAfter(without, tenant, without)).toEqual([]);
  });

  test('the fingerprint of a plan does not depend on the snapshot', async () => {
    const { next: applied } = await run({ tenant, files: withBadge });
    const [known, unknown] = await Promise.all([
      run({ tenant, files: without, applied }),
      run({ tenant, files: without }),
    ]);
    expect(known.plan.fingerprint).toBe(unknown.plan.fingerprint);
  });
});

describe('inside of a field', () => {
  const checkout = '/attributes/checkout__limio';

  test('a key that was applied and then removed is named, and live keys that no file declared are not', async () => {
    const tenant = offerA({ checkout__limio: { a: 1, b: 2, ofTheApp: 3 } });
    const both = { [A]: { checkout__limio: { a: 1, b: 2 } } };
    expect(await listAfter(both, tenant, { [A]: { checkout__limio: { a: 1 } } })).toEqual([`${checkout}/b`]);
    // Cleared whole, the key of the app would go too.
    expect(await listAfter(both, tenant, { [A]: {} })).toEqual([`${checkout}/a`, `${checkout}/b`]);
    const whole = { [A]: { checkout__limio: { a: 1, b: 2, ofTheApp: 3 } } };
    expect(await listAfter(whole, tenant, { [A]: {} })).toEqual([checkout]);
  });

  test('a key of a charge is named by the name of the charge', async () => {
    const charge = { name: 'charge_1', value: '9.99', label: 'Monthly' };
    const { next: applied } = await run({
      tenant: offerA({ price__limio: [charge] }),
      files: { [A]: { price__limio: [charge] } },
    });
    const { plan } = await run({
      tenant: offerA({ price__limio: [charge] }),
      files: { [A]: { price__limio: [{ name: 'charge_1', value: '9.99' }] } },
      applied,
    });
    expect(plan.onceManaged).toMatchObject([
      {
        path: '/attributes/price__limio/charge_1/label',
        clear: { below: '/attributes/price__limio/charge_1', line: 'label: null' },
      },
    ]);
  });
});

describe('an object with moved_from', () => {
  const code = { promoCode: 'SPRING', description: 'Spring', status: true };
  const [old, renamed] = ['promo_code:SPRING', 'promo_code:SUMMER'] as const;
  const before = { [old]: { description: 'Spring', status: true } };
  const after = { [renamed]: { status: true } };
  const moved = { [renamed]: old };
  const tenant: TenantContent = { promoCodes: { SPRING: code } };

  test('is looked up under its old name, and remembers the field under the new one', async () => {
    const { next: applied } = await run({ tenant, files: before });
    const { plan, drift, next } = await run({ tenant, files: after, moved, applied });
    const listed = [{ address: renamed, path: '/description', applied: 'Spring', live: 'Spring' }];
    expect(plan).toMatchObject({ changes: [{ movedFrom: { address: old } }], onceManaged: listed });
    expect(drift).toMatchObject({ onceManaged: listed });
    expect(next.objects[renamed]).toMatchObject({ released: { '/description': 'Spring' } });
    expect(next.objects).not.toHaveProperty([old]);

    const done: TenantContent = { promoCodes: { SUMMER: { ...code, promoCode: 'SUMMER' } } };
    expect(pathsOf((await run({ tenant: done, files: after, moved, applied: next })).plan)).toEqual(['/description']);
    expect(pathsOf((await run({ tenant: done, files: after, applied: next })).plan)).toEqual(['/description']);
  });

  test('keeps what its snapshot knew when the rename was not done', async () => {
    const { next: applied } = await run({ tenant, files: before });
    const { next } = await run({ tenant, files: after, moved, applied, status: 'failed' });
    expect(next.objects[renamed]).toEqual({ ...applied.objects[old], open: 'failed' });
    expect(pathsOf((await run({ tenant, files: after, moved, applied: next })).plan)).toEqual(['/description']);
  });
});

test('promo codes and journeys: keys, and keys of a discount; a field that only a creation sets is not named', async () => {
  const code = {
    promoCode: 'SPRING',
    description: 'Spring',
    discount: { discountType: 'DiscountPercentage', percentageDiscount: 10, durationLength: 3 },
    usage: { availableQuantity: 5 },
  };
  const journey = {
    name: 'Geo',
    starting_point: '/us/',
    fallback_tag: '/home/',
    domains: ['acme.example'],
    journeys: [],
  };
  const tenant: TenantContent = { promoCodes: { SPRING: code }, journeys: { Geo: journey } };
  const { promoCode: _code, ...declaredCode } = code;
  const { name: _name, ...declaredJourney } = journey;
  const { domains: _domains, ...lessJourney } = declaredJourney;
  const before = { 'promo_code:SPRING': declaredCode, 'journey:Geo': declaredJourney };
  const after = {
    'promo_code:SPRING': { discount: { discountType: 'DiscountPercentage', percentageDiscount: 10 } },
    'journey:Geo': lessJourney,
  };
  expect(await listAfter(before, tenant, after)).toEqual(['/domains', '/description', '/discount/durationLength']);
});
