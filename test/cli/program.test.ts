import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.js';

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
