import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PROGRAM, parseDocument } from '../support/run-program.js';
import { CREDENTIALS, openWorkspace } from './support/open-workspace.js';
import { ONE_CHANGE, SMALL_SEED, offerFile } from './support/small-tenant.js';

const ESCAPE = '\u001B';
/** More than a pipe holds. */
const LONG = 'long '.repeat(60_000).trim();

describe.concurrent('in a pipe', () => {
  test.skipIf(process.platform === 'win32')(
    'whose reader takes the first line and goes, plan ends without an error message',
    async (context) => {
      const { run } = await openWorkspace(context, {
        seed: SMALL_SEED,
        files: { 'catalog/offers.yaml': offerFile('/offers2/Monthly', LONG) },
      });
      const line = `"${process.execPath}" "${PROGRAM}" plan --format json | head -n 1; "${process.execPath}" "${PROGRAM}" plan | head -n 1`;
      const { exitCode, stdout, stderr } = await run([line], { command: ['/bin/sh', '-c'] });
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^\{\n.*Plan for test .*\n$/);
      expect(stderr).toBe('');
    },
  );

  test('whose reader has gone before the first word, plan and a failing plan end as they would have', async (context) => {
    const { start } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    for (const [args, exitCode] of [
      ['plan --detailed-exitcode', 2],
      ['plan --format json --env nowhere', 3],
    ] as const) {
      const program = start(args);
      program.process.stdout?.destroy();
      expect(await program.ended).toMatchObject({ exitCode, stderr: '' });
    }
  });

  test('whose reader goes during an apply, the apply is carried out all the same', async (context) => {
    const { start, tenant } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    const program = start('apply --yes');
    program.process.stdout?.destroy();
    program.process.stderr?.destroy();
    expect(await program.ended).toMatchObject({ exitCode: 0 });
    expect(
      tenant.state().liveRoutes[0]?.items.find(({ path }) => path === '/offers2/Monthly')?.data.attributes,
    ).toMatchObject({ display_name__limio: 'Monthly, renamed' });
  });

  test.skipIf(!existsSync('/dev/full'))(
    'that leads to a full disk, an apply is carried out all the same and says that its output is lost',
    async (context) => {
      const { run, tenant } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
      const command = ['/bin/sh', '-c', `exec "${process.execPath}" "${PROGRAM}" "$@" >/dev/full`, 'sh'];
      const planned = await run('plan --detailed-exitcode', { command });
      expect(planned).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/^error OUTPUT_UNWRITABLE: [^]*ENOSPC[^\n]*\n[^\n]*\n$/),
      });
      const deaf = ['/bin/sh', '-c', `exec "${process.execPath}" "${PROGRAM}" "$@" >/dev/full 2>/dev/full`, 'sh'];
      expect(await run('apply --yes', { command: deaf })).toMatchObject({ exitCode: 1 });
      expect(
        tenant.state().liveRoutes[0]?.items.find(({ path }) => path === '/offers2/Monthly')?.data.attributes,
      ).toMatchObject({ display_name__limio: 'Monthly, renamed' });
    },
  );

  test('a document that is larger than the pipe arrives whole at a reader that is slow to start', async (context) => {
    const { start } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: { 'catalog/offers.yaml': offerFile('/offers2/Monthly', LONG) },
    });
    const program = start('plan --format json');
    program.process.stdout?.pause();
    setTimeout(() => program.process.stdout?.resume(), 1500);
    const ended = await program.ended;
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout.length).toBeGreaterThan(LONG.length);
    expect(parseDocument(ended)).toMatchObject({ kind: 'limio-sync/plan' });
  });

  test.for<[string, string, Record<string, string>, boolean]>([
    ['there are no colours by themselves', 'plan', {}, false],
    ['FORCE_COLOR brings colours', 'plan', { FORCE_COLOR: '1' }, true],
    ['NO_COLOR is stronger than FORCE_COLOR', 'plan', { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ['--no-color is stronger than FORCE_COLOR', 'plan --no-color', { FORCE_COLOR: '1' }, false],
    ['JSON has no colours, whatever is forced', 'plan --format json', { FORCE_COLOR: '1' }, false],
  ])('%s', async ([, args, env, coloured], context) => {
    const { run } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    const { exitCode, stdout, stderr } = await run(args, { env: { ...CREDENTIALS, ...env } });
    expect(exitCode).toBe(0);
    expect(`${stdout}${stderr}`.includes(ESCAPE)).toBe(coloured);
  });

  test('progress goes to stderr as plain lines that are never overwritten', async (context) => {
    const { run } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    const { stderr, stdout } = await run('apply --yes');
    expect(stderr).toMatch(/\[1\/1\] done: update offer:\/offers2\/Monthly\n/);
    expect(stderr).toMatch(/live: \/pages\/shop at \/shop\/\n/);
    expect(stderr).not.toContain('\r');
    expect(stdout).not.toContain('[1/1]');
  });
});
