import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ApplyResult } from '../../src/model/outcome.js';
import { parseDocument } from '../support/run-program.js';
import { createHold } from './support/create-hold.js';
import type { GateHooks, GateRequest } from './support/start-gate.js';
import { CLIENT_SECRET, QUICK_PUBLISH, openWorkspace } from './support/in-process.js';
import { readRunFolders } from './support/read-run-folder.js';
import { CHANGED_FILES, ONE_CHANGE, SAME_FILES, SMALL_SEED, WHOLE_SCOPE, offerFile } from './support/small-tenant.js';

const OWNED = { ...WHOLE_SCOPE, dialect: { ...QUICK_PUBLISH, journeyCodec: 'assumed' } };
const APPLY = 'apply --yes --allow-delete-unknown=2 --format json';
/** The answer that a killed program does not hear, to a request that the tenant did not get. */
const NEVER_ARRIVED = { status: 503, body: '{}' };

describe.concurrent('the journal of an apply', () => {
  test('saves every object ahead of the first write, and each write stands there before the tenant gets it', async (context) => {
    const seen: { path: string; onDisk: string }[] = [];
    const journals: string[] = [];
    const { run, root } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
      hooks: () => ({
        before: ({ method, path }) => {
          if (method === 'GET' || path === '/oauth2/token') return undefined;
          const [id] = readdirSync(join(journals[0] ?? '', '.limio/runs'));
          seen.push({
            path: `${method} ${path}`,
            onDisk: readFileSync(join(journals[0] ?? '', '.limio/runs', id ?? '', 'journal.jsonl'), 'utf8'),
          });
          return undefined;
        },
      }),
    });
    journals.push(root);
    const applied = await run(APPLY);
    expect(applied.exitCode).toBe(0);
    expect(seen.length).toBeGreaterThan(8);
    for (const { path, onDisk } of seen) {
      const lines = onDisk
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { step: string; write?: number });
      const started = lines.filter(({ step }) => step === 'write').length;
      const answered = lines.filter(({ step }) => step === 'answer').length;
      expect(started - answered, `${path} is written down`).toBeGreaterThan(0);
      expect(lines.filter(({ step }) => step === 'before')).toHaveLength(8);
    }

    const [folder] = readRunFolders(root);
    const steps = folder?.lines.map(({ step }) => step) ?? [];
    expect(steps[0]).toBe('start');
    expect(steps.at(-1)).toBe('end');
    expect(steps.lastIndexOf('before')).toBeLessThan(steps.indexOf('write'));
    expect(folder?.result).toEqual(parseDocument(applied) as ApplyResult);
    expect(folder?.plan.fingerprint).toBe(folder?.result?.fingerprint);
    // Whole bodies, not only what the plan manages.
    expect(
      folder?.lines.find((line) => line.step === 'before' && line.address === 'offer:/offers2/Monthly'),
    ).toMatchObject({
      live: {
        body: { attributes: { display_name__limio: 'Monthly', cta_text__limio: 'Buy' } },
        version: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
      },
    });
  });

  test('holds no credentials, and git leaves it alone', async (context) => {
    const { run, root } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      hooks: () => ({
        before: ({ method, path }) =>
          method === 'PUT' && path.endsWith('/bulk-update')
            ? { status: 400, body: JSON.stringify({ message: `no ${CLIENT_SECRET}` }) }
            : undefined,
      }),
    });
    expect(await run('apply --yes')).toMatchObject({ exitCode: 1 });
    const all = readdirSync(join(root, '.limio'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.jsonl?$/.test(file),
    );
    expect(all.length).toBeGreaterThan(3);
    for (const file of all) expect(readFileSync(join(root, '.limio', file), 'utf8')).not.toContain(CLIENT_SECRET);
    expect(readFileSync(join(root, '.limio/.gitignore'), 'utf8')).toBe('*\n');
  });

  test('is not started when there is nothing to do', async (context) => {
    const { run, root } = await openWorkspace(context, { seed: SMALL_SEED, files: SAME_FILES });
    expect(await run('apply')).toMatchObject({ exitCode: 0 });
    expect(readRunFolders(root)).toEqual([]);
  });

  test('that cannot be written stops the apply before anything is sent', async (context) => {
    const { run, root, writes } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    mkdirSync(join(root, '.limio'));
    writeFileSync(join(root, '.limio/runs'), 'a file where the folder should be');
    const refused = await run('apply --yes');
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('error JOURNAL_UNWRITABLE: ') as string,
    });
    expect(writes()).toEqual([]);
    expect(readdirSync(join(root, '.limio')).filter((file) => file.startsWith('lock-'))).toEqual([]);
  });

  test('is written to its end by an interruption, and tells what was not done', async (context) => {
    const hold = createHold();
    const { start, root, run } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
      hooks: () => ({
        before: async ({ method, path }) =>
          method === 'PUT' && path.endsWith('/bulk-update') ? (await hold.stand(), undefined) : undefined,
      }),
    });
    const program = start(APPLY);
    await hold.reached;
    program.signal('SIGINT');
    await program.waitFor('Interrupted: ');
    hold.release();
    expect(await program.ended).toMatchObject({ exitCode: 130 });
    const [folder] = readRunFolders(root);
    expect(folder?.result).toMatchObject({ interrupted: true });
    expect(folder?.rollback?.changes.map(({ address }) => address)).toEqual(['offer:/offers2/Annual']);
    expect(folder?.lines.at(-1)).toMatchObject({ step: 'end', interrupted: true });
    expect(parseDocument(await run('runs --format json'))).toMatchObject({
      runs: [{ state: 'interrupted', command: 'apply' }],
    });
  });

  test('claims nothing after a second interruption: the write in flight has no answer and no outcome', async (context) => {
    const hold = createHold();
    const { start, root, run } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      hooks: () => ({
        before: async ({ method, path }) =>
          method === 'PUT' && path.endsWith('/bulk-update') ? (await hold.stand(), undefined) : undefined,
      }),
    });
    const program = start('apply --yes');
    await hold.reached;
    program.signal('SIGINT');
    await program.waitFor('Interrupted: ');
    program.signal('SIGINT');
    expect(await program.ended).toMatchObject({ exitCode: 130 });
    const [folder] = readRunFolders(root);
    expect(folder?.lines.map(({ step }) => step)).toEqual(['start', 'before', 'write']);
    expect(folder?.result).toBeUndefined();
    expect(readdirSync(join(root, '.limio')).filter((file) => file.startsWith('lock-'))).toEqual([]);
    hold.release();
    expect(parseDocument(await run('runs --format json'))).toMatchObject({ runs: [{ state: 'crashed' }] });
  });
});

describe.concurrent('runs', { timeout: 180_000 }, () => {
  test('lists them with their counts, and tells the story of one', async (context) => {
    const { run, write, root } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
    });
    expect(await run('runs')).toMatchObject({ exitCode: 0, stdout: 'No runs yet.\n' });
    await run(APPLY);
    write('catalog/offers.yaml', offerFile('/offers2/Monthly', 'Renamed again'));
    await run('apply --yes');
    const listed = (await run('runs')).stdout.trimEnd().split('\n');
    expect(listed).toHaveLength(2);
    expect(listed[0]).toMatch(
      /^\d{8}T\d{9}Z-test-[0-9a-f]{6} {2}apply {5}complete {5}8 done; 1 page built, 1 route live$/,
    );

    const [first] = readRunFolders(root);
    const story = (await run(`runs show ${first?.id}`)).stdout;
    expect(story).toContain('saved   promo_code:SPRING25, which is not there');
    expect(story).toMatch(/send {4}#\d+ deleteJourney journey:web-old\n/);
    expect(story).toContain('outcome done delete journey:web-old');
    expect(story).toContain(`To undo it: limio-sync rollback ${first?.id}`);
    const last = parseDocument(await run('runs show last --format json')) as {
      run: string;
      entries: { step: string }[];
    };
    expect(last.entries.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['before', 'write', 'answer', 'read-back', 'outcome', 'page']),
    );
    expect(await run('runs show nope')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('RUN_NOT_FOUND') as string,
    });
  });

  test('keeps as many as the configuration says', async (context) => {
    const { run, write, root, tenant } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    write(
      'limio.config.json',
      JSON.stringify({ environments: { test: { url: tenant.url, dialect: QUICK_PUBLISH } }, runs: { keep: 2 } }),
    );
    const ids: string[] = [];
    for (const name of ['One', 'Two', 'Three']) {
      write('catalog/offers.yaml', offerFile('/offers2/Monthly', name));
      expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
      ids.push(readRunFolders(root).at(-1)?.id ?? '');
    }
    expect(readRunFolders(root).map(({ id }) => id)).toEqual(ids.slice(1));
  });
});

describe.concurrent('after a crash', { timeout: 180_000 }, () => {
  for (const [when, verdict] of [
    ['before', 'the update did not take effect'],
    ['after', 'the update took effect'],
  ] as const) {
    test(`that came ${when} a write took effect, the next apply says so and ends as declared`, async (context) => {
      const hold = createHold();
      let writes = 0;
      // The second one: the first is done and recorded.
      const isSecond = ({ method, path }: GateRequest): boolean =>
        method === 'PUT' && path.endsWith('/bulk-update') && ++writes === 2;
      const hooks: GateHooks =
        when === 'before'
          ? { before: async (request) => (isSecond(request) ? (await hold.stand(), NEVER_ARRIVED) : undefined) }
          : { after: async (request) => void (isSecond(request) && (await hold.stand())) };
      const { start, run, root, tenant } = await openWorkspace(context, {
        seed: SMALL_SEED,
        files: CHANGED_FILES,
        environment: OWNED,
        hooks: () => hooks,
      });
      const program = start(APPLY);
      await hold.reached;
      program.signal('SIGKILL');
      expect(await program.ended).toMatchObject({ signal: 'SIGKILL' });
      hold.release();

      const [crashed] = readRunFolders(root);
      expect(crashed?.result).toBeUndefined();
      expect(crashed?.lines.filter((line) => line.step === 'outcome')).toHaveLength(1);

      const again = await run(APPLY);
      expect(again.exitCode).toBe(0);
      expect(again.stderr).toContain(`${crashed?.id}, started`);
      expect(again.stderr).toContain(`with 1 write in flight:\n  offer:/offers2/Monthly: ${verdict}\n`);
      expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
      expect(
        tenant
          .state()
          .promoCodes.map(({ name }) => name)
          .toSorted(),
      ).toEqual(['SPRING25', 'WELCOME10']);

      expect((await run(`runs show ${crashed?.id}`)).stdout).toContain(verdict);
      // Told once.
      expect((await run('apply --yes')).stderr).toBe('');
    });
  }

  test('an object that is neither as before nor as sent is told with its value', async (context) => {
    const hold = createHold();
    let writes = 0;
    const { start, run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      hooks: () => ({
        before: async ({ method, path }) =>
          method === 'PUT' && path.endsWith('/bulk-update') && ++writes === 1
            ? (await hold.stand(), NEVER_ARRIVED)
            : undefined,
      }),
    });
    const program = start('apply --yes');
    await hold.reached;
    program.signal('SIGKILL');
    await program.ended;
    hold.release();
    tenant.edit.item('/offers2/Monthly', { display_name__limio: 'A colleague was here' });
    const again = await run('apply --yes');
    expect(again.stderr).toContain(
      'offer:/offers2/Monthly: it matches neither the old nor the new state: display_name__limio from "Monthly, renamed" to "A colleague was here"',
    );
    expect(again.exitCode).toBe(0);
  });
});

describe.concurrent('a run folder that is damaged or newer', () => {
  test('is named by runs, plan and apply, is refused by rollback, and stops nothing else', async (context) => {
    const { root, run, writes } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    const bad = '20200101T000000000Z-test-bad000';
    mkdirSync(join(root, '.limio/runs', bad), { recursive: true });
    writeFileSync(join(root, '.limio/runs', bad, 'journal.jsonl'), '{"step":"start","formatVersion":2}\n');
    const why = 'journal.jsonl has format version 2; this limio-sync reads version 1';

    expect((await run('runs')).stdout).toMatch(
      /bad000 {2}unknown {3}unreadable {3}journal\.jsonl has format version 2/,
    );
    expect((await run(`runs show ${bad}`)).stdout).toContain(why);
    const planned = await run('plan');
    expect(planned).toMatchObject({ exitCode: 0 });
    expect(planned.stderr).toContain(`The run ${bad} is unreadable: ${why}`);
    const back = await run(`rollback ${bad} --yes`);
    expect(back).toMatchObject({ exitCode: 3 });
    expect(back.stderr).toContain(`error RUN_UNREADABLE: The run ${bad} cannot be read: ${why}.`);
    expect(writes()).toEqual([]);
    const applied = await run('apply --yes');
    expect(applied).toMatchObject({ exitCode: 0 });
    expect(applied.stderr).toContain(`The run ${bad} is unreadable`);
  });
});
