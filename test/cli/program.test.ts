import { PassThrough } from 'node:stream';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import { runInProcess } from './support/run-in-process.js';

test('help shows no empty list as a default', () => {
  const stream = { write: () => true };
  const io = {
    stdout: stream,
    stderr: stream,
    stdin: new PassThrough(),
    env: {},
    cwd: '/',
    signal: new AbortController().signal,
  };
  const pull = createProgram(io, () => undefined).commands.find((command) => command.name() === 'pull');
  expect(pull?.helpInformation()).toContain('--adopt <pattern>');
  expect(pull?.helpInformation()).not.toContain('[])');
});

test.each([
  ['aply --help', "unknown command 'aply' (Did you mean apply?)"],
  ['aply -h', "unknown command 'aply' (Did you mean apply?)"],
  ['help aply', "unknown command 'aply' (Did you mean apply?)"],
  ['runs shw --help', "unknown command 'shw' (Did you mean show?)"],
  ['journeys simulat --help', "unknown command 'simulat' (Did you mean simulate?)"],
  ['something --help', "unknown command 'something'"],
])('the help of a command that does not exist is an error with a suggestion: %s', async (line, message) => {
  const { exitCode, stdout, stderr } = await runInProcess(line, { cwd: '/' });
  expect(stderr).toContain(`error USAGE: ${message}\n`);
  expect(exitCode).toBe(3);
  expect(stdout).toBe('');
});

test.each(['--help', 'apply --help', 'help apply', 'runs --help', 'runs show --help', '--help apply'])(
  'the help of a command that exists ends with 0: %s',
  async (line) => {
    const { exitCode, stdout } = await runInProcess(line, { cwd: '/' });
    expect(stdout).toContain('Usage: limio-sync');
    expect(exitCode).toBe(0);
  },
);

test.each([
  ['apply --env a --env b', '--env', '"a" and "b"'],
  ['publish --env=a --env=a', '--env', '"a" and "a"'],
  ['apply --allow-delete 1 --allow-delete=2', '--allow-delete', '"1" and "2"'],
  ['lint --config x.ts --config y.ts', '--config', '"x.ts" and "y.ts"'],
  ['runs show last --format json --format text', '--format', '"json" and "text"'],
  ['journeys graph --format svg --format dot', '--format', '"svg" and "dot"'],
])('an option that takes one value is an error when it is given twice: %s', async (line, flag, values) => {
  const { exitCode, stdout, stderr } = await runInProcess(line, { cwd: '/' });
  expect(`${stdout}${stderr}`.replaceAll('\\', '')).toContain(`${flag} takes one value and is given twice: ${values}`);
  expect(exitCode).toBe(3);
});

test('apply with two environments says to run it once for each', async () => {
  const { stderr } = await runInProcess('apply --env sandbox --env prod', { cwd: '/' });
  expect(stderr).toContain('limio-sync apply --env sandbox, then limio-sync apply --env prod');
});

test('options that may be repeated still may', () => {
  const stream = { write: () => true };
  const io = {
    stdout: stream,
    stderr: stream,
    stdin: new PassThrough(),
    env: {},
    cwd: '/',
    signal: new AbortController().signal,
  };
  const pull = createProgram(io, () => undefined).commands.find((command) => command.name() === 'pull');
  pull?.action(() => undefined);
  pull?.parse(['--adopt', 'offer:*', '--adopt', 'page:*'], { from: 'user' });
  expect(pull?.opts()).toMatchObject({ adopt: ['offer:*', 'page:*'] });
});

test('apply with an address says that it takes a plan, and how to see that change', async () => {
  const { exitCode, stderr } = await runInProcess(['apply', 'offer:/offers2/A'], { cwd: '/' });
  expect(stderr).toContain('apply takes no addresses');
  expect(stderr).toContain('limio-sync show plan.json offer:/offers2/A');
  expect(exitCode).toBe(3);
});

test.each([
  ['plan', 'plan takes no addresses, such as "offer:/offers2/A": it plans all files, because apply runs whole plans.'],
  ['ci github', 'ci github takes no addresses, such as "offer:/offers2/A": it reports whole plans.'],
  ['ci gitlab', 'ci gitlab takes no addresses, such as "offer:/offers2/A": it reports whole plans.'],
])('%s with an address says why it takes none, and how to see that change', async (command, message) => {
  const { exitCode, stdout, stderr } = await runInProcess([...command.split(' '), 'offer:/offers2/A'], { cwd: '/' });
  expect(stderr).toBe(
    `error USAGE: ${message}\n` +
      'To read the change of one object: limio-sync plan --out plan.json, then ' +
      'limio-sync show plan.json offer:/offers2/A\n',
  );
  expect([exitCode, stdout]).toEqual([3, '']);
});

test('apply with two addresses explains itself like with one', async () => {
  const { stderr } = await runInProcess('apply offer:/offers2/A offer:/offers2/B', { cwd: '/' });
  expect(stderr).toContain('apply takes no addresses, such as "offer:/offers2/A": it runs a whole plan');
});

test.each([
  [
    'plan sandbox',
    'too many arguments: plan takes none, but got "sandbox".',
    'To name an environment: limio-sync plan --env sandbox. All options: limio-sync plan --help',
  ],
  [
    'show plan.json offer:/offers2/A offer:/offers2/B',
    'too many arguments: show takes at most 2, but got "plan.json", "offer:/offers2/A" and "offer:/offers2/B".',
    'All options: limio-sync show --help',
  ],
  [
    'runs show last first',
    'too many arguments: runs show takes at most 1, but got "last" and "first".',
    'To name an environment: limio-sync runs show --env first. All options: limio-sync runs show --help',
  ],
])('an argument too many is named, with the option that was meant: %s', async (line, message, hint) => {
  const { exitCode, stderr } = await runInProcess(line, { cwd: '/' });
  expect(stderr).toContain(message);
  expect(stderr).toContain(hint);
  expect(exitCode).toBe(3);
});

test('every command has --timeout, except those that never connect to a tenant', () => {
  const stream = { write: () => true };
  const io = { stdout: stream, stderr: stream, stdin: new PassThrough(), env: {}, cwd: '/' };
  const program = createProgram({ ...io, signal: new AbortController().signal }, () => undefined);
  const list = (command: CommandUnknownOpts, name: string): string[] => [
    ...command.commands.flatMap((child) => list(child, `${name} ${child.name()}`.trim())),
    ...(command.commands.length > 0 || command.options.some(({ long }) => long === '--timeout') ? [] : [name]),
  ];
  expect(list(program, '')).toEqual([
    'init',
    'factor',
    'validate',
    'test all',
    'test journeys',
    'explain',
    'envs',
    'show',
    'runs list',
    'runs show',
    'runs export',
    'state show',
    'state pull',
    'state push',
    'state unlock',
    'state migrate',
    'state prune',
    'emulator',
  ]);
});
