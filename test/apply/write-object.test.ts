import { describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/apply/apply.js';
import { startEmulator } from '../../src/emulator/emulator.js';
import type { FaultRule } from '../../src/emulator/faults/fault-rules.js';
import type { JsonObject } from '../../src/model/json.js';
import { promoCodeFile } from '../end-to-end/support/small-tenant.js';
import { change, makeContext, makePlan } from '../support/apply-fixtures.js';
import { CHAOS_DIALECT, openTool } from '../support/chaos/open-tool.js';
import { CHAOS_SECRET } from '../support/chaos/watch-secrets.js';
import { createFakeLiveApi } from '../support/fake-live-api.js';

const DATA: JsonObject = {
  starting_point: '/a/',
  fallback_tag: '/b/',
  domains: [],
  journeys: [{ id: 'one', conditions: [], actions: [{ type: 'destination', tag: '/c/', split: 100 }] }],
};
const DISCOUNTS = { path: '/products/Discounts', data: { record_type: 'product', attributes: {} } };
const NEW_CODE = { 'code.yaml': promoCodeFile('SPRING25', 25) };
const FILES = {
  'geo.yaml':
    'kind: journey\nname: geo\nfallback_tag: /new/\nstarting_point: /a/\njourneys:\n  - id: one\n    conditions: []\n    actions: [{ type: destination, destination: /c/, split: 100 }]\n',
};

/**
 * Applies the one change, of `fallback_tag`, with a journal: the journey is read once to be saved, once to be
 * re-checked, and before each PUT.
 */
async function applyUnder(rules: readonly FaultRule[], files: Record<string, string> = FILES) {
  const tenant = await startEmulator({
    clientSecret: CHAOS_SECRET,
    seed: { items: [DISCOUNTS], journeys: [{ name: 'geo', data: DATA }] },
  });
  const tool = openTool(tenant.url, { files, scope: {} });
  try {
    const plan = await tool.plan();
    tenant.faults.replace(rules);
    tenant.edit.clearLog();
    const { result, journal } = await tool.apply(plan);
    const sent = tenant
      .log()
      .filter(({ path }) => /journey\/geo$|promo_code/.test(path))
      .map(({ method, status }) => `${method} ${status}`);
    return {
      outcome: result.outcomes[0],
      journal,
      sent,
      data: tenant.state().journeys[0]?.data,
      codes: tenant.state().promoCodes.map(({ name }) => name),
    };
  } finally {
    await tool.close();
    await tenant.close();
  }
}

const edit = (nth: number): FaultRule => ({
  operation: 'get-journey',
  nth,
  fault: 'edit',
  edit: 'target',
  when: 'after',
});
const take = (nth: number, field: string, value: string): FaultRule => ({
  operation: 'get-journey',
  nth,
  fault: 'edit',
  when: 'after',
  edit: { journey: 'geo', data: { ...DATA, [field]: value } },
});

describe('an object that is written whole', () => {
  test('is read once more right before it is sent, and keeps what a colleague set since the re-check', async () => {
    const { outcome, sent, data } = await applyUnder([edit(2)]);
    expect(outcome).toEqual({ address: 'journey:geo', action: 'update', status: 'done' });
    expect(sent).toEqual(['GET 200', 'GET 200', 'GET 200', 'PUT 200', 'GET 200']);
    expect(data).toEqual({ ...DATA, fallback_tag: '/new/', edited_by_hand: 'by a colleague, 1' });
  });

  test('is read before each repetition, and keeps what a colleague set during the pause', async () => {
    const { outcome, sent, data } = await applyUnder([
      { operation: 'put-journey', nth: 1, fault: 'status', status: 429 },
      { operation: 'put-journey', nth: 2, fault: 'status', status: 503 },
      { operation: 'get-journey', nth: 4, fault: 'edit', edit: 'target', when: 'before' },
      { operation: 'get-journey', nth: 5, fault: 'edit', edit: 'target', when: 'before' },
    ]);
    expect(outcome).toEqual({ address: 'journey:geo', action: 'update', status: 'done' });
    expect(sent).toEqual([
      'GET 200',
      'GET 200',
      'GET 200',
      'PUT 429',
      'GET 200',
      'PUT 503',
      'GET 200',
      'PUT 200',
      'GET 200',
    ]);
    expect(data).toMatchObject({ fallback_tag: '/new/', edited_by_hand: 'by a colleague, 1' });
  });

  test('is not sent where a declared field moved after the re-check, and the journal says so', async () => {
    const { outcome, journal, sent, data } = await applyUnder([take(2, 'fallback_tag', '/theirs/')]);
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'STALE', message: 'journey:geo changed since the plan: fallback_tag from "/b/" to "/theirs/".' },
    });
    expect(sent).toEqual(['GET 200', 'GET 200', 'GET 200']);
    expect(journal).toContainEqual({
      step: 'answer',
      write: 1,
      answer: 'refused',
      error: { code: 'BLOCKED', message: 'journey:geo changed since the plan: fallback_tag from "/b/" to "/theirs/".' },
    });
    expect(data).toMatchObject({ fallback_tag: '/theirs/' });
  });

  test('is not sent again where a repetition finds it as planned', async () => {
    const { outcome, sent } = await applyUnder([
      { operation: 'put-journey', nth: 1, fault: 'status', status: 429 },
      take(3, 'fallback_tag', '/new/'),
    ]);
    expect(outcome).toEqual({ address: 'journey:geo', action: 'update', status: 'done', alreadyDone: true });
    expect(sent).toEqual(['GET 200', 'GET 200', 'GET 200', 'PUT 429', 'GET 200']);
  });

  test('that took effect although the answer was 502 is done, by the read-back', async () => {
    const { outcome, sent } = await applyUnder([
      { operation: 'put-journey', nth: 1, fault: 'status', status: 502, when: 'after' },
    ]);
    expect(outcome).toEqual({ address: 'journey:geo', action: 'update', status: 'done' });
    expect(sent).toEqual(['GET 200', 'GET 200', 'GET 200', 'PUT 502', 'GET 200', 'GET 200']);
  });

  test('is unverified if the tenant drops an undeclared field', async () => {
    const api = createFakeLiveApi({
      journeys: { geo: { starting_point: '/a/', note: 'by hand', other: 1 } },
      hooks: {
        after: ({ method }, state) =>
          void (method === 'putJourney' && state.journeys.set('geo', { starting_point: '/b/', other: 2 })),
      },
    });
    const result = await applyPlan(
      makePlan([change('journey:geo', { starting_point: '/a/' }, { starting_point: '/b/' })]),
      makeContext(api),
    );
    expect(result.outcomes).toEqual([
      {
        address: 'journey:geo',
        action: 'update',
        status: 'unverified',
        error: {
          code: 'UNVERIFIED',
          message: 'journey:geo is as planned, but lost undeclared fields: note from "by hand" to nothing.',
          hint: 'Unless a colleague just removed these fields, set them again in the web app and declare them: limio-sync keeps only declared fields',
        },
        differences: [{ path: '/note', before: 'by hand', show: 'value' }],
      },
    ]);
  });
});

describe('a journey of a tenant that merges', () => {
  const merge = { ...CHAOS_DIALECT, journeyPut: 'merge' as const };
  const WITH_NOTE = { ...DATA, note: 'by hand' };

  test('is sent without what no file declares, so that nothing of it can be lost', async () => {
    const tenant = await startEmulator({
      clientSecret: CHAOS_SECRET,
      dialect: { journeyPut: 'merge' },
      seed: { journeys: [{ name: 'geo', data: WITH_NOTE }] },
    });
    const tool = openTool(tenant.url, { files: FILES, scope: {} }, { dialect: merge });
    const { result } = await tool.apply(await tool.plan());
    expect(result.outcomes).toEqual([{ address: 'journey:geo', action: 'update', status: 'done' }]);
    const put = tenant.log().find(({ method }) => method === 'PUT')?.body as { data: object };
    expect(Object.keys(put.data).toSorted()).toEqual(['fallback_tag', 'journeys', 'starting_point']);
    expect(tenant.state().journeys[0]?.data).toEqual({ ...WITH_NOTE, fallback_tag: '/new/' });
    await tool.close();
    await tenant.close();
  });

  test('that replaces after all loses one journey and no second', async () => {
    const api = createFakeLiveApi({
      journeys: { a: { fallback_tag: '/a/', note: 1 }, b: { fallback_tag: '/a/', note: 1 } },
      hooks: {
        after: ({ method, args }, state) =>
          void (method === 'putJourney' && state.journeys.set(String(args[0]), { fallback_tag: '/b/' })),
      },
    });
    const plan = makePlan(
      (['a', 'b'] as const).map((name) => change(`journey:${name}`, { fallback_tag: '/a/' }, { fallback_tag: '/b/' })),
    );
    const { outcomes } = await applyPlan(plan, { ...makeContext(api), dialect: merge });
    expect(outcomes.map(({ status, error }) => [status, error?.message])).toEqual([
      ['unverified', 'journey:a is as planned, but lost undeclared fields: note from 1 to nothing.'],
      ['blocked', 'Not sent: the tenant may replace journeys whole, as journey:a showed.'],
    ]);
    expect(outcomes[0]?.error?.hint).toContain('set dialect.journeyPut to replace');
  });
});

describe('the deletion of a journey', () => {
  test('is not repeated over what a colleague did meanwhile', async () => {
    const tenant = await startEmulator({
      clientSecret: CHAOS_SECRET,
      seed: {
        journeys: [
          { name: 'geo', data: DATA },
          { name: 'kept', data: DATA },
        ],
      },
    });
    const tool = openTool(tenant.url, {
      files: { 'kept.yaml': FILES['geo.yaml'].replace('name: geo', 'name: kept').replace('/new/', '/b/') },
      scope: { journey: ['*'] },
    });
    const plan = await tool.plan();
    expect(plan.changes.map(({ address, action }) => [address, action])).toEqual([['journey:geo', 'delete']]);
    tenant.faults.replace([
      { operation: 'delete-journey', nth: 1, fault: 'status', status: 429 },
      {
        operation: 'delete-journey',
        nth: 1,
        fault: 'edit',
        when: 'after',
        edit: { journey: 'geo', data: { ...DATA, note: 'mine' } },
      },
    ]);
    const { result } = await tool.apply(plan);
    expect(result.outcomes).toMatchObject([{ status: 'failed', error: { code: 'STALE' } }]);
    expect(tenant.state().journeys.map(({ name }) => name)).toEqual(['geo', 'kept']);
    await tool.close();
    await tenant.close();
  });
});

describe('the creation of a promo code', () => {
  test('that was answered 502 and did not take effect is sent again after it was read', async () => {
    const { outcome, sent, codes } = await applyUnder(
      [{ operation: 'create-promo', nth: 1, fault: 'status', status: 502 }],
      NEW_CODE,
    );
    expect(outcome).toEqual({ address: 'promo_code:SPRING25', action: 'create', status: 'done' });
    expect(sent).toEqual(['GET 404', 'GET 404', 'GET 404', 'POST 502', 'GET 404', 'POST 200', 'GET 200']);
    expect(codes).toEqual(['SPRING25']);
  });

  test('that was answered 502 and took effect is not', async () => {
    const { outcome, sent, codes } = await applyUnder(
      [{ operation: 'create-promo', nth: 1, fault: 'status', status: 502, when: 'after' }],
      NEW_CODE,
    );
    expect(outcome).toEqual({ address: 'promo_code:SPRING25', action: 'create', status: 'done' });
    expect(sent).toEqual(['GET 404', 'GET 404', 'GET 404', 'POST 502', 'GET 200', 'GET 200']);
    expect(codes).toEqual(['SPRING25']);
  });

  test('that finds the code made by somebody else meanwhile is refused', async () => {
    const { outcome, sent } = await applyUnder(
      [{ operation: 'create-promo', nth: 1, fault: 'status', status: 409 }],
      NEW_CODE,
    );
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'CONFLICT' } });
    expect(sent).toEqual(['GET 404', 'GET 404', 'GET 404', 'POST 409', 'GET 404']);
  });
});
