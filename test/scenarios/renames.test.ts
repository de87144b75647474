import { expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.js';
import { listTouched } from '../../src/journal/entries.js';
import { jsonEqual, type JsonObject } from '../../src/model/json.js';
import { buildRollback } from '../../src/plan/rollback.js';
import { renderPlanHtml } from '../../src/render/plan/html.js';
import { renderPlanMarkdown } from '../../src/render/plan/markdown.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';
import { openTool } from '../support/chaos/open-tool.js';
import { CHAOS_SECRET } from '../support/chaos/watch-secrets.js';
import { type Bench, parseFiles, TEST_CONTEXT, TEST_DIALECT, withBench } from '../support/run-scenario.js';

const OLD: JsonObject = {
  starting_point: '/landing/',
  fallback_tag: '/shop/',
  domains: ['shop.example.com'],
  journeys: [{ id: 'one', conditions: [], actions: [{ type: 'destination', tag: '/de/', split: 100 }] }],
};

const journey = (name: string, rest = ''): string =>
  `kind: journey\nname: ${name}\nstarting_point: /landing/\nfallback_tag: /shop/\ndomains: [shop.example.com]\n` +
  `journeys:\n  - conditions: []\n    actions: [{ type: destination, destination: /de/ }]\n${rest}`;

const declare = (...files: string[]) => parseFiles(files.map((text, i) => ({ path: `files/${i}.yaml`, text })));

const SCOPE = { journey: ['*'] };

async function withJourneys<T>(journeys: Record<string, JsonObject>, use: (bench: Bench) => Promise<T>): Promise<T> {
  const seed = {
    items: ['landing', 'shop', 'de', 'other', 'us', 'b', 'x', 'two', 'new', 'elsewhere'].map((name) => ({
      path: `/pages/${name}`,
      data: { record_type: 'page', attributes: {}, tags: [`/tags/${name}`], offers: [] },
    })),
    journeys: Object.entries(journeys).map(([name, data]) => ({ name, data })),
  };
  return withBench({ seed }, use);
}

const names = ({ emulator }: Bench): string[] => emulator.state().journeys.map(({ name }) => name);

const writes = ({ emulator }: Bench): string[] =>
  emulator
    .log()
    .filter(({ method, path }) => method !== 'GET' && path.includes('/journey'))
    .map(({ method, path, status }) => `${method} ${path.slice(path.lastIndexOf('/') + 1)} ${status}`);

test('a journey that starts where an old one does is blocked while the deletion of the old one is withheld', async () => {
  await withJourneys({ old: OLD }, async (bench) => {
    const plan = await bench.plan(declare(journey('new')), SCOPE);
    expect(plan.changes.map(({ address, action, dependsOn }) => [address, action, dependsOn])).toEqual([
      ['journey:new', 'create', ['journey:old']],
      ['journey:old', 'delete', []],
    ]);
    const { outcomes } = await bench.apply(plan);
    expect(outcomes.map(({ address, status, error }) => [address, status, error?.message])).toEqual([
      ['journey:new', 'blocked', 'Blocked by journey:old, which is withheld.'],
      ['journey:old', 'withheld', '1 deletion needs approval.'],
    ]);
    expect(names(bench)).toEqual(['old']);
  });
});

test('with the consent the old journey goes right before the new one comes: never two at one start', async () => {
  await withJourneys({ old: OLD }, async (bench) => {
    const files = declare(journey('new'), journey('other').replace('/landing/', '/other/'));
    const plan = await bench.plan(files, SCOPE);
    expect(plan.levels).toEqual([['journey:old', 'journey:other'], ['journey:new']]);
    const { summary } = await bench.apply(plan, 1);
    expect(summary).toMatchObject({ done: 3, blocked: 0, withheld: 0 });
    expect(writes(bench)).toEqual(['PUT other 200', 'DELETE old 200', 'PUT new 200']);
    expect((await bench.plan(files, SCOPE)).changes).toEqual([]);
  });
});

test('an old journey stays while what takes its place is withheld, although its deletion has its consent', async () => {
  await withJourneys({ old: { ...OLD, starting_point: '/default/' } }, async (bench) => {
    const plan = await bench.plan(declare(journey('new').replace('/landing/', '/default/')), SCOPE);
    expect(plan.guards.map(({ code, addresses }) => [code, addresses])).toEqual([
      ['DELETE_CONSENT', ['journey:old']],
      ['JOURNEY_AT_DEFAULT', ['journey:new', 'journey:old']],
    ]);
    const guards = plan.guards.map((guard) =>
      guard.code === 'JOURNEY_AT_DEFAULT' ? { ...guard, addresses: ['journey:new' as const] } : guard,
    );
    const { outcomes } = await bench.apply({ ...plan, guards }, 1);
    expect(outcomes.map(({ address, status, error }) => [address, status, error?.message])).toEqual([
      ['journey:new', 'withheld', expect.stringContaining('root traffic')],
      [
        'journey:old',
        'blocked',
        expect.stringMatching(/^Not deleted, because journey:new cannot take its place: .*root traffic/),
      ],
    ]);
    expect(names(bench)).toEqual(['old']);
  });
});

test('a journey that shares its start with the old one already is changed without its deletion', async () => {
  await withJourneys({ old: OLD, twin: { ...OLD, fallback_tag: '/elsewhere/' } }, async (bench) => {
    const plan = await bench.plan(declare(journey('twin')), SCOPE);
    expect(plan.changes.map(({ address, dependsOn }) => [address, dependsOn])).toEqual([
      ['journey:old', []],
      ['journey:twin', []],
    ]);
  });
});

test('a journey that would lead in a circle with a deleted one is blocked while that deletion is withheld', async () => {
  const back = { ...OLD, starting_point: '/de/', fallback_tag: '/landing/', journeys: [] };
  await withJourneys({ back }, async (bench) => {
    const plan = await bench.plan(declare(journey('new')), SCOPE);
    expect(plan.changes[1]).toMatchObject({ address: 'journey:new', dependsOn: ['journey:back'] });
    expect(plan.warnings.filter(({ code }) => code === 'JOURNEY_LOOP')).toEqual([]);
  });
});

const MOVED = declare(journey('new', 'moved_from: old\n'));
const KEPT = { ...OLD, edited_by_hand: 'kept', theme: { dark: true } };

const dataOf = ({ emulator }: Bench, name: string): JsonObject | undefined =>
  emulator.state().journeys.find((one) => one.name === name)?.data;

test('a renamed journey is one change that keeps what the files do not manage, and needs one consent', async () => {
  await withJourneys({ old: KEPT }, async (bench) => {
    const plan = await bench.plan(MOVED, SCOPE);
    expect(plan.changes).toMatchObject([
      { address: 'journey:new', action: 'update', movedFrom: { address: 'journey:old', body: KEPT }, fields: [] },
    ]);
    expect(plan.warnings.filter(({ code }) => code.startsWith('JOURNEY_'))).toEqual([]);
    expect(plan.guards.map(({ code, message, consent }) => [code, message, consent?.value])).toEqual([
      ['DELETE_CONSENT', '1 move to another name needs approval.', '1'],
    ]);
    expect((await bench.apply(plan)).summary).toMatchObject({ withheld: 1, done: 0 });
    expect(dataOf(bench, 'old')).toEqual(KEPT);
    expect((await bench.apply(plan, 1)).summary).toMatchObject({ done: 1 });
    expect(names(bench)).toEqual(['new']);
    expect(dataOf(bench, 'new')).toEqual(KEPT);
    expect((await bench.plan(MOVED, SCOPE)).changes).toEqual([]);
    expect((await bench.apply(plan, 1)).outcomes).toMatchObject([{ status: 'done', alreadyDone: true }]);
  });
});

test('a renamed journey is compared for visitors by its start, and changed in the same step', async () => {
  await withJourneys({ old: KEPT }, async (bench) => {
    const files = declare(journey('new', 'moved_from: old\n').replace('/shop/', '/us/'));
    const plan = await bench.plan(files, SCOPE);
    expect(plan.changes).toMatchObject([
      { fields: [{ path: '/fallback_tag', before: '/shop/', after: '/us/' }], reason: expect.stringMatching(/^moved/) },
    ]);
    expect(plan.changes[0]?.routing?.before).toMatchObject({ starting_point: '/landing/', fallback_tag: '/shop/' });
    await bench.apply(plan, 1);
    expect(dataOf(bench, 'new')).toEqual({ ...KEPT, fallback_tag: '/us/' });
  });
});

test('a renamed journey is never live twice, and gone for one call only: parked, deleted, live', async () => {
  await withJourneys({ old: KEPT }, async (bench) => {
    await bench.apply(await bench.plan(MOVED, SCOPE), 1);
    expect(writes(bench)).toEqual(['PUT new 200', 'DELETE old 200', 'PUT new 200']);
  });
});

test('a journey without domains is renamed, too', async () => {
  const everywhere: JsonObject = Object.fromEntries(Object.entries(KEPT).filter(([key]) => key !== 'domains'));
  const files = declare(journey('new', 'moved_from: old\n').replace('domains: [shop.example.com]\n', ''));
  for (const nth of [1, 2]) {
    await withJourneys({ old: everywhere }, async (bench) => {
      bench.emulator.faults.replace([{ operation: 'put-journey', nth, fault: 'status', status: 400 }]);
      await bench.apply(await bench.plan(files, SCOPE), 1);
      bench.emulator.faults.replace([]);
      await bench.apply(await bench.plan(files, SCOPE), 1);
      expect(names(bench)).toEqual(['new']);
      expect({ domains: [], ...dataOf(bench, 'new') }).toEqual({ domains: [], ...everywhere });
      expect((await bench.plan(files, SCOPE)).changes).toEqual([]);
    });
  }
});

test.each([
  ['the parked copy', 'put-journey', 1, ['old']],
  ['the deletion', 'delete-journey', 1, ['new', 'old']],
  ['the last write', 'put-journey', 2, ['new']],
] as const)(
  'a rename that fails at %s is finished by the next plan, with every field',
  async (_, operation, nth, left) => {
    await withJourneys({ old: KEPT }, async (bench) => {
      const plan = await bench.plan(MOVED, SCOPE);
      bench.emulator.faults.replace([{ operation, nth, fault: 'status', status: 400 }]);
      expect((await bench.apply(plan, 1)).outcomes).toMatchObject([{ address: 'journey:new', status: 'failed' }]);
      expect(names(bench).toSorted()).toEqual(left);
      const live = bench.emulator
        .state()
        .journeys.filter(({ data }) => jsonEqual(data['domains'], OLD['domains'] ?? null));
      expect(live.map(({ name }) => name)).toEqual(left.filter((name) => name === 'old'));
      bench.emulator.faults.replace([]);
      const next = await bench.plan(MOVED, SCOPE);
      expect(next.changes.map(({ address }) => address)).toEqual(['journey:new']);
      await bench.apply(next, 1);
      expect(names(bench)).toEqual(['new']);
      expect(dataOf(bench, 'new')).toEqual(KEPT);
      expect((await bench.plan(MOVED, SCOPE)).changes).toEqual([]);
    });
  },
);

test('a saved plan of a rename that failed half-way can be applied again', async () => {
  await withJourneys({ old: KEPT }, async (bench) => {
    const plan = await bench.plan(MOVED, SCOPE);
    bench.emulator.faults.replace([{ operation: 'put-journey', nth: 2, fault: 'status', status: 400 }]);
    await bench.apply(plan, 1);
    bench.emulator.faults.replace([]);
    expect((await bench.apply(plan, 1)).summary).toMatchObject({ done: 1 });
    expect(dataOf(bench, 'new')).toEqual(KEPT);
  });
});

test('a rename whose old journey changed since the plan is stale, and nothing is deleted', async () => {
  await withJourneys({ old: KEPT }, async (bench) => {
    const plan = await bench.plan(MOVED, SCOPE);
    bench.emulator.edit.journey('old', { ...KEPT, theme: 'light' });
    expect((await bench.apply(plan, 1)).outcomes).toMatchObject([{ status: 'failed', error: { code: 'STALE' } }]);
    expect(names(bench)).toEqual(['old']);
  });
});

test.each([
  ['that is done', []],
  ['that failed at the deletion', [{ operation: 'delete-journey', nth: 1, fault: 'status', status: 400 }]],
  ['that failed at the last write', [{ operation: 'put-journey', nth: 2, fault: 'status', status: 400 }]],
] as const)('the rollback of a rename %s brings the old journey back and removes the new one', async (_, faults) => {
  const tenant = await startEmulator({
    clientSecret: CHAOS_SECRET,
    seed: { journeys: [{ name: 'old', data: KEPT }] },
  });
  const tool = openTool(tenant.url, { files: { 'new.yaml': journey('new', 'moved_from: old\n') }, scope: SCOPE });
  try {
    const plan = await tool.plan();
    tenant.faults.replace(faults);
    const { journal } = await tool.apply(plan);
    tenant.faults.replace([]);
    const rollback = buildRollback({ id: 'run-1', plan, touched: listTouched(journal) }, TEST_CONTEXT);
    tenant.edit.clearLog();
    const { result } = await tool.apply(rollback);
    expect(result.summary).toMatchObject({ failed: 0, blocked: 0, withheld: 0, unverified: 0 });
    expect(tenant.state().journeys.map(({ name, data }) => [name, data])).toEqual([['old', KEPT]]);
    const sent = tenant.log().filter(({ method, path }) => method !== 'GET' && path.includes('/journey'));
    expect(sent[0]?.method).toBe('DELETE');
  } finally {
    await tool.close();
    await tenant.close();
  }
});

test('a rename of a protected journey is withheld, whichever of its names is protected', async () => {
  await withJourneys({ old: KEPT }, async (bench) => {
    for (const protect of [['journey:old'], ['journey:new']])
      expect((await bench.plan(MOVED, SCOPE, { protect })).guards[0]).toMatchObject({
        code: 'PROTECTED_ADDRESS',
        addresses: ['journey:new'],
      });
  });
});

test.each(['replace', 'merge'] as const)('a rename works where PUT does %s', async (journeyPut) => {
  const dialect = { ...TEST_DIALECT, journeyPut };
  const seed = { journeys: [{ name: 'old', data: KEPT }] };
  await withBench({ seed, dialect, clientDialect: dialect }, async (bench) => {
    const files = declare(journey('new', 'moved_from: old\n').replace('/shop/', 'null'));
    await bench.apply(await bench.plan(files, SCOPE), 1);
    expect(dataOf(bench, 'new')).toEqual(
      Object.fromEntries(Object.entries(KEPT).filter(([key]) => key !== 'fallback_tag')),
    );
    expect((await bench.plan(files, SCOPE)).changes).toEqual([]);
  });
});

test('the plan says from where a journey is moved, in every rendering', async () => {
  await withJourneys({ old: KEPT }, async (bench) => {
    const plan = await bench.plan(MOVED);
    expect(renderPlanText(plan, { style: PLAIN_STYLE })).toMatch(/~ journey:new .*moved from journey:old/);
    expect(renderPlanMarkdown(plan)).toMatch(/\*\*update\*\* `journey:new` .*moved from `journey:old`/);
    expect(renderPlanHtml(plan)).toContain('moved from journey:old');
    expect(plan.unmanaged).toEqual({});
  });
});

test('a rename without moved_from is offered with the line to write', async () => {
  await withJourneys({ old: KEPT, 'old: two': { ...KEPT, starting_point: '/two/' } }, async (bench) => {
    const hints = async (...files: string[]) =>
      (await bench.plan(declare(...files), SCOPE)).warnings.flatMap(({ code, message, hint }) =>
        code === 'RENAME_LIKELY' ? [[message, hint]] : [],
      );
    expect(await hints(journey('new'), journey('new-two').replace('/landing/', '/two/'))).toEqual([
      [
        'journey:new starts at /landing/ like journey:old, which this plan deletes: ' +
          'its fields that no file declares would be lost.',
        'If it is the same journey under a new name, add to files/0.yaml: moved_from: old',
      ],
      [expect.stringContaining('journey:old: two'), expect.stringMatching(/files\/1.yaml: moved_from: "old: two"$/)],
    ]);
    expect(await hints(journey('new', 'moved_from: old\n'), journey('other').replace('/landing/', '/x/'))).toEqual([]);
  });
});

test('moved_from renames nothing while both journeys are in use, and the plan says so', async () => {
  await withJourneys({ old: KEPT, new: { ...KEPT, starting_point: '/new/' } }, async (bench) => {
    const plan = await bench.plan(MOVED);
    expect(plan.changes).toMatchObject([{ address: 'journey:new', action: 'update' }]);
    expect(plan.changes[0]).not.toHaveProperty('movedFrom');
    expect(plan.warnings.map(({ code, message }) => [code, message])).toContainEqual([
      'MOVED_FROM',
      'journey:new is not moved from journey:old: both exist and are in use.',
    ]);
    expect(plan.unmanaged).toEqual({ journey: ['old'] });
  });
});

test('two renames that swap their starts end as the files say', async () => {
  await withJourneys({ a: OLD, b: { ...OLD, starting_point: '/b/' } }, async (bench) => {
    const files = declare(journey('x', 'moved_from: a\n').replace('/landing/', '/b/'), journey('y', 'moved_from: b\n'));
    const plan = await bench.plan(files, SCOPE);
    expect(plan.changes.map(({ address, dependsOn }) => [address, dependsOn])).toEqual([
      ['journey:x', ['journey:y']],
      ['journey:y', []],
    ]);
    expect((await bench.apply(plan, 2)).summary).toMatchObject({ done: 2 });
    expect((await bench.plan(files, SCOPE)).changes).toEqual([]);
  });
});
