import { createJourneyCodec } from '../../kinds/journey/codec.js';
import type { JsonObject } from '../../model/json.js';
import type { LiveReader } from '../../model/live-api.js';
import { escapeTerminal } from '../../render/escape.js';
import type { CliIo } from '../cli-io.js';
import type { Workspace } from './load-project.js';

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
