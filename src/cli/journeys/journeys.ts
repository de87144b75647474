import { createJourneyCodec } from '../../kinds/journey/codec.js';
import type { JsonObject } from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import { escapeTerminal } from '../../render/escape.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import type { BasicOptions } from '../shared/options.js';
import { type Tenant, withTenant } from '../shared/tenant.js';
import { loadProject, loadWorkspace, type Workspace } from '../shared/workspace.js';

/**
 * What `limio-sync journeys` works on. Its subcommands: simulate.ts, check.ts, graph.ts.
 */
export type JourneysOptions = BasicOptions & {
  env?: string;
  timeout?: number;
  live?: boolean;
};

/** A journey with typed conditions and destinations; elements of unknown form stay raw. */
export interface NamedJourney {
  name: string;
  body: JsonObject;
}

/** The journeys of the files, or with `live` those of the tenant. */
export async function loadJourneys(io: CliIo, options: JourneysOptions): Promise<NamedJourney[]> {
  if (!options.live) return (await loadProject(io, options)).desired.filter(({ kind }) => kind === 'journey');
  const workspace = await loadWorkspace(io, options);
  return withTenant(io, workspace, options, (tenant) => readLiveJourneys(io, workspace, tenant));
}

export async function readLiveJourneys(
  io: CliIo,
  { environment }: Workspace,
  { reader }: Tenant,
): Promise<NamedJourney[]> {
  const listing = await reader.listJourneys();
  if (!listing.complete) {
    const why = listing.note === undefined ? '' : `: ${escapeTerminal(listing.note)}`;
    io.stderr.write(`The list of journeys may be incomplete${why}.\n`);
  }
  const journeys = [
    ...listing.items.map(({ name, data }) => ({ name, body: data })),
    ...(listing.nameless ? [{ name: '(without a name)', body: listing.nameless }] : []),
  ];
  const codec = createJourneyCodec(
    environment.dialect.journeyCodec,
    journeys.map(({ body }) => body),
  );
  return journeys.map(({ name, body }) => ({ name, body: codec.decode(body) }));
}

export function refuseJourney(name: string, known: readonly string[]) {
  const nearest = suggestNearest(name, known);
  const others = known.length === 0 ? 'No journey is declared.' : `Journeys: ${known.join(', ')}.`;
  return refuseUsage(`There is no journey "${name}".`, nearest === undefined ? others : `Did you mean ${nearest}?`);
}
