import { dirname } from 'node:path';
import { findConfigFile } from '../../config/config.js';
import { findRun, listRuns } from '../../journal/read-runs.js';
import type { RunHead } from '../../model/run.js';
import { renderRunsText, renderRunStory } from '../../render/runs.js';
import { chooseStyle } from '../../render/terminal.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { isRunning } from '../shared/journal.js';
import { chooseColour, formatJson } from '../shared/output.js';

export interface RunsOptions extends CommonOptions {
  env?: string;
}

/** The runs of this checkout, the oldest first. Needs neither credentials nor the network. */
export function runRuns(io: CliIo, options: RunsOptions): number {
  const runs = listRuns(findRoot(io, options), isRunning).filter(
    ({ start }) => options.env === undefined || start?.environment === options.env,
  );
  const style = chooseStyle(chooseColour(io.stdout, io.env, options.color));
  io.stdout.write(
    options.format === 'json'
      ? formatJson({ kind: 'limio-sync/runs', formatVersion: 1, runs: runs.map(summarise) })
      : renderRunsText(runs, style),
  );
  return 0;
}

/** The story of one run, step by step. */
export function runRunsShow(io: CliIo, name: string, options: RunsOptions): number {
  const run = findRun(
    findRoot(io, options),
    { name, ...(options.env === undefined ? {} : { environment: options.env }) },
    isRunning,
  );
  const style = chooseStyle(chooseColour(io.stdout, io.env, options.color));
  const { entries, recovery, result, unreadableLines } = run;
  const document = {
    kind: 'limio-sync/run',
    formatVersion: 1,
    ...summarise(run),
    unreadableLines,
    entries,
    ...(recovery ? { recovery } : {}),
    ...(result ? { result } : {}),
  };
  io.stdout.write(options.format === 'json' ? formatJson(document) : renderRunStory(run, style));
  return 0;
}

/** The folder of the repository; the configuration itself is not needed. */
export function findRoot(io: CliIo, options: CommonOptions): string {
  return dirname(findConfigFile(io.cwd, options.config));
}

function summarise({ id, folder, state, start, result }: RunHead): Record<string, unknown> {
  return {
    run: id,
    state,
    ...(start
      ? {
          command: start.command,
          ...(start.of === undefined ? {} : { of: start.of }),
          environment: start.environment,
          host: start.host,
          startedAt: start.at,
          fingerprint: start.fingerprint,
        }
      : {}),
    ...(result ? { summary: result.summary } : {}),
    folder,
  };
}
