import { PassThrough } from 'node:stream';
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
