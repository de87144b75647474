import { describe, expect, test } from 'vitest';
import { listDeclaredBodies } from '../../src/drift/declared-bodies.js';
import { formatState, parseState, updateState } from '../../src/drift/state.js';
import type { Address } from '../../src/model/address.js';
import type { AppliedState } from '../../src/model/drift.js';
import type { JsonObject } from '../../src/model/json.js';
import type { ApplyResult, OutcomeStatus } from '../../src/model/outcome.js';
import { compareTenant } from '../../src/plan/compare.js';
import type { PendingPublish } from '../../src/model/run.js';
import type { PlanContext } from '../../src/plan/plan-context.js';
import { planComparison } from '../../src/plan/plan.js';
import { createTenantReader, declare, type TenantContent } from '../plan/support/tenant-reader.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';

const AT = '2026-11-22T12:00:00.000Z';
const PLACE = { environment: 'test', host: 'tenant.example' };

interface Apply {
  tenant: TenantContent;
  files: Record<string, JsonObject>;
  /** The outcome of each change; `done` when absent. */
  statuses?: Record<string, OutcomeStatus>;
  context?: Partial<PlanContext>;
  /** False as in a rollback. */
  withFiles?: boolean;
  pages?: ApplyResult['publish']['pages'];
  interrupted?: boolean;
  pending?: PendingPublish[];
}

async function apply(
  previous: AppliedState | undefined,
  {
    tenant,
    files,
    statuses = {},
    context = {},
    withFiles = true,
    pages = [],
    interrupted = false,
    pending = [],
  }: Apply,
): Promise<AppliedState> {
  const settings = { ...TEST_CONTEXT, ...context };
  const comparison = await compareTenant(createTenantReader(tenant), declare(files), settings);
  const plan = await planComparison(comparison, declare(files), settings);
  const outcomes = plan.changes.map(({ address, action }) => ({
    address,
    action,
    status: statuses[address] ?? ('done' as const),
  }));
  const result = { outcomes, publish: { pages, onNoPage: [] }, interrupted } as unknown as ApplyResult;
  return updateState(previous, {
    command: 'apply',
    at: AT,
    plan,
    result,
    pending,
    ...(withFiles ? { declared: listDeclaredBodies(comparison.diffs) } : {}),
  });
}

const A: Address = 'offer:/offers2/A';
const B: Address = 'offer:/offers2/B';
const offer = (attributes: JsonObject) => ({ body: { attributes } });

describe('the snapshot after an apply', () => {
  test('holds done changes and unchanged objects, with null for cleared fields', async () => {
    const state = await apply(undefined, {
      tenant: { offers: { '/offers2/A': { x: 1, more: 1 }, '/offers2/B': { x: 1, y: 2 } } },
      files: { [A]: { x: 1, gone: null }, [B]: { x: 2, y: null } },
    });
    expect(state.objects).toEqual({ [A]: offer({ x: 1, gone: null }), [B]: offer({ x: 2, y: null }) });
  });

  test.each(['failed', 'unverified', 'blocked', 'withheld'] as const)(
    'keeps the earlier entry of a change that is %s, marked as open',
    async (status) => {
      const tenant = { offers: { '/offers2/A': { x: 1 }, '/offers2/B': { x: 1 } } };
      const first = await apply(undefined, {
        tenant: { offers: { '/offers2/A': { x: 0 }, '/offers2/B': { x: 1 } } },
        files: { [A]: { x: 0 } },
      });
      const second = await apply(first, {
        tenant,
        files: { [A]: { x: 2 }, [B]: { x: 2 } },
        statuses: { [A]: status, [B]: status },
      });
      // The app changed A from 0 to 1 in between: that drift must stay visible. B had no entry before.
      expect(second.objects).toEqual({
        [A]: { ...offer({ x: 0 }), open: status },
        [B]: { ...offer({ x: 1 }), open: status },
      });
      expect(second.last.complete).toBe(false);
      const third = await apply(second, { tenant, files: { [A]: { x: 2 }, [B]: { x: 2 } } });
      expect(third.objects).toEqual({ [A]: offer({ x: 2 }), [B]: offer({ x: 2 }) });
    },
  );

  test('drops deleted and no longer declared objects, and keeps those whose deletion waits', async () => {
    const tenant = {
      offers: { '/offers2/A': { x: 1 } },
      promoCodes: { OLD: { status: true }, WAIT: { status: true } },
    };
    const first = await apply(undefined, {
      tenant,
      files: { [A]: { x: 1 }, 'promo_code:OLD': { status: true }, 'promo_code:WAIT': { status: true } },
    });
    const second = await apply(first, {
      tenant,
      files: { 'offer:/offers2/A': { x: 1 } },
      context: { scope: { promo_code: ['*'] } },
      statuses: { 'promo_code:WAIT': 'withheld' },
    });
    expect(Object.keys(second.objects)).toEqual([A, 'promo_code:WAIT']);
    expect(second.objects['promo_code:WAIT']?.open).toBe('withheld');
    const third = await apply(second, {
      tenant: { promoCodes: tenant.promoCodes },
      files: { 'promo_code:OLD': { status: true } },
    });
    expect(Object.keys(third.objects)).toEqual(['promo_code:OLD']);
  });

  test('without files, changes only the top-level fields of done changes', async () => {
    const tenant = { offers: { '/offers2/A': { x: 1, y: 1 }, '/offers2/B': { x: 1 } } };
    const first = await apply(undefined, { tenant, files: { [A]: { x: 1, y: 1 }, [B]: { x: 1 } } });
    const second = await apply(first, { tenant, files: { [A]: { x: 2 } }, withFiles: false });
    expect(second.objects).toEqual({ [A]: offer({ x: 2, y: 1 }), [B]: offer({ x: 1 }) });
  });

  test('is never verified while a page is pending, also of an earlier run, and remembers the page', async () => {
    const tenant = { offers: { '/offers2/A': { x: 1 } } };
    const pending: PendingPublish[] = [{ path: '/pages/shop', items: [A], buildItems: ['/pages/shop'], run: 'run-1' }];
    const owing = await apply(undefined, { tenant, files: { [A]: { x: 1 } }, pending });
    expect(owing.last).toMatchObject({ complete: true, verified: false });
    expect(parseState(formatState(owing), 'test.json', PLACE).pending).toEqual(pending);
    const paid = await apply(owing, { tenant, files: { [A]: { x: 1 } } });
    expect(paid.last.verified).toBe(true);
    expect(paid.pending).toBeUndefined();
  });

  test('is not verified while a page with a route was skipped, whatever stopped it', async () => {
    const tenant = { offers: { '/offers2/A': { x: 1 } } };
    const skip = { path: '/pages/shop', status: 'skipped', build: 'none' } as const;
    const skipped = await apply(undefined, { tenant, files: { [A]: { x: 1 } }, pages: [{ ...skip, route: '/shop/' }] });
    expect(skipped.last.verified).toBe(false);
    const withoutUrl = await apply(undefined, { tenant, files: { [A]: { x: 1 } }, pages: [skip] });
    expect(withoutUrl.last.verified).toBe(true);
  });

  test('holds references in place of secrets', async () => {
    const tenant = { offers: { '/offers2/A': { key: 'hunter2-hunter2' }, '/offers2/B': { key: 'older-secret-1' } } };
    const files = { [A]: { key: '${secret:KEY}' }, [B]: { key: '${secret:KEY}' } };
    const state = await apply(undefined, {
      tenant,
      files,
      context: { secrets: new Map([['KEY', 'hunter2-hunter2']]) },
      statuses: { [B]: 'withheld' },
    });
    expect(formatState(state)).not.toMatch(/hunter2|older-secret/);
    expect(state.objects[A]).toEqual(offer({ key: '${secret:KEY}' }));
  });

  test.each<[string, Partial<Apply>, complete: boolean, verified: boolean]>([
    ['nothing to do', {}, true, true],
    ['a page that is live', { pages: [{ path: '/p', build: 'finished', status: 'live' }] }, true, true],
    ['a page that has no URL', { pages: [{ path: '/p', build: 'none', status: 'skipped' }] }, true, true],
    [
      'a page that waits for a consent',
      { pages: [{ path: '/p', build: 'none', status: 'skipped', withheld: true }] },
      true,
      false,
    ],
    ['a page that was omitted', { pages: [{ path: '/p', build: 'none', status: 'omitted' }] }, true, false],
    ['a change that failed', { files: { [A]: { x: 2 } }, statuses: { [A]: 'failed' } }, false, true],
    ['an interruption', { interrupted: true }, false, false],
  ])('%s', async (_name, rest, complete, verified) => {
    const { last } = await apply(undefined, {
      tenant: { offers: { '/offers2/A': { x: 1 } } },
      files: { [A]: { x: 1 } },
      ...rest,
    });
    expect([last.complete, last.verified]).toEqual([complete, verified]);
  });
});

describe('the file of the snapshot', () => {
  const state: AppliedState = {
    kind: 'limio-sync/state',
    formatVersion: 1,
    ...PLACE,
    last: {
      command: 'apply',
      run: 'r1',
      at: AT,
      toolVersion: '0.1.0',
      commit: 'c',
      fingerprint: 'f',
      filesHash: 'h',
      complete: true,
      verified: true,
    },
    objects: {
      [A]: { body: JSON.parse('{"attributes": {"b": 1, "a": {"z": 1, "__proto__": 2}}}') as JsonObject },
      'promo_code:A': { body: { status: true }, open: 'failed' },
    },
  };
  const read = (text: string) => parseState(text, '.limio/state/test.json', PLACE);

  test('is read back unchanged, and written the same again', () => {
    expect(read(formatState(state))).toEqual(state);
    expect(formatState(read(formatState(state)))).toBe(formatState(state));
  });

  test("is sorted at every depth, whatever the tenant's order was", () => {
    const other = {
      ...state,
      objects: {
        'promo_code:A': { open: 'failed' as const, body: { status: true } },
        [A]: { body: JSON.parse('{"attributes": {"a": {"__proto__": 2, "z": 1}, "b": 1}}') as JsonObject },
      },
    };
    expect(formatState(other)).toBe(formatState(state));
  });

  test.each<[string, string, string]>([
    ['no JSON', '{', 'STATE_INVALID'],
    ['conflict markers', `<<<<<<< HEAD\n${formatState(state)}`, 'STATE_INVALID'],
    ['another document', '{"kind": "limio-sync/plan"}', 'STATE_INVALID'],
    ['a list', '[]', 'STATE_INVALID'],
    ['an invalid address', formatState(state).replace('promo_code:A', 'nothing'), 'STATE_INVALID'],
    [
      'an invalid body',
      formatState(state).replace('"status": true', '"status": true }, "body": 1, "x": {'),
      'STATE_INVALID',
    ],
    ['a newer format', formatState(state).replace('"formatVersion": 1', '"formatVersion": 2'), 'STATE_VERSION'],
    ['another host', formatState(state).replace('tenant.example', 'other.example'), 'STATE_ELSEWHERE'],
    [
      'another environment',
      formatState(state).replace('"environment": "test"', '"environment": "prod"'),
      'STATE_ELSEWHERE',
    ],
  ])('is refused when it holds %s', (_name, text, code) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code }));
  });
});
