import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../src/emulator/faults/fault-kinds.js';
import { parseFaults } from '../../src/emulator/faults/parse-faults.js';
import { randomFaults } from '../../src/emulator/faults/random-faults.js';
import { createRandom } from '../../src/emulator/random.js';
import { OPERATION_NAMES } from '../../src/emulator/route.js';
import { ACME } from './acme-seed.js';
import { connect } from './connect.js';
import { makeCalls } from './make-calls.js';

const SEEDS = Array.from({ length: 500 }, (_, seed) => seed);

/** What became of each call to a new tenant under the schedule of a seed. */
async function runSchedule(seed: number): Promise<[call: string, status: number, faults: string[] | undefined][]> {
  const connection = await connect({ seed: ACME });
  connection.emulator.faults.replace(randomFaults(seed, 0.5, 5));
  await makeCalls(connection, { journey: 'geo', rounds: 2 });
  const log = connection.emulator.log();
  expect(log.filter(({ error }) => error !== undefined)).toEqual([]);
  return log.map(({ method, path, status, faults }) => [`${method} ${path}`, status, faults]);
}

describe('random faults', () => {
  it('are the same for the same seed', () => {
    expect(randomFaults(42, 0.3)).toEqual(randomFaults(42, 0.3));
    expect(randomFaults(43, 0.3)).not.toEqual(randomFaults(42, 0.3));
    expect(parseFaults({ random: { seed: 42, rate: 0.3 } })).toEqual(randomFaults(42, 0.3));
  });

  it('are schedules that the emulator takes', () => {
    for (const seed of SEEDS) {
      const schedule = randomFaults(seed, 0.3);
      expect(parseFaults(JSON.parse(JSON.stringify(schedule)))).toEqual(schedule);
    }
  });

  it('strike no operation more often than the rate', () => {
    for (const seed of SEEDS) {
      for (const operation of OPERATION_NAMES) {
        const rules = randomFaults(seed, 0.3).rules.filter((rule) => rule.operation === operation);
        expect(rules.reduce((sum, { probability = 1 }) => sum + probability, 0)).toBeLessThanOrEqual(0.3);
      }
    }
  });

  /** Not drawn: schedules that are kept as regressions would mean something else with them. They have tests of their own. */
  const APART = ['failed-job', 'unfinished-job', 'blocked-index', 'stale-index'];

  it('draw every fault there is, those of creation jobs and of lagging indexes excepted', () => {
    const drawn = new Set(SEEDS.flatMap((seed) => randomFaults(seed, 0.3).rules.map(({ fault }) => fault)));
    expect([...drawn].toSorted()).toEqual(
      Object.keys(FAULT_KINDS)
        .filter((fault) => !APART.includes(fault))
        .toSorted(),
    );
  });

  it('strike the same calls of two tenants, and bring the emulator to no mistake of its own', async () => {
    let struck = 0;
    for (const seed of SEEDS.slice(0, 12)) {
      const log = await runSchedule(seed);
      expect(await runSchedule(seed), `seed ${seed}`).toEqual(log);
      struck += log.filter(([, , faults]) => faults).length;
    }
    expect(struck).toBeGreaterThan(60);
  });

  it('are spread evenly', () => {
    const random = createRandom(7);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let n = 0; n < 10_000; n += 1) {
      const value = random();
      tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(900);
    expect(Math.max(...tenths)).toBeLessThan(1100);
  });
});
