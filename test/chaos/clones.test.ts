import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.js';
import { mapConcurrent } from '../../src/model/async.js';
import type { Plan } from '../../src/model/plan.js';
import { IS_FULL, tell } from '../support/chaos/chaos-scale.js';
import { makeWorld } from '../support/chaos/make-world.js';
import { type Checkout, CHECKOUT_DIALECT, consentFlags, openCheckout } from '../support/chaos/open-checkout.js';
import { openTool } from '../support/chaos/open-tool.js';
import { isSame, type Snapshot, takeSnapshot } from '../support/chaos/snapshot.js';
import { CHAOS_SECRET, watchSecrets } from '../support/chaos/watch-secrets.js';

/** Nothing is created that a rollback cannot delete, so that the way back leads to where it began. */
const WORLD = makeWorld('everything', { offers: 14, codes: 12, journeys: 9, landings: 4 });

/** Each clone is another machine: its folder is new, and nothing but the store is shared. */
interface Bench {
  tenant: Emulator;
  store: string;
  clone: () => Checkout;
  close: () => Promise<void>;
}

interface KillPoint {
  write: number;
  when: 'before' | 'after';
}

/** CHAOS_KILLS=100 CHAOS_RACES=50 npm run test:chaos clones.test.ts */
const KILLS = Number(process.env['CHAOS_KILLS'] ?? (IS_FULL ? 20 : 3));
const RACES = Number(process.env['CHAOS_RACES'] ?? (IS_FULL ? 10 : 3));

const secrets = watchSecrets();
let initial: Snapshot;
let expected: Snapshot;
let planned: Plan;
let writes = 0;
let applyMs = 0;

beforeAll(async () => {
  const bench = await openBench();
  try {
    initial = takeSnapshot(bench.tenant.state());
    const tool = openTool(bench.tenant.url, WORLD);
    planned = await tool.plan();
    await tool.close();
    bench.tenant.edit.clearLog();
    const startedAt = Date.now();
    const run = await bench.clone().run(applyAll(planned));
    applyMs = Date.now() - startedAt;
    expect(run).toMatchObject({ exitCode: 0 });
    expected = takeSnapshot(bench.tenant.state());
    writes = countWrites(bench.tenant);
  } finally {
    await bench.close();
  }
}, 180_000);

describe('clones that share a store, of which one dies in the middle of an apply', () => {
  test(
    'the next one goes on to the end, and a third one leads back to the beginning',
    { timeout: 1_800_000 },
    async () => {
      const points = choosePoints();
      const wrongs = await mapConcurrent(points, 2, continueAndReturn);
      tell(`${points.length} kills, continued and rolled back by other clones`);
      expect(wrongs.flat()).toEqual([]);
    },
  );

  test('the next one leads back at once what the dead one began', { timeout: 1_800_000 }, async () => {
    const points = choosePoints().filter((_, at) => !IS_FULL || at % 2 === 0);
    const wrongs = await mapConcurrent(points, 2, returnAtOnce);
    expect(wrongs.flat()).toEqual([]);
  });

  test(
    'two that apply at once: one runs, the other is told who does, and nothing is lost',
    { timeout: 1_800_000 },
    async () => {
      // From both at once to one after the other.
      const delays = Array.from({ length: RACES }, (_, at) => Math.round((at / (RACES - 1)) * applyMs * 1.2));
      const races = await mapConcurrent(delays, 1, race);
      const refused = races.filter(({ isRefused }) => isRefused).length;
      tell(`${RACES} races of two clones, ${refused} of them refused by the lock`);
      expect(races.flatMap(({ wrongs }) => wrongs)).toEqual([]);
      expect(refused).toBeGreaterThan(0);
    },
  );

  test('neither output nor store contains the client secret or a token', () => {
    expect(secrets.tokens()).toBeGreaterThan(0);
    expect(secrets.leaks()).toEqual([]);
  });
});

/** Spread over all writes, before and after each. */
function choosePoints(): KillPoint[] {
  const all = Array.from({ length: writes }, (_, at) => at + 1).flatMap((write): KillPoint[] => [
    { write, when: 'before' },
    { write, when: 'after' },
  ]);
  const count = Math.min(KILLS, all.length);
  return Array.from({ length: count }, (_, at) => all[Math.round((at * (all.length - 1)) / (count - 1))]).flatMap(
    (point) => point ?? [],
  );
}

async function continueAndReturn(point: KillPoint): Promise<string[]> {
  const bench = await openBench();
  const { tenant, clone } = bench;
  try {
    const outputs = [await kill(bench, point)];
    const dead = await nameLastRun(clone());
    // What is left of the plan may ask for fewer consents.
    const left = JSON.parse((await clone().run(['plan', '--format', 'json'])).stdout) as Plan;
    const finished = await clone().run(applyAll(left));
    outputs.push(finished);
    const wrongs =
      finished.exitCode === 0 ? [] : [`the next apply ended with ${finished.exitCode}: ${finished.stderr}`];
    wrongs.push(...compare(expected, tenant, 'not as declared'));
    for (const run of new Set(['last', dead])) outputs.push(await rollBack(clone, run, wrongs));
    wrongs.push(...compare(initial, tenant, 'not as before'));
    return settle(bench, point, outputs, wrongs);
  } finally {
    await bench.close();
  }
}

async function returnAtOnce(point: KillPoint): Promise<string[]> {
  const bench = await openBench();
  try {
    const outputs = [await kill(bench, point)];
    const wrongs: string[] = [];
    outputs.push(await rollBack(bench.clone, 'last', wrongs));
    wrongs.push(...compare(initial, bench.tenant, 'not as before'));
    return settle(bench, point, outputs, wrongs);
  } finally {
    await bench.close();
  }
}

/** The second clone begins so many milliseconds after the first. */
async function race(delay: number): Promise<{ wrongs: string[]; isRefused: boolean }> {
  const bench = await openBench();
  const { tenant, clone } = bench;
  try {
    const first = clone().run(applyAll(planned));
    await setTimeout(delay);
    // Everything is done already, or it is what the first one does: the same consents.
    const second = clone().run(applyAll(planned));
    const ended = await Promise.all([first, second]);
    const refused = ended.filter(({ exitCode }) => exitCode === 4);
    const wrongs = ended.flatMap(({ exitCode, stderr }) =>
      exitCode === 0 || (exitCode === 4 && /^error LOCKED: Another apply of test has been running since /m.test(stderr))
        ? []
        : [`it ended with ${exitCode}: ${stderr}`],
    );
    if (refused.length === 2) wrongs.push('each was refused because of the other');
    wrongs.push(...compare(expected, tenant, 'not as declared'));
    const made = countWrites(tenant);
    if (made !== writes) wrongs.push(`${made} writes were made instead of ${writes}`);
    return { wrongs: wrongs.map((wrong) => `${delay} ms apart: ${wrong}`), isRefused: refused.length === 1 };
  } finally {
    await bench.close();
  }
}

interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** In a clone that is gone afterwards. */
async function kill({ tenant, clone }: Bench, { write, when }: KillPoint): Promise<Ended> {
  const checkout = clone();
  tenant.faults.replace([{ operation: 'write', nth: write, fault: 'no-answer', when }]);
  const program = checkout.start(applyAll(planned));
  const hasFired = (): boolean => tenant.faults.show().rules[0]?.fired !== 0;
  const over = program.ended.then(
    () => true,
    () => true,
  );
  // Until the write hangs, or the program ended without it.
  while (!hasFired() && !(await Promise.race([over, setTimeout(5, false)])));
  program.signal('SIGKILL');
  const ended = await program.ended;
  tenant.faults.clear();
  checkout.remove();
  return ended;
}

/** In clones of their own: the first refusal names the command with every consent. */
async function rollBack(clone: Bench['clone'], run: string, wrongs: string[]): Promise<Ended> {
  const asked = await clone().run(['rollback', run, '--env', 'test']);
  const ended = asked.exitCode === 0 ? asked : await clone().run(readCommand(asked.stderr));
  if (ended.exitCode !== 0) wrongs.push(`rollback ${run} ended with ${ended.exitCode}: ${asked.stderr}${ended.stderr}`);
  return { ...ended, stdout: asked.stdout + ended.stdout, stderr: asked.stderr + ended.stderr };
}

function readCommand(stderr: string): string[] {
  const [, named = ''] = /limio-sync (rollback .*?--env .*?)(?: --yes)?$/m.exec(stderr) ?? [];
  return [...named.split(' '), '--yes'];
}

async function nameLastRun(checkout: Checkout): Promise<string> {
  const { stdout } = await checkout.run(['runs', '--format', 'json']);
  const { runs } = JSON.parse(stdout) as { runs: { run: string }[] };
  return runs.at(-1)?.run ?? 'last';
}

function compare(wanted: Snapshot, tenant: Emulator, what: string): string[] {
  const is = takeSnapshot(tenant.state());
  return [...new Set([...wanted.keys(), ...is.keys()])].flatMap((key) =>
    isSame(wanted.get(key), is.get(key)) ? [] : [`${key} is ${what}`],
  );
}

function settle(
  { store }: Bench,
  { write, when }: KillPoint,
  outputs: readonly Ended[],
  wrongs: readonly string[],
): string[] {
  const stored = readdirSync(store, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  const texts = [...outputs.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...stored];
  secrets.inspect(`kill ${when} ${write}`, texts.join('\n'));
  return wrongs.map((wrong) => `killed ${when} write ${write}: ${wrong}`);
}

function applyAll(plan: Plan): string[] {
  return ['apply', '--yes', ...consentFlags(plan)];
}

function countWrites(tenant: Emulator): number {
  return tenant.log().filter(({ method, path }) => method !== 'GET' && path !== '/oauth2/token').length;
}

async function openBench(): Promise<Bench> {
  const tenant = await startEmulator({ clientSecret: CHAOS_SECRET, buildMs: 0, jobMs: 0, seed: WORLD.seed });
  const store = mkdtempSync(join(tmpdir(), 'limio-chaos-store-'));
  const clones: Checkout[] = [];
  const { promo_code: codes = [], journey: journeys = [] } = WORLD.scope;
  const environment = { url: tenant.url, dialect: CHECKOUT_DIALECT, scope: { promo_codes: codes, journeys } };
  return {
    tenant,
    store,
    clone: () => {
      const checkout = openCheckout(WORLD.files, environment, { backend: 'folder', path: store });
      clones.push(checkout);
      return checkout;
    },
    close: async () => {
      await tenant.close();
      for (const checkout of clones) checkout.remove();
      rmSync(store, { recursive: true, force: true });
    },
  };
}
