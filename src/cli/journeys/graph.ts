import { renderGraphDot } from '../../render/journeys/dot.js';
import { drawMermaidGraph } from '../../render/journeys/mermaid.js';
import { renderGraphSvg } from '../../render/journeys/svg.js';
import { type GraphView, viewGraph } from '../../render/journeys/view.js';
import type { CliIo } from '../shared/io.js';
import { formatJson } from '../shared/output.js';
import { type JourneysOptions, loadJourneys, refuseJourney } from './journeys.js';

export type GraphOptions = JourneysOptions & {
  format: 'mermaid' | 'svg' | 'dot' | 'json';
};

/** Mermaid refuses charts with more edges unless it is configured. */
const MAX_MERMAID_EDGES = 500;

const WRITERS: Record<GraphOptions['format'], (graph: GraphView) => string> = {
  mermaid: (graph) => `${drawMermaidGraph(graph).join('\n')}\n`,
  svg: renderGraphSvg,
  dot: renderGraphDot,
  json: (graph) => formatJson({ kind: 'limio-sync/journey-graph', formatVersion: 1, ...graph }),
};

/** `limio-sync journeys graph`: all journeys, or those named. */
export async function runJourneysGraph(io: CliIo, names: readonly string[], options: GraphOptions): Promise<number> {
  const journeys = await loadJourneys(io, options);
  const known = journeys.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw refuseJourney(unknown, known);
  const text = WRITERS[options.format](viewGraph(journeys, names.length === 0 ? undefined : names));
  if (options.format === 'mermaid' && (text.match(/-->|-\.->|\.->/g) ?? []).length > MAX_MERMAID_EDGES)
    io.stderr.write(
      `The chart has more than ${MAX_MERMAID_EDGES} edges, which Mermaid draws only with a higher maxEdges: ` +
        'name fewer journeys, or use --format svg.\n',
    );
  io.stdout.write(text);
  return 0;
}
