import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { listRuns } from '../../src/journal/read-runs.js';
import { createFolderStore } from '../../src/store/folder-store.js';
import { createMirror } from '../../src/store/mirror.js';
import { packRun, unpackRun } from '../../src/store/run-document.js';
import type { StateStore } from '../../src/store/store.js';
import { createStillClock } from './contract.js';

const RUN = '20261128T100000000Z-prod-abcdef';
const OTHER = '20261128T110000000Z-prod-123456';
const PLACE = { tenant: 'acme.prod.eu.limio.com', environment: 'prod' };
const START = `${JSON.stringify({
  at: '2026-11-28T10:00:00.000Z',
  step: 'start',
  formatVersion: 1,
  run: RUN,
  command: 'apply',
  environment: 'prod',
  host: PLACE.tenant,
  toolVersion: '0.1.0',
  fingerprint: 'f',
  process: { pid: 1, host: 'elsewhere' },
})}\n`;
const END = '{"at":"2026-11-28T10:00:01.000Z","step":"end","interrupted":false}\n';

/** A store, and machines with an empty folder each. */
function openStore({ onTestFinished }: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'limio-mirror-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const store: StateStore = createFolderStore(join(folder, 'store'), PLACE);
  const machine = (name: string) => {
    const root = join(folder, name);
    mkdirSync(root, { recursive: true });
    const at = (path: string): string => join(root, '.limio', path);
    return {
      root,
      mirror: () => createMirror(store, { root, scope: PLACE, clock: createStillClock() }),
      write: (path: string, text: string) => {
        mkdirSync(dirname(at(path)), { recursive: true });
        writeFileSync(at(path), text);
      },
      read: (path: string) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : undefined),
      runs: () => listRuns(root, () => false).map(({ id, state, copied }) => ({ id, state, copied })),
    };
  };
  return { store, machine };
}

const NOTE = { subject: 'a test' };

describe('a run as one text', () => {
  const files = { 'plan.json': '{"a":1}\n', 'journal.jsonl': START };

  test('comes back as it was', () => {
    expect(unpackRun(RUN, packRun(RUN, files))).toEqual(files);
  });

  test.each([
    ['cut', (text: string) => text.slice(0, -20)],
    ['edited', (text: string) => text.replace('\\"a\\":1', '\\"a\\":2')],
    ['of another run', (text: string) => text.replace(RUN, OTHER)],
    ['of a newer format', (text: string) => text.replace('"formatVersion": 1', '"formatVersion": 2')],
    ['empty', () => ''],
  ])('is not read when it is %s', (_, damage) => {
    const text = damage(packRun(RUN, files));
    expect(text).not.toBe(packRun(RUN, files));
    expect(unpackRun(RUN, text)).toBeUndefined();
  });
});

describe('.limio as a mirror of the store', () => {
  test('gets the runs and the snapshot of another machine, and says that they are copies', async (context) => {
    const { machine } = openStore(context);
    const [first, second] = [machine('first'), machine('second')];
    first.write(`runs/${RUN}/plan.json`, '{}\n');
    first.write(`runs/${RUN}/journal.jsonl`, START);
    first.write('state/prod.json', '{"snapshot":1}\n');
    await first.mirror().sendRun(RUN, NOTE);
    await first.mirror().sendSnapshot(NOTE);
    await second.mirror().pull();
    expect(second.read(`runs/${RUN}/journal.jsonl`)).toBe(START);
    expect(second.read(`runs/${RUN}/plan.json`)).toBe('{}\n');
    expect(second.read('state/prod.json')).toBe('{"snapshot":1}\n');
    expect(second.runs()).toEqual([{ id: RUN, state: 'crashed', copied: true }]);
    await first.mirror().pull();
    expect(first.runs()).toEqual([{ id: RUN, state: 'crashed' }]);
  });

  test('reads only what changed since the last time', async (context) => {
    const { store, machine } = openStore(context);
    const first = machine('first');
    for (const id of [RUN, OTHER]) {
      first.write(`runs/${id}/journal.jsonl`, START);
      await first.mirror().sendRun(id, NOTE);
    }
    const root = machine('second').root;
    let reads = 0;
    const counting: StateStore = {
      ...store,
      list: async () => (await store.list()).map((entry) => ({ ...entry, read: () => ((reads += 1), entry.read()) })),
    };
    const pull = () => createMirror(counting, { root, scope: PLACE, clock: createStillClock() }).pull();
    await pull();
    expect(reads).toBe(2);
    first.write(`runs/${OTHER}/journal.jsonl`, START + END);
    await first.mirror().sendRun(OTHER, NOTE);
    await pull();
    expect(reads).toBe(3);
  });

  test('keeps its own journal where it is further, and adds what another machine found', async (context) => {
    const { machine } = openStore(context);
    const [own, other] = [machine('own'), machine('other')];
    own.write(`runs/${RUN}/journal.jsonl`, START);
    await own.mirror().sendRun(RUN, NOTE);
    own.write(`runs/${RUN}/journal.jsonl`, START + END);
    await other.mirror().pull();
    other.write(`runs/${RUN}/recovery.json`, '{"at":"2026-11-28T10:05:00.000Z","findings":[]}\n');
    await other.mirror().sendRun(RUN, NOTE);
    const mirror = own.mirror();
    await mirror.pull();
    expect(own.read(`runs/${RUN}/journal.jsonl`)).toBe(START + END);
    expect(own.read(`runs/${RUN}/recovery.json`)).toContain('findings');
    expect(mirror.listUnsent()).toEqual([RUN]);
    await mirror.sendRun(RUN, NOTE);
    expect(mirror.listUnsent()).toEqual([]);
    await other.mirror().pull();
    expect(other.read(`runs/${RUN}/journal.jsonl`)).toBe(START + END);
  });

  test('refuses to write over a record that another machine changed since', async (context) => {
    const { machine } = openStore(context);
    const [own, other] = [machine('own'), machine('other')];
    own.write(`runs/${RUN}/journal.jsonl`, START);
    const mirror = own.mirror();
    await mirror.sendRun(RUN, NOTE);
    await other.mirror().pull();
    other.write(`runs/${RUN}/recovery.json`, '{"at":"2026-11-28T10:05:00.000Z","findings":[]}\n');
    await other.mirror().sendRun(RUN, NOTE);
    own.write(`runs/${RUN}/journal.jsonl`, START + END);
    await expect(mirror.sendRun(RUN, NOTE)).rejects.toMatchObject({
      code: 'STORE_MOVED',
      message: expect.stringContaining(RUN) as string,
    });
  });

  test('loses what was removed from the store, and keeps what was never in it', async (context) => {
    const { machine } = openStore(context);
    const [first, second] = [machine('first'), machine('second')];
    first.write(`runs/${RUN}/journal.jsonl`, START);
    await first.mirror().sendRun(RUN, NOTE);
    second.write(`runs/${OTHER}/journal.jsonl`, START);
    await second.mirror().pull();
    expect(second.runs().map(({ id }) => id)).toEqual([RUN, OTHER]);
    first.write('state/prod.json', '{}');
    await first.mirror().sendSnapshot(NOTE);
    await first.mirror().removeRuns([RUN], NOTE);
    await second.mirror().pull();
    expect(second.runs().map(({ id }) => id)).toEqual([OTHER]);
    expect(second.mirror().listUnsent()).toEqual([]);
  });

  test('keeps its copies when the store is empty all at once, and says how to send them', async (context) => {
    const { store, machine } = openStore(context);
    const first = machine('first');
    first.write(`runs/${RUN}/journal.jsonl`, START);
    await first.mirror().sendRun(RUN, NOTE);
    await store.remove(`runs/${RUN}.json`, (await store.read(`runs/${RUN}.json`))?.version ?? '');
    await expect(first.mirror().pull()).rejects.toMatchObject({
      code: 'STORE_MOVED',
      hint: expect.stringContaining('limio-sync state push') as string,
    });
    expect(first.runs()).toMatchObject([{ id: RUN }]);
  });

  test('shows a damaged record as an unreadable run, and the others as they are', async (context) => {
    const { store, machine } = openStore(context);
    await store.write(`runs/${RUN}.json`, packRun(RUN, { 'journal.jsonl': START }).slice(0, 100), undefined);
    await store.write(`runs/${OTHER}.json`, packRun(OTHER, { 'journal.jsonl': START }), undefined);
    const second = machine('second');
    await second.mirror().pull();
    expect(second.runs()).toMatchObject([
      { id: RUN, state: 'unreadable' },
      { id: OTHER, state: 'crashed' },
    ]);
  });

  test('writes no file for a key that leads out of its folder', async (context) => {
    const { store, machine } = openStore(context);
    await store.write('runs/..json', 'x', undefined);
    await store.write('other/../../evil.json', 'x', undefined).catch(() => undefined);
    await store.write(`runs/${RUN}/../../evil.json`, 'x', undefined).catch(() => undefined);
    const second = machine('second');
    await second.mirror().pull();
    expect(second.runs()).toEqual([]);
    expect(existsSync(join(second.root, 'evil.json'))).toBe(false);
  });

  test('does not take what it saw in another store for what is in this one', async (context) => {
    const { store, machine } = openStore(context);
    const first = machine('first');
    first.write(`runs/${RUN}/journal.jsonl`, START);
    await first.mirror().sendRun(RUN, NOTE);
    const moved: StateStore = { ...store, place: 'elsewhere', list: () => Promise.resolve([]) };
    await createMirror(moved, { root: first.root, scope: PLACE, clock: createStillClock() }).pull();
    expect(first.runs()).toMatchObject([{ id: RUN }]);
  });
});
