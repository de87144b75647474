import type { JsonObject } from '../../model/json.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { loadProject, loadWorkspace } from './load-project.js';
import { readLiveJourneys } from './read-live-journeys.js';

/** The journeys of the files, or with `live` those that the tenant holds now; in typed form. */
export async function loadJourneys(io: CliIo, options: CommonOptions & { live?: true }): Promise<{ name: string; body: JsonObject }[]> {
  if (options.live) return readLiveJourneys(io, await loadWorkspace(io, options), options);
  return (await loadProject(io, options)).desired.filter(({ kind }) => kind === 'journey');
}
