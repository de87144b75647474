import type { JsonObject } from '../../model/json.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { loadProject, loadWorkspace } from './load-project.js';
import { openReader } from './open-tenant.js';
import { readLiveJourneys } from './read-live-journeys.js';

/** The journeys of the files, or with `live` those that the tenant holds now; in typed form. */
export async function loadJourneys(
  io: CliIo,
  options: CommonOptions & { live?: true },
): Promise<{ name: string; body: JsonObject }[]> {
  if (!options.live) return (await loadProject(io, options)).desired.filter(({ kind }) => kind === 'journey');
  const workspace = await loadWorkspace(io, options);
  const reader = await openReader(io, workspace, options);
  try {
    return await readLiveJourneys(io, workspace, reader);
  } finally {
    await reader.close();
  }
}
