import { dirname } from 'node:path';
import { LimioError } from '../../errors/errors.js';
import { findRun, listRuns, readRun } from '../../journal/read-runs.js';
import { dropUndefined } from '../../model/json.js';
import type { RunHead } from '../../model/run.js';
import { renderRunsText, renderRunStory } from '../../render/runs.js';
import { type ExportFormat, renderRunsExport } from '../../render/runs-export.js';
import { findConfig } from '../shared/config.js';
import type { CliIo } from '../shared/io.js';
import { isRunning, listRunsOf } from '../shared/journal.js';
import type { BasicOptions, CommonOptions, EnvOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { openPlaces, type Place, pullState } from '../shared/team-state.js';

/**
 * `limio-sync runs`: the runs of this checkout, and of all machines that share a store, oldest first. Needs no
 * credentials of a tenant.
 */
export async function runRunsList(io: CliIo, options: EnvOptions): Promise<number> {
  const runs = listChosen(await pullRuns(io, options), options);
  const document = { kind: 'limio-sync/runs', formatVersion: 1, runs: runs.map(summarise) };
  printResult(io, options, document, ({ style }) => renderRunsText(runs, style));
  return 0;
}

function listChosen(root: string, { env }: Pick<EnvOptions, 'env'>): RunHead[] {
  return env === undefined ? listRuns(root, isRunning) : listRunsOf(root, env);
}

/** `limio-sync runs show`: one run, step by step. */
export async function runRunsShow(io: CliIo, name: string, options: EnvOptions): Promise<number> {
  const choice = { name, ...dropUndefined({ environment: options.env }) };
  const run = findRun(await pullRuns(io, options), choice, isRunning);
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

export type ExportOptions = BasicOptions & { env?: string; format: ExportFormat };

/** `limio-sync runs export`: one line a run. */
export async function runRunsExport(io: CliIo, options: ExportOptions): Promise<number> {
  const root = await pullRuns(io, options);
  const whole = listChosen(root, options).map(({ folder }) => readRun(root, folder, isRunning));
  io.stdout.write(renderRunsExport(whole, options.format));
  return 0;
}

/**
 * The folder of the configuration, whose `.limio` then has the runs of all environments in the store. A configuration
 * that cannot be read hides the store, but not the runs of this checkout.
 */
export async function pullRuns(io: CliIo, options: Pick<CommonOptions, 'config'>): Promise<string> {
  const root = dirname(findConfig(io, options));
  let places: Place[];
  try {
    places = await openPlaces(io, { ...dropUndefined({ config: options.config }) });
  } catch (error) {
    if (!(error instanceof LimioError)) throw error;
    io.stderr.write(`Only the runs of this checkout, because limio.config is invalid: limio-sync validate\n`);
    return root;
  }
  await pullState(...places);
  return root;
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
    user: start?.by?.user,
    job: start?.by?.link,
    pullRequest: start?.by?.pullRequest,
    commit: start?.commit,
    fingerprint: start?.fingerprint,
    summary: result?.summary,
    folder,
  };
}
