import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LimioError } from '../errors/errors.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { ApplyResult } from '../model/outcome.js';
import type { JournalLine, Recovery, RunCommand, RunHead, RunRecord, RunState } from '../model/run.js';
import { nameRunsFolder, RUN_FILES } from './files.js';
import { judgeProcess, type ProcessProbe, readLockOwner } from './lock.js';

export interface RunChoice {
  /** The name of a run, its beginning or its end where only one fits, or `last`. */
  name: string;
  /** Only runs of this environment count for `last`. */
  environment?: string;
  /** Runs of this command do not count for `last`. */
  except?: RunCommand;
}

/** @throws LimioError RUN_NOT_FOUND */
export function findRun(root: string, { name, environment, except }: RunChoice, isRunning: ProcessProbe): RunRecord {
  const ids = listRunIds(root);
  if (name === 'last') {
    const last = listRuns(root, isRunning).findLast(
      ({ start }) =>
        (environment === undefined || start?.environment === environment) &&
        (except === undefined || start?.command !== except),
    );
    if (last) return readRun(root, last.folder, isRunning);
    throw refuse(`There is no run${environment === undefined ? '' : ` of ${environment}`} in ${nameRunsFolder(root)}.`);
  }
  const fitting = ids.includes(name)
    ? [name]
    : ids.filter((id) => name !== '' && (id.startsWith(name) || id.endsWith(name)));
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return readRun(root, join(nameRunsFolder(root), only), isRunning);
  throw refuse(
    only === undefined
      ? `There is no run "${name}".`
      : `"${name}" fits ${fitting.length} runs: ${fitting.slice(0, 5).join(', ')}.`,
  );
}

function refuse(message: string): LimioError {
  return new LimioError({ code: 'RUN_NOT_FOUND', message, hint: 'See them: limio-sync runs' });
}

/** As `openRun` names them. */
const RUN_NAME = /^\d{8}T\d{9}Z-/;

/** The names of all runs of a repository, the oldest first. */
export function listRunIds(root: string): string[] {
  try {
    return readdirSync(nameRunsFolder(root), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && RUN_NAME.test(entry.name))
      .map(({ name }) => name)
      .toSorted();
  } catch {
    return [];
  }
}

/** All runs of a repository, the oldest first, without their steps. */
export function listRuns(root: string, isRunning: ProcessProbe): RunHead[] {
  return listRunIds(root).map((id) => readRunHead(root, join(nameRunsFolder(root), id), isRunning));
}

/** Reads what is there of a run; a crash may have torn its last line or kept whole files from being written. */
export function readRun(root: string, folder: string, isRunning: ProcessProbe): RunRecord {
  const { lines, unreadableLines } = readLines(join(folder, RUN_FILES.journal));
  const entries = lines.flatMap((line) => (line.step === 'start' || line.step === 'end' ? [] : [line]));
  const planText = readText(join(folder, RUN_FILES.plan));
  return {
    ...readRunHead(root, folder, isRunning),
    entries,
    unreadableLines,
    ...(planText === undefined ? {} : { planText }),
  };
}

/** The same without the steps: of the journal, the first line is read. */
export function readRunHead(root: string, folder: string, isRunning: ProcessProbe): RunHead {
  const first = parseLine(readFirstLine(join(folder, RUN_FILES.journal)));
  const start = first?.step === 'start' ? first : undefined;
  const found = readJson(join(folder, RUN_FILES.result));
  const result =
    isJsonObject(found) && getOwn(found, 'kind') === 'limio-sync/result'
      ? (found as unknown as ApplyResult)
      : undefined;
  const recovery = readJson(join(folder, RUN_FILES.recovery));
  return {
    id: basename(folder),
    folder,
    state: judgeState(root, start, result, isRunning),
    ...(start === undefined ? {} : { start }),
    ...(result === undefined ? {} : { result }),
    ...(isJsonObject(recovery) ? { recovery: recovery as unknown as Recovery } : {}),
  };
}

/** A run lives only under the lock of its environment, held by its own process. */
function judgeState(
  root: string,
  start: RunHead['start'],
  result: ApplyResult | undefined,
  isRunning: ProcessProbe,
): RunState {
  if (result) return result.interrupted ? 'interrupted' : 'complete';
  if (start === undefined) return 'crashed';
  const { pid, host, start: startedAt } = start.process;
  const holder = readLockOwner(root, start.environment);
  const holds = holder !== undefined && holder.pid === pid && holder.host === host && holder.start === startedAt;
  return holds && judgeProcess(start.process, isRunning) !== 'dead' ? 'running' : 'crashed';
}

/** The first line is short; one that is longer than this is none of ours. */
const LONGEST_START = 65_536;

function readFirstLine(file: string): string {
  try {
    const handle = openSync(file, 'r');
    try {
      const buffer = Buffer.alloc(LONGEST_START);
      const text = buffer.toString('utf8', 0, readSync(handle, buffer, 0, LONGEST_START, 0));
      return text.split('\n', 1)[0] ?? '';
    } finally {
      closeSync(handle);
    }
  } catch {
    return '';
  }
}

function readLines(file: string): { lines: JournalLine[]; unreadableLines: number } {
  const texts = (readText(file) ?? '').split('\n').filter((text) => text.trim() !== '');
  const lines = texts.map(parseLine);
  const readable = lines.filter((line) => line !== undefined);
  return { lines: readable, unreadableLines: lines.length - readable.length };
}

function parseLine(text: string): JournalLine | undefined {
  const value = parseJson(text);
  if (!isJsonObject(value) || typeof getOwn(value, 'step') !== 'string' || typeof getOwn(value, 'at') !== 'string')
    return undefined;
  return value as JsonObject & JournalLine;
}

function readJson(file: string): Json | undefined {
  const text = readText(file);
  return text === undefined ? undefined : parseJson(text);
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
