import { join } from 'node:path';
import { LimioError } from '../errors/errors.js';
import type { RunCommand, RunRecord } from '../model/run.js';
import { nameRunsFolder } from './limio-folder.js';
import { listRunIds, listRuns } from './list-runs.js';
import type { ProcessProbe } from './process-identity.js';
import { readRun } from './read-run.js';

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
