import { createJourneyCodec } from '../../kinds/journey/codec.js';
import type { JsonObject } from '../../model/json.js';
import type { LiveReader } from '../../model/live-api.js';
import { escapeTerminal } from '../../render/escape.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { openReader } from '../shared/tenant.js';
import { loadProject, loadWorkspace, type Workspace } from '../shared/workspace.js';

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

/** What the tenant holds now, in typed form; elements of no known form stay raw. */
export async function readLiveJourneys(
  io: CliIo,
  { environment }: Workspace,
  reader: Pick<LiveReader, 'listJourneys'>,
): Promise<{ name: string; body: JsonObject }[]> {
  const listing = await reader.listJourneys();
  if (!listing.complete)
    io.stderr.write(
      `The tenant may hold more journeys than it listed${listing.note === undefined ? '' : `: ${escapeTerminal(listing.note)}`}.\n`,
    );
  const bodies = [
    ...listing.items.map(({ name, data }) => ({ name, body: data })),
    ...(listing.nameless ? [{ name: '(without a name)', body: listing.nameless }] : []),
  ];
  const codec = createJourneyCodec(
    environment.dialect.journeyCodec,
    bodies.map(({ body }) => body),
  );
  return bodies.map(({ name, body }) => ({ name, body: codec.decode(body) }));
}
