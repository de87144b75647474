import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../src/errors/errors.js';
import {
  createLineWriter,
  listPrunable,
  openRun,
  recordRecovery,
  removeRuns,
  type RunRequest,
} from '../../src/journal/journal.js';
import { takeLock } from '../../src/journal/lock.js';
import { findCompletedRollback, findRun, listRollbacks, listRuns } from '../../src/journal/read-runs.js';
import type { PageOutcome } from '../../src/model/outcome.js';
import type { Plan } from '../../src/model/plan.js';
import type { RunRecord } from '../../src/model/run.js';
import { change, makePage, makePlan } from '../support/apply-fixtures.js';
import { makeResult, openFolder, OWN_PROCESS } from './support.js';

const nobody = (): boolean => false;
const prune = (...args: Parameters<typeof listPrunable>): void => removeRuns(listPrunable(...args));
const reading = {
  isRunning: nobody,
  parsePlan: ({ planText = '' }: Pick<RunRecord, 'planText'>) => JSON.parse(planText) as Plan,
};
const plan = makePlan([]);

function request(rest: Partial<RunRequest> = {}): RunRequest {
  let now = Date.UTC(2026, 10, 22, 17, 45, 1, 123);
  return { command: 'apply', plan, process: OWN_PROCESS, now: () => (now += 1000), redact: (text) => text, ...rest };
}

async function makeRun(root: string, at: number, rest: Partial<RunRequest> = {}, finished = true): Promise<string> {
  const run = await openRun(root, request({ now: () => at, ...rest }));
  if (finished) await run.finish(makeResult(), plan);
  await run.close();
  return run.id;
}

const NEWER = 'has format version 2; this limio-sync reads version 1';

describe('a run', () => {
  test('is read back as it was written', async (context) => {
    const root = openFolder(context);
    const run = await openRun(root, request());
    await run.journal.record({
      step: 'before',
      address: 'offer:/offers2/A',
      live: { body: { attributes: { a: 1 } }, id: 'x', version: 'v' },
    });
    await run.journal.record({ step: 'write', write: 1, call: 'updateItems', on: ['offer:/offers2/A'] });
    await run.finish(makeResult(), plan);
    await run.close();
    expect(run.id).toMatch(/^20261122T174502123Z-sandbox-[0-9a-f]{6}$/);
    const read = findRun(root, { name: 'last' }, nobody);
    expect(read).toMatchObject({
      id: run.id,
      state: 'complete',
      unreadableLines: 0,
      start: { command: 'apply', environment: 'sandbox', process: OWN_PROCESS },
      result: makeResult(),
    });
    expect(read.entries).toMatchObject([
      { step: 'before', live: { body: { attributes: { a: 1 } }, id: 'x', version: 'v' } },
      { step: 'write', on: ['offer:/offers2/A'] },
    ]);
    expect(JSON.parse(readFileSync(join(read.folder, 'rollback.json'), 'utf8'))).toEqual(plan);
  });

  test('has a name that is a file name, whatever the environment is called', async (context) => {
    const root = openFolder(context);
    const run = await openRun(root, request({ plan: makePlan([], { environment: '../../etc/\u0000 passwd' }) }));
    await run.close();
    expect(readdirSync(join(root, '.limio/runs'))).toEqual([run.id]);
    expect(run.id).toMatch(/^[\dTZ]+-[A-Za-z0-9_-]+$/);
  });

  test.for([
    ['journal.jsonl', 'damaged\n', 'is damaged'],
    ['journal.jsonl', '{"step":"start","formatVersion":2}\n', NEWER],
    ['journal.jsonl', '{"step":"start","formatVersion":1}\n', 'is damaged'],
    ['journal.jsonl', '\u0000'.repeat(70_000), 'is damaged'],
    ['result.json', '{"kind":"limio-sync/result","formatVersion":2}', NEWER],
    ['result.json', '{"kind":"limio-sync/result","formatVersion":1,"outco', 'is damaged'],
    ['result.json', '', 'is damaged'],
  ] as const)('whose %s is damaged or newer is unreadable (case "damaged run")', async ([file, text, why], context) => {
    const root = openFolder(context);
    const bad = await makeRun(root, 1000);
    const good = await makeRun(root, 2000);
    writeFileSync(join(root, '.limio/runs', bad, file), text);
    expect(listRuns(root, nobody)).toMatchObject([
      { id: bad, state: 'unreadable', unreadable: `${file} ${why}` },
      { id: good, state: 'complete' },
    ]);
    expect(findRun(root, { name: bad }, nobody)).toMatchObject({ state: 'unreadable' });
    prune(root, 1, reading);
    expect(listRuns(root, nobody).map(({ id }) => id)).toEqual([bad, good]);
  });

  test('whose journal is a folder is unreadable', async (context) => {
    const root = openFolder(context);
    const id = await makeRun(root, 1000);
    rmSync(join(root, '.limio/runs', id, 'journal.jsonl'));
    mkdirSync(join(root, '.limio/runs', id, 'journal.jsonl'));
    expect(listRuns(root, nobody)).toMatchObject([{ state: 'unreadable' }]);
  });

  test('without a result has crashed; a torn last line costs that line only', async (context) => {
    const root = openFolder(context);
    const run = await openRun(root, request());
    await run.journal.record({ step: 'write', write: 1, call: 'updateItems', on: [] });
    await run.close();
    appendFileSync(join(root, '.limio/runs', run.id, 'journal.jsonl'), '{"at":"2026-11-22T17:45:09.000Z","step":"ans');
    expect(findRun(root, { name: 'last' }, nobody)).toMatchObject({
      state: 'crashed',
      unreadableLines: 1,
      entries: [{ step: 'write' }],
    });
  });

  test('that ended before its journal began is nothing to wait for', async (context) => {
    const root = openFolder(context);
    mkdirSync(join(root, '.limio/runs/20251122T174502123Z-sandbox-abcdef'), { recursive: true });
    await makeRun(root, 2000);
    expect(listRuns(root, nobody)).toMatchObject([{ state: 'complete' }, { state: 'crashed' }]);
    prune(root, 0, reading);
    expect(listRuns(root, nobody)).toEqual([]);
  });

  test('runs as long as its process lives and holds the environment', async (context) => {
    const root = openFolder(context);
    const owner = { pid: process.pid, host: hostname() };
    const lock = takeLock(root, {
      command: 'apply',
      environment: 'sandbox',
      host: 'acme.prod.limio.com',
      process: owner,
      isRunning: () => true,
      now: 0,
    });
    const run = await openRun(root, request({ process: owner }));
    expect(listRuns(root, () => true)).toMatchObject([{ state: 'running' }]);
    expect(listRuns(root, nobody)).toMatchObject([{ state: 'crashed' }]);
    lock.release();
    expect(listRuns(root, () => true)).toMatchObject([{ state: 'crashed' }]);
    await run.close();
  });

  test('never contains a secret, and marks the lines that lost one', async (context) => {
    const root = openFolder(context);
    const run = await openRun(root, request({ redact: createRedactor(['hunter22']) }));
    await run.journal.record({
      step: 'before',
      address: 'offer:/offers2/A',
      live: { body: { attributes: { a: 'key hunter22' } } },
    });
    await run.journal.record({
      step: 'before',
      address: 'offer:/offers2/B',
      live: { body: { attributes: { a: 'plain' } } },
    });
    await run.finish(makeResult({ host: 'hunter22' }), plan);
    await run.close();
    for (const file of readdirSync(join(root, '.limio/runs', run.id)))
      expect(readFileSync(join(root, '.limio/runs', run.id, file), 'utf8')).not.toContain('hunter22');
    expect(
      findRun(root, { name: 'last' }, nobody).entries.map((entry) => entry.step === 'before' && entry.redacted),
    ).toEqual([true, undefined]);
  });

  test('is refused if its folder cannot be written', async (context) => {
    const root = openFolder(context);
    writeFileSync(join(root, '.limio'), '');
    await expect(openRun(root, request())).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' });
  });
});

describe('finding and keeping runs', () => {
  test('a run is found by its name, an unambiguous part of it, or as the last of its environment', async (context) => {
    const root = openFolder(context);
    const ids = [
      await makeRun(root, 1000),
      await makeRun(root, 2000),
      await makeRun(root, 3000, { plan: makePlan([], { environment: 'prod' }) }),
    ];
    const find = (name: string, environment?: string): string =>
      findRun(root, { name, ...(environment === undefined ? {} : { environment }) }, nobody).id;
    expect(find(ids[0] ?? '')).toBe(ids[0]);
    expect(find((ids[1] ?? '').slice(-6))).toBe(ids[1]);
    expect(find('last')).toBe(ids[2]);
    expect(find('last', 'sandbox')).toBe(ids[1]);
    expect(() => find('1970')).toThrow(
      expect.objectContaining({ code: 'RUN_NOT_FOUND', message: expect.stringContaining('matches 3 runs') as string }),
    );
    expect(() => find('last', 'other')).toThrow(expect.objectContaining({ code: 'RUN_NOT_FOUND' }));
    for (const name of ['', '..', '/etc'])
      expect(() => find(name)).toThrow(expect.objectContaining({ code: 'RUN_NOT_FOUND' }));
  });

  test('the oldest are removed first; unreported crashes and folders that are no runs stay', async (context) => {
    const root = openFolder(context);
    const crashed = await makeRun(root, 1000, {}, false);
    const ids = [await makeRun(root, 2000), await makeRun(root, 3000), await makeRun(root, 4000)];
    mkdirSync(join(root, '.limio/runs/my notes'));
    prune(root, 1, reading);
    expect(listRuns(root, nobody).map(({ id }) => id)).toEqual([crashed, ids[2]]);
    const [record] = listRuns(root, nobody);
    if (record) recordRecovery(root, record, { at: '2026-11-22T17:45:01.000Z', findings: [] }, (text) => text);
    prune(root, 1, reading);
    expect(listRuns(root, nobody).map(({ id }) => id)).toEqual([ids[2]]);
    expect(existsSync(join(root, '.limio/runs/my notes'))).toBe(true);
  });

  test('a run with a pending publish stays until a later one reports the page live', async (context) => {
    const root = openFolder(context);
    const offer = 'offer:/offers2/A';
    const publishing = makePlan([change(offer, { p: 1 }, { p: 2 })], {
      publish: { pages: [makePage('home', [offer])], onNoPage: [] },
    });
    const publish = async (at: number, status: 'live' | 'omitted'): Promise<string> => {
      const run = await openRun(root, request({ now: () => at, plan: publishing }));
      const page: PageOutcome = { path: '/pages/home', route: '/home/', status, build: 'finished' };
      await run.journal.record({ step: 'outcome', outcome: { address: offer, action: 'update', status: 'done' } });
      await run.journal.record({ step: 'page', outcome: page });
      const { summary, ...result } = makeResult({ host: publishing.host });
      await run.finish(
        {
          ...result,
          publish: { pages: [page], onNoPage: [] },
          summary: { ...summary, pagesLive: status === 'live' ? 1 : 0, pagesNotLive: status === 'live' ? 0 : 1 },
        },
        plan,
      );
      await run.close();
      return run.id;
    };
    const owing = await publish(1000, 'omitted');
    const others = [await makeRun(root, 2000), await makeRun(root, 3000)];
    prune(root, 1, reading);
    expect(listRuns(root, nobody).map(({ id }) => id)).toEqual([owing, others[1]]);
    const paid = await publish(4000, 'live');
    prune(root, 1, reading);
    expect(listRuns(root, nobody).map(({ id }) => id)).toEqual([paid]);
  });

  test('for a rollback, last is the last apply', async (context) => {
    const root = openFolder(context);
    const apply = await makeRun(root, 1000);
    for (const command of ['rollback', 'publish', 'doctor'] as const) await makeRun(root, 2000, { command });
    expect(findRun(root, { name: 'last', command: 'apply' }, nobody).id).toBe(apply);
  });

  test('a run that a rollback is undoing is not pruned', async (context) => {
    const root = openFolder(context);
    const inUse = await makeRun(root, 1000);
    await makeRun(root, 2000);
    prune(root, 0, { ...reading, inUse });
    expect(listRuns(root, nobody).map(({ id }) => id)).toEqual([inUse]);
  });

  test('a run is undone once a rollback of it is complete, and again not once that one is rolled back', async (context) => {
    const root = openFolder(context);
    const roll = async (at: number, of: string, complete: boolean): Promise<string> => {
      const run = await openRun(root, request({ command: 'rollback', of, now: () => at }));
      await run.finish(makeResult({ rollback: { of, complete, notUndone: [] } }), plan);
      await run.close();
      return run.id;
    };
    const findUndoing = (id: string): string | undefined => findCompletedRollback(listRuns(root, nobody), id)?.id;
    const apply = await makeRun(root, 1000);
    const stopped = await roll(2000, apply, false);
    expect(findUndoing(apply)).toBeUndefined();
    expect(listRollbacks(listRuns(root, nobody), apply).map(({ id }) => id)).toEqual([stopped]);
    const complete = await roll(3000, apply, true);
    expect(findUndoing(apply)).toBe(complete);
    const forth = await roll(4000, complete, false);
    expect(findUndoing(apply)).toBeUndefined();
    await roll(5000, forth, true);
    expect(findUndoing(apply)).toBe(complete);
  });

  test('a run in flight is never pruned', async (context) => {
    const root = openFolder(context);
    const owner = { pid: process.pid, host: hostname() };
    takeLock(root, {
      command: 'apply',
      environment: 'sandbox',
      host: 'acme.prod.limio.com',
      process: owner,
      isRunning: () => true,
      now: 0,
    });
    const running = await makeRun(root, 1000, { process: owner }, false);
    await makeRun(root, 2000);
    prune(root, 0, { ...reading, isRunning: () => true });
    expect(listRuns(root, () => true).map(({ id }) => id)).toEqual([running]);
  });
});

describe('the lines of a journal', () => {
  test('that come while the disk is busy share one sync, in their order', async () => {
    const done: string[] = [];
    const write = createLineWriter({
      appendFile: async (text) => void done.push(text),
      datasync: async () => void done.push('sync'),
    });
    await Promise.all(['a', 'b', 'c'].map((line) => write(line)));
    expect(done).toEqual(['a\n', 'sync', 'b\nc\n', 'sync']);
  });

  test('are not claimed before they are synced, and begin anew after a full disk', async () => {
    const written: string[] = [];
    let full = true;
    const write = createLineWriter({
      appendFile: async (text) => void written.push(full ? text.slice(0, 2) : text),
      datasync: async () => {
        if (full) throw new Error('ENOSPC');
      },
    });
    await expect(write('first')).rejects.toThrow('ENOSPC');
    full = false;
    await write('second');
    expect(written.join('')).toBe('fi\nsecond\n');
  });
});
