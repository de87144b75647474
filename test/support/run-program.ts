import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findLeaks } from './find-leaks.js';

const ROOT = join(import.meta.dirname, '../..');

/** The built program. */
export const PROGRAM = join(ROOT, 'dist/bin.js');

/** A program that is still running after this long is killed, and the test fails. */
const LONGEST_MS = 120_000;

export interface ProgramRun {
  /** Null when a signal ended it. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd: string;
  /** All there is besides PATH: nothing of the machine's own environment gets through. */
  env?: Readonly<Record<string, string>>;
  /** Runs something else than this Node with the program. */
  command?: readonly string[];
}

export interface RunningProgram {
  readonly process: ChildProcess;
  /** Resolves when the process ended and its output was read to the end. */
  readonly ended: Promise<ProgramRun>;
  signal: (name: NodeJS.Signals) => void;
  type: (text: string) => void;
  /** Resolves with all of stdout so far when the text stands in either output. @throws when the program ends without it. */
  waitFor: (text: string) => Promise<string>;
}

assertFreshBuild();

/** Runs the program to its end with nothing to read on stdin. */
export async function runProgram(args: readonly string[], options: RunOptions): Promise<ProgramRun> {
  const program = startProgram(args, options);
  program.process.stdin?.end();
  return program.ended;
}

/**
 * Starts the program with the Node that runs the tests; stdin stays open for what is typed. A program
 * that prints a client secret of its environment, or a token, fails its test.
 */
export function startProgram(
  args: readonly string[],
  { cwd, env = {}, command = [process.execPath, PROGRAM] }: RunOptions,
): RunningProgram {
  const [file = '', ...first] = command;
  const child = spawn(file, [...first, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  }
  // A program that does not read what is typed is no fault of the test.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<ProgramRun>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${args.join(' ')} still ran after ${LONGEST_MS} ms.\n${output.stdout}${output.stderr}`));
    }, LONGEST_MS);
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      // The command `emulator` is there to tell its credentials.
      const leaks = args[0] === 'emulator' ? [] : findLeaks(`${output.stdout}${output.stderr}`, env);
      if (leaks.length > 0) reject(new Error(`${args.join(' ')} printed ${leaks.join(' and ')}`));
      else resolve({ exitCode, signal, ...output });
    });
  });
  // Tests that end before their program must not fail for it a second time.
  ended.catch(() => undefined);
  return {
    process: child,
    ended,
    signal: (name) => void child.kill(name),
    type: (text) => void child.stdin.write(text),
    waitFor: (text) => waitForText(child, output, text),
  };
}

/** The one JSON document that a command prints. @throws when stdout holds anything else. */
export function parseDocument({ stdout, stderr }: Pick<ProgramRun, 'stdout' | 'stderr'>): unknown {
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`stdout is not one JSON document:\n${stdout}\nstderr:\n${stderr}`, { cause });
  }
}

function waitForText(child: ChildProcess, output: { stdout: string; stderr: string }, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (!output.stdout.includes(text) && !output.stderr.includes(text)) return;
      child.stdout?.off('data', look);
      child.stderr?.off('data', look);
      resolve(output.stdout);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('close', () =>
      reject(new Error(`The program ended without "${text}".\n${output.stdout}${output.stderr}`)),
    );
    look();
  });
}

/** A stale build would test yesterday's program. */
function assertFreshBuild(): void {
  const built = statSync(PROGRAM, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  for (const source of readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!source.endsWith('.ts') || built >= statSync(join(ROOT, 'src', source)).mtimeMs) continue;
    throw new Error(
      `The end-to-end tests run the built program, and dist/ is older than src/${source}. Run: npm run build`,
    );
  }
}
