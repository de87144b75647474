import type { JsonObject } from '../../model/json.js';
import { escapeTerminal } from '../../render/escape-terminal.js';
import { createJourneyCodec } from '../../resources/journey/journey-codec.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import type { Workspace } from './load-project.js';
import { openReader } from './open-tenant.js';

/** What the tenant holds now, in typed form; elements of no known form stay raw. */
export async function readLiveJourneys(io: CliIo, workspace: Workspace, options: CommonOptions): Promise<{ name: string; body: JsonObject }[]> {
  const reader = await openReader(io, workspace, options);
  try {
    const listing = await reader.listJourneys();
    if (!listing.complete) io.stderr.write(`The tenant may hold more journeys than it listed${listing.note === undefined ? '' : `: ${escapeTerminal(listing.note)}`}.\n`);
    const bodies = [...listing.items.map(({ name, data }) => ({ name, body: data })), ...(listing.nameless ? [{ name: '(without a name)', body: listing.nameless }] : [])];
    const codec = createJourneyCodec(workspace.environment.dialect.journeyCodec, bodies.map(({ body }) => body));
    return bodies.map(({ name, body }) => ({ name, body: codec.decode(body) }));
  } finally {
    await reader.close();
  }
}
