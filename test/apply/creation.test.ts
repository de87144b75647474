import { describe, expect, test } from 'vitest';
import type { FaultRule } from '../../src/emulator/faults/fault-rules.js';
import type { ApplyResult } from '../../src/model/outcome.js';
import type { Plan } from '../../src/model/plan.js';
import { type Bench, type EmulatorOptions, parseFiles, withBench } from '../support/run-scenario.js';

const offer = (name: string, rest = ''): string =>
  `kind: offer\npath: /offers2/${name}\nbaseTemplate: /t\nattributes: { display_name__limio: ${name}${rest} }\n`;
const FILES = [offer('Alpha'), offer('Beta', ', upgrade_offers__limio: [{ path: /offers2/Alpha }]'), offer('Gamma')];
const desired = parseFiles(FILES.map((text, i) => ({ path: `${i}.yaml`, text })));
const CREATE = { createItems: true };

interface Run {
  plan: Plan;
  result: ApplyResult;
  /** Changes of a plan made afterwards. */
  left: string[];
  bench: Bench;
  /** Creation jobs that reached the tenant, by path. */
  jobs: string[];
}

async function run(options: EmulatorOptions, between: (bench: Bench) => void = () => undefined): Promise<Run> {
  return withBench(options, async (bench) => {
    const plan = await bench.plan(desired, {}, CREATE);
    between(bench);
    const result = await bench.apply(plan);
    bench.emulator.faults.clear();
    const second = await bench.plan(desired, {}, CREATE);
    const jobs = bench.emulator.log().flatMap(({ method, path, body }) => {
      const sent = body as { itemData?: { path: string } } | undefined;
      return method === 'POST' && path === '/limio/jobs' ? [sent?.itemData?.path ?? 'unknown'] : [];
    });
    return { plan, result, left: second.changes.map(({ address }) => address), bench, jobs };
  });
}

const statuses = ({ result }: Run): string[] =>
  result.outcomes.map(({ address, status, error }) => `${address} ${status}${error ? ` ${error.code}` : ''}`);
const fault = (rule: FaultRule): EmulatorOptions => ({ faults: [rule] });
const ALL_DONE = ['offer:/offers2/Alpha done', 'offer:/offers2/Beta done', 'offer:/offers2/Gamma done'];

describe('creating catalog items', () => {
  test('starts one job each, referred items first, and the next plan is empty, even while lists lag', async () => {
    const ran = await run({ indexLagMs: 60_000 });
    expect(statuses(ran)).toEqual(ALL_DONE);
    expect(ran.jobs).toEqual(['/offers2/Alpha', '/offers2/Gamma', '/offers2/Beta']);
    expect(ran.left).toEqual([]);
  });

  test.each<[string, FaultRule]>([
    [
      'drops the connection after taking the job',
      { operation: 'start-job', nth: 2, fault: 'drop-connection', when: 'after' },
    ],
    [
      'answers 502 after taking the job',
      { operation: 'start-job', nth: 2, fault: 'status', status: 502, when: 'after' },
    ],
    ['answers half a body', { operation: 'start-job', nth: 2, fault: 'wrong-body', body: 'truncated' }],
    ['never tells the state of a job', { operation: 'get-job', fault: 'status', status: 404 }],
  ])('needs no second job where the tenant %s', async (_, rule) => {
    const ran = await run(fault(rule));
    expect(statuses(ran)).toEqual(ALL_DONE);
    expect(ran.jobs).toHaveLength(3);
    expect(ran.left).toEqual([]);
  });

  test('reports an unknown outcome for a lost job without an item, and starts no second job', async () => {
    const ran = await run(fault({ operation: 'start-job', nth: 1, fault: 'drop-connection', when: 'before' }));
    expect(statuses(ran)).toEqual([
      'offer:/offers2/Alpha failed NETWORK',
      'offer:/offers2/Beta blocked BLOCKED',
      'offer:/offers2/Gamma done',
    ]);
    expect(ran.result.outcomes[0]?.error?.message).toContain('its creation may have been accepted');
    expect(ran.jobs).toEqual(['/offers2/Alpha', '/offers2/Gamma']);
    expect(ran.left).toEqual(['offer:/offers2/Alpha', 'offer:/offers2/Beta']);
  });

  test('reports why a job failed, blocks what needs the item, and writes the rest', async () => {
    const ran = await run(fault({ fault: 'failed-job', reason: 'The template /t does not exist', nth: 1 }));
    expect(statuses(ran)).toEqual([
      'offer:/offers2/Alpha failed CREATE_JOB_FAILED',
      'offer:/offers2/Beta blocked BLOCKED',
      'offer:/offers2/Gamma done',
    ]);
    expect(ran.result.outcomes[0]?.error?.message).toContain('The template /t does not exist');
  });

  test('stops waiting for a job that does not end, and creates nothing more after it', async () => {
    const ran = await run(fault({ fault: 'unfinished-job', nth: 1 }));
    expect(statuses(ran)).toEqual([
      'offer:/offers2/Alpha unverified CREATE_PENDING',
      'offer:/offers2/Beta blocked BLOCKED',
      'offer:/offers2/Gamma blocked BLOCKED',
    ]);
    expect(ran.jobs).toEqual(['/offers2/Alpha']);
  });

  test('calls nothing done that could not be read back', async () => {
    const ran = await run({}, ({ emulator }) =>
      emulator.faults.add([{ operation: 'head-item', path: '*Alpha', fault: 'status', status: 500, after: 1 }]),
    );
    expect(statuses(ran)[0]).toBe('offer:/offers2/Alpha unverified UNVERIFIED');
  });

  test('overwrites nothing: an item that appeared meanwhile is done if equal, stale if not', async () => {
    await withBench({}, async (first) => {
      const plan = await first.plan(desired, {}, CREATE);
      // Two checkouts with the same plan: the second finds everything done.
      expect((await first.apply(plan)).summary.done).toBe(3);
      const again = await first.apply(plan);
      expect(again.outcomes.map(({ status, alreadyDone }) => [status, alreadyDone])).toEqual(
        Array.from({ length: 3 }, () => ['done', true]),
      );
      first.emulator.edit.item('/offers2/Alpha', { display_name__limio: 'Somebody else' });
      const third = await first.apply(plan);
      expect(third.outcomes.map(({ status, error }) => [status, error?.code])).toEqual([
        ['failed', 'STALE'],
        ['blocked', 'BLOCKED'],
        ['done', undefined],
      ]);
      expect(
        first.emulator.state().items.find(({ path }) => path === '/offers2/Alpha')?.data['attributes'],
      ).toMatchObject({ display_name__limio: 'Somebody else' });
    });
  });
});
