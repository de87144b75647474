import { describe, expect, test } from 'vitest';
import { createHold } from './support/create-hold.js';
import { CREDENTIALS, openWorkspace } from './support/open-workspace.js';
import { CTRL_C, CTRL_D, TERMINAL_COMMAND, findTerminalObstacle } from './support/open-terminal.js';
import { ONE_CHANGE, SAME_FILES, SMALL_SEED } from './support/small-tenant.js';

const obstacle = findTerminalObstacle();
const QUESTION = 'Only "yes" is accepted: ';
const AT_TERMINAL = { command: TERMINAL_COMMAND, env: { ...CREDENTIALS, TERM: 'xterm-256color' } };
const COLOUR = '\u001B[1m';

describe
  .skipIf(obstacle !== undefined)
  .concurrent(`at a terminal${obstacle === undefined ? '' : ` (skipped: ${obstacle})`}`, () => {
    test('apply shows the plan in colour and asks; yes applies it', async (context) => {
      const { start, tenant } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
      const program = start('apply', AT_TERMINAL);
      await program.waitFor(QUESTION);
      expect(tenant.log().every(({ method, path }) => method === 'GET' || path === '/oauth2/token')).toBe(true);
      program.type('yes\n');
      const { exitCode, stdout } = await program.ended;
      expect(exitCode).toBe(0);
      expect(stdout).toContain(COLOUR);
      expect(stdout.indexOf('Monthly, ')).toBeLessThan(stdout.indexOf(QUESTION));
      expect(tenant.state().items.find(({ path }) => path === '/offers2/Monthly')?.data.attributes).toMatchObject({
        display_name__limio: 'Monthly, renamed',
      });
    });

    test.for<[string, string]>([
      ['y', 'y\n'],
      ['YES', 'YES\n'],
      ['nothing', '\n'],
      ['the end of the input', CTRL_D],
    ])('%s is no yes: exit code 4, and nothing is written', async ([, keys], context) => {
      const { start, writes } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
      const program = start('apply', AT_TERMINAL);
      await program.waitFor(QUESTION);
      program.type(keys);
      const { exitCode, stdout } = await program.ended;
      expect(exitCode).toBe(4);
      expect(stdout).toContain('error CONSENT_REQUIRED: ');
      expect(writes()).toEqual([]);
    });

    test('Ctrl-C at the question ends with 130, and nothing is written', async (context) => {
      const { start, writes } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
      const program = start('apply', AT_TERMINAL);
      await program.waitFor(QUESTION);
      program.type(CTRL_C);
      const { exitCode, stdout } = await program.ended;
      expect(exitCode).toBe(130);
      expect(stdout).toContain('error INTERRUPTED: ');
      expect(writes()).toEqual([]);
    });

    test('Ctrl-C during a write says that it is finished first, then prints the result and ends with 130', async (context) => {
      const hold = createHold();
      const { start, tenant } = await openWorkspace(context, {
        seed: SMALL_SEED,
        files: ONE_CHANGE,
        hooks: () => ({
          before: async ({ method, path }) =>
            method === 'PUT' && path.endsWith('/bulk-update') ? (await hold.stand(), undefined) : undefined,
        }),
      });
      const program = start('apply --yes', AT_TERMINAL);
      await hold.reached;
      program.type(CTRL_C);
      await program.waitFor('Interrupted: ');
      hold.release();
      const { exitCode, stdout } = await program.ended;
      expect(exitCode).toBe(130);
      expect(stdout).toMatch(/Interrupted, applied to test [^]*done [^]*offer:\/offers2\/Monthly/);
      expect(tenant.state().items.find(({ path }) => path === '/offers2/Monthly')?.data.attributes).toMatchObject({
        display_name__limio: 'Monthly, renamed',
      });
    });

    test('without changes nothing is asked', async (context) => {
      const { start } = await openWorkspace(context, { seed: SMALL_SEED, files: SAME_FILES });
      const { exitCode, stdout } = await start('apply', AT_TERMINAL).ended;
      expect(exitCode).toBe(0);
      expect(stdout).not.toContain(QUESTION);
    });

    test.for<[string, string, Record<string, string>]>([
      ['--no-color', 'plan --no-color', {}],
      ['NO_COLOR', 'plan', { NO_COLOR: '1' }],
    ])('%s takes the colours out', async ([, args, env], context) => {
      const { start } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
      const { exitCode, stdout } = await start(args, { ...AT_TERMINAL, env: { ...AT_TERMINAL.env, ...env } }).ended;
      expect(exitCode).toBe(0);
      expect(stdout).toContain('Monthly');
      expect(stdout).not.toContain('\u001B');
    });
  });
