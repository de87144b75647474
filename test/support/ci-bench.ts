import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { TestContext } from 'vitest';
import type { CiTools } from '../../src/cli/ci/ci.js';
import type { CliIo } from '../../src/cli/shared/io.js';
import { LimioError } from '../../src/errors/errors.js';
import type { Plan } from '../../src/model/plan.js';
import { makeFingerprint } from '../../src/plan/fingerprint.js';
import { createFakeClock, type FakeClock } from '../api/support/fake-clock.js';
import { RICH_PLAN } from './rich-plan.js';

/** A step of a CI system without its machine. */
export interface CiBench {
  root: string;
  clock: FakeClock;
  stdout: string;
  stderr: string;
  write(name: string, text: string): string;
  read(name: string): string;
  /** Saves a plan and gives its path. */
  save(plan: Plan): string;
  /** Runs a command function; gives its exit code, or the code of its error. */
  run(command: (io: CliIo, tools: CiTools) => Promise<number>, env: Record<string, string>): Promise<number | string>;
}

export function openCiBench({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): CiBench {
  const root = mkdtempSync(join(tmpdir(), 'limio-ci-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const bench: CiBench = {
    root,
    clock: createFakeClock(),
    stdout: '',
    stderr: '',
    write: (name, text) => {
      writeFileSync(join(root, name), text);
      return join(root, name);
    },
    read: (name) => readFileSync(join(root, name), 'utf8'),
    save: (plan) => bench.write(`${plan.environment}.json`, JSON.stringify(plan)),
    run: async (command, env) => {
      bench.stdout = '';
      bench.stderr = '';
      const io: CliIo = {
        stdout: { write: (text) => (bench.stdout += text) },
        stderr: { write: (text) => (bench.stderr += text) },
        stdin: Readable.from([]),
        env,
        cwd: root,
        signal: new AbortController().signal,
      };
      try {
        return await command(io, { clock: bench.clock, random: () => 0.5 });
      } catch (error) {
        if (!(error instanceof LimioError)) throw error;
        bench.stderr += `${error.code}: ${error.message}\n${error.hint ?? ''}\n`;
        return error.code;
      }
    },
  };
  return bench;
}

/** The rich plan under another name, with what is given instead. */
export function makeCiPlan(environment: string, rest: Partial<Plan> = {}): Plan {
  const plan = { ...RICH_PLAN, environment, ...rest };
  return { ...plan, fingerprint: makeFingerprint(plan) };
}

/** A plan that does nothing. */
export function makeEmptyPlan(environment: string): Plan {
  return makeCiPlan(environment, {
    changes: [],
    levels: [],
    publish: { pages: [], onNoPage: [] },
    withheld: [],
    warnings: [],
    guards: [],
    impact: { prices: [], usedBy: [] },
    summary: { create: 0, update: 0, delete: 0, unchanged: 12, withheld: 0 },
  });
}
