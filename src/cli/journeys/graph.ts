import { LimioError } from '../../errors/errors.js';
import { suggestNearest } from '../../model/spelling.js';
import { renderGraphDot } from '../../render/journeys/dot.js';
import { drawMermaidGraph } from '../../render/journeys/mermaid.js';
import { renderGraphSvg } from '../../render/journeys/svg.js';
import { type GraphView, viewGraph } from '../../render/journeys/view.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { formatJson } from '../shared/output.js';
import { loadJourneys } from './journeys.js';

export interface GraphOptions extends Omit<CommonOptions, 'format'> {
  format: 'mermaid' | 'svg' | 'dot' | 'json';
  env?: string;
  live?: true;
}

/** Mermaid draws no chart with more edges unless it is told to. */
const MOST_MERMAID_EDGES = 500;

const WRITERS: Record<GraphOptions['format'], (graph: GraphView) => string> = {
  mermaid: (graph) => `${drawMermaidGraph(graph).join('\n')}\n`,
  svg: renderGraphSvg,
  dot: renderGraphDot,
  json: (graph) => formatJson({ kind: 'limio-sync/journey-graph', formatVersion: 1, ...graph }),
};

/** One or all journeys as a picture. */
export async function runJourneysGraph(io: CliIo, names: readonly string[], options: GraphOptions): Promise<number> {
  const journeys = await loadJourneys(io, { ...options, format: options.format === 'json' ? 'json' : 'text' });
  const known = journeys.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const nearest = suggestNearest(unknown, known);
    const hint =
      nearest !== undefined
        ? `Did you mean ${nearest}?`
        : known.length === 0
          ? 'No journey is declared.'
          : `The journeys are ${known.join(', ')}.`;
    throw new LimioError({ code: 'USAGE', message: `There is no journey "${unknown}".`, hint });
  }
  const text = WRITERS[options.format](viewGraph(journeys, names.length === 0 ? undefined : names));
  if (options.format === 'mermaid' && (text.match(/-->|-\.->|\.->/g) ?? []).length > MOST_MERMAID_EDGES) {
    io.stderr.write(
      `The chart has more than ${MOST_MERMAID_EDGES} edges, which Mermaid refuses to draw unless maxEdges is raised: name fewer journeys, or use --format svg.\n`,
    );
  }
  io.stdout.write(text);
  return 0;
}
