import { relative } from 'node:path';
import { parseState } from '../../drift/state.js';
import { LimioError } from '../../errors/errors.js';
import { nameStateFile, readStateFile } from '../../journal/files.js';
import type { AppliedState } from '../../model/drift.js';
import type { Workspace } from './load-project.js';

/**
 * The snapshot of the last apply of an environment; undefined when there is none yet.
 * @throws LimioError STATE_INVALID, STATE_VERSION, STATE_ELSEWHERE.
 */
export function loadState({
  root,
  config,
  environment,
}: Pick<Workspace, 'root' | 'config' | 'environment'>): AppliedState | undefined {
  const file = nameStateFile(root, environment.name, config.state?.folder);
  const shown = relative(root, file);
  let text: string | undefined;
  try {
    text = readStateFile(file);
  } catch (error) {
    throw new LimioError({
      code: 'STATE_INVALID',
      message: `${shown} cannot be read (${error instanceof Error ? error.message : String(error)}).`,
      cause: error,
    });
  }
  return text === undefined
    ? undefined
    : parseState(text, shown, { environment: environment.name, host: environment.host });
}
