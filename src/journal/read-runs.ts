import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LimioError } from '../errors/errors.js';
import { asObject, defined, type Json } from '../model/json.js';
import type { ApplyResult } from '../model/outcome.js';
import type { JournalLine, RunCommand, RunHead, RunRecord, RunState } from '../model/run.js';
import { parseJournalLine, parseRecovery, parseResult } from './documents.js';
import { codeOf, COPY_MARKER, nameRunsFolder, RUN_FILES } from './files.js';
import { classifyProcess, type ProcessProbe, readLockOwner } from './lock.js';

export interface RunChoice {
  /** The name of a run, its beginning or end where only one matches, or `last`. */
  name: string;
  /** Only runs of this environment count for `last`. */
  environment?: string;
  /** Only runs of this command count for `last`. */
  command?: RunCommand;
}

/** @throws LimioError RUN_NOT_FOUND */
export function findRun(root: string, { name, environment, command }: RunChoice, isRunning: ProcessProbe): RunRecord {
  if (name === 'last') {
    const last = listRuns(root, isRunning).findLast(
      ({ start }) =>
        (environment === undefined || start?.environment === environment) &&
        (command === undefined || start?.command === command),
    );
    if (last) return readRun(root, last.folder, isRunning);
    const place = environment === undefined ? '' : ` of ${environment}`;
    throw refuse(`There is no ${command ?? 'run'}${place} yet.`);
  }
  const ids = listRunIds(root);
  const matching = ids.includes(name)
    ? [name]
    : ids.filter((id) => name !== '' && (id.startsWith(name) || id.endsWith(name)));
  const [only, ...others] = matching;
  if (only === undefined) throw refuse(`There is no run "${name}".`);
  if (others.length === 0) return readRun(root, join(nameRunsFolder(root), only), isRunning);
  throw refuse(`"${name}" matches ${matching.length} runs: ${matching.slice(0, 5).join(', ')}.`);
}

/**
 * The rollback that undid a run completely; undefined where none did, or where that rollback was itself rolled back, in
 * part or completely.
 */
export function findCompletedRollback(runs: readonly RunHead[], id: string): RunHead | undefined {
  return runs.find(
    (run) =>
      run.start?.of === id &&
      run.result?.rollback?.complete === true &&
      runs.every((other) => other.start?.of !== run.id || findCompletedRollback(runs, other.id) !== undefined),
  );
}

/** The rollbacks of a run, oldest first, without those that were themselves rolled back. */
export function listRollbacks(runs: readonly RunHead[], id: string): RunHead[] {
  return runs.filter(({ id: own, start }) => start?.of === id && !runs.some((other) => other.start?.of === own));
}

function refuse(message: string): LimioError {
  return new LimioError({
    code: 'RUN_NOT_FOUND',
    message,
    hint:
      'To list the runs: limio-sync runs. ' +
      'Runs of other machines are known only with a shared store (docs/state.md).',
  });
}

/** All runs of a repository, the oldest first, without their steps. */
export function listRuns(root: string, isRunning: ProcessProbe): RunHead[] {
  return listRunIds(root).map((id) => readRunHead(root, join(nameRunsFolder(root), id), isRunning));
}

/** As `openRun` names them. */
const RUN_NAME = /^\d{8}T\d{9}Z-/;

function listRunIds(root: string): string[] {
  try {
    return readdirSync(nameRunsFolder(root), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && RUN_NAME.test(entry.name))
      .map(({ name }) => name)
      .toSorted();
  } catch {
    return [];
  }
}

/** Reads what there is of a run: a crash may have cut its last line or kept whole files from being written. */
export function readRun(root: string, folder: string, isRunning: ProcessProbe): RunRecord {
  const texts = (readText(folder, 'journal') ?? '').split('\n').filter((text) => text.trim() !== '');
  const lines = texts.map(parseJournalLine).filter((line) => line !== undefined);
  return {
    ...readRunHead(root, folder, isRunning),
    entries: lines.flatMap((line) => (line.step === 'start' || line.step === 'end' ? [] : [line])),
    unreadableLines: texts.length - lines.length,
    ...defined({ endedAt: lines.findLast(({ step }) => step === 'end')?.at, planText: readText(folder, 'plan') }),
  };
}

/** The same without the steps: only the first line of the journal is read. */
function readRunHead(root: string, folder: string, isRunning: ProcessProbe): RunHead {
  const { start, problem } = readStart(folder);
  const resultText = readText(folder, 'result');
  const result = parseResult(resultText);
  const recovery = parseRecovery(readText(folder, 'recovery'));
  const hasResult = existsSync(join(folder, RUN_FILES.result));
  const unreadable = problem ?? (hasResult && !result ? describeProblem('result', resultText) : undefined);
  const state = unreadable === undefined ? findState(root, start, result, isRunning) : 'unreadable';
  const copied = existsSync(join(folder, COPY_MARKER)) || undefined;
  return { id: basename(folder), folder, state, ...unreadable, ...defined({ start, result, recovery, copied }) };
}

/** A run is running only while its own process holds the lock of its environment. */
function findState(
  root: string,
  start: RunHead['start'],
  result: ApplyResult | undefined,
  isRunning: ProcessProbe,
): RunState {
  if (result) return result.interrupted ? 'interrupted' : 'complete';
  if (start === undefined) return 'crashed';
  const { pid, host, start: startedAt } = start.process;
  const holder = readLockOwner(root, { host: start.host, environment: start.environment });
  const holds = holder !== undefined && holder.pid === pid && holder.host === host && holder.start === startedAt;
  return holds && classifyProcess(start.process, isRunning) !== 'dead' ? 'running' : 'crashed';
}

/** A first line of ours is shorter. */
const LONGEST_START = 65_536;

type Unreadable = Required<Pick<RunHead, 'unreadable'>> & Pick<RunHead, 'otherVersion'>;

interface FirstLine {
  start?: Extract<JournalLine, { step: 'start' }>;
  problem?: Unreadable;
}

/** A line without its end is that of a run that crashed while it wrote it, before it sent anything. */
function readStart(folder: string): FirstLine {
  try {
    const handle = openSync(join(folder, RUN_FILES.journal), 'r');
    try {
      const buffer = Buffer.alloc(LONGEST_START);
      const text = buffer.toString('utf8', 0, readSync(handle, buffer, 0, LONGEST_START, 0));
      const [first, ...rest] = text.split('\n', 2);
      const line = parseJournalLine(first);
      if (line?.step === 'start') return { start: line };
      return rest.length === 0 && text.length < LONGEST_START ? {} : { problem: describeProblem('journal', first) };
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    return codeOf(error) === 'ENOENT'
      ? {}
      : { problem: { unreadable: `${RUN_FILES.journal} cannot be read (${codeOf(error)})` } };
  }
}

/** Of the first line of a journal, and of a result: see documents.ts. */
const FORMAT_VERSION = 1;

/** Why a text is no record of a run that this version reads. */
function describeProblem(file: keyof typeof RUN_FILES, text: string | undefined): Unreadable {
  const name = RUN_FILES[file];
  try {
    const { formatVersion } = asObject(JSON.parse(text ?? '') as Json);
    if (typeof formatVersion === 'number' && formatVersion !== FORMAT_VERSION)
      return {
        unreadable: `${name} has format version ${formatVersion}; this limio-sync reads version ${FORMAT_VERSION}`,
        otherVersion: true,
      };
  } catch {
    // Cut, or no JSON at all.
  }
  return { unreadable: `${name} is damaged` };
}

function readText(folder: string, file: keyof typeof RUN_FILES): string | undefined {
  try {
    return readFileSync(join(folder, RUN_FILES[file]), 'utf8');
  } catch {
    return undefined;
  }
}
