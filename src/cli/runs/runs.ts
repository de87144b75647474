import { dirname } from 'node:path';
import { findRun, listRuns } from '../../journal/read-runs.js';
import { dropUndefined } from '../../model/json.js';
import type { RunHead } from '../../model/run.js';
import { renderRunsText, renderRunStory } from '../../render/runs.js';
import { findConfig } from '../shared/config.js';
import type { CliIo } from '../shared/io.js';
import { isRunning } from '../shared/journal.js';
import type { CommonOptions, EnvOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';

/** `limio-sync runs`: the runs of this checkout, oldest first. Needs neither credentials nor the network. */
export function runRunsList(io: CliIo, options: EnvOptions): number {
  const runs = listRuns(findRoot(io, options), isRunning).filter(
    ({ start }) => options.env === undefined || start?.environment === options.env,
  );
  const document = { kind: 'limio-sync/runs', formatVersion: 1, runs: runs.map(summarise) };
  printResult(io, options, document, ({ style }) => renderRunsText(runs, style));
  return 0;
}

/** `limio-sync runs show`: one run, step by step. */
export function runRunsShow(io: CliIo, name: string, options: EnvOptions): number {
  const choice = { name, ...dropUndefined({ environment: options.env }) };
  const run = findRun(findRoot(io, options), choice, isRunning);
  const { entries, recovery, result, unreadableLines } = run;
  const document = {
    kind: 'limio-sync/run',
    formatVersion: 1,
    ...summarise(run),
    unreadableLines,
    entries,
    recovery,
    result,
  };
  printResult(io, options, document, ({ style }) => renderRunStory(run, style));
  return 0;
}

/** The folder of the configuration, which itself is not read. */
export function findRoot(io: CliIo, options: Pick<CommonOptions, 'config'>): string {
  return dirname(findConfig(io, options));
}

/** JSON leaves out what is undefined. */
function summarise({ id, folder, state, start, result, unreadable }: RunHead): Record<string, unknown> {
  return {
    run: id,
    state,
    unreadable,
    command: start?.command,
    of: start?.of,
    environment: start?.environment,
    host: start?.host,
    startedAt: start?.at,
    fingerprint: start?.fingerprint,
    summary: result?.summary,
    folder,
  };
}
