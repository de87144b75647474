import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { type Bench, parseFiles, withBench } from '../support/run-scenario.js';

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
  const seed = { journeys: Object.entries(journeys).map(([name, data]) => ({ name, data })) };
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
