import { escapeHtml } from './html/escape-html.js';
import { PICTURE_WIDTH, describeJourney, layOutJourney } from './html/draw-journey.js';
import type { GraphView } from './view-graph.js';

const MARGIN = 20;
const TITLE = 28;
const GAP = 30;

/** Light and dark by the reader's choice, and nothing that is loaded from elsewhere. */
const STYLE = `
svg { --page: #fff; --card: #f6f7f9; --ink: #1b2330; --soft: #566173; --line: #b9c0cc; --accent: #0b57c2; --dead: #a8232b; --loop: #7a3fc4; }
@media (prefers-color-scheme: dark) { svg { --page: #10141b; --card: #181e28; --ink: #e4e8ef; --soft: #a0abbc; --line: #4a5568; --accent: #82b4ff; --dead: #ff9c9c; --loop: #c9a4ff; } }
text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: var(--ink); }
.name { font-size: 15px; font-weight: 700; }
.share { font-size: 11px; fill: var(--soft); stroke: var(--page); stroke-width: 5px; paint-order: stroke; text-anchor: middle; }
.page { fill: var(--page); }
.box rect { fill: var(--card); stroke: var(--line); stroke-width: 1.2; }
.line { fill: none; stroke: var(--soft); stroke-width: 1.2; }
.start rect { stroke: var(--accent); stroke-width: 2; }
.rest rect { stroke-dasharray: 4 3; }
.dead rect { stroke: var(--dead); stroke-width: 2; stroke-dasharray: 6 3; }
.loop rect { stroke: var(--loop); stroke-width: 3; }
`;

/** The journeys as one SVG document, one below the other. Nothing is left out. */
export function renderGraphSvg({ journeys }: GraphView): string {
  let y = MARGIN;
  const parts = journeys.map((journey) => {
    const { shapes, height } = layOutJourney(journey, { branches: Infinity, destinations: Infinity });
    const part = `<g transform="translate(${MARGIN} ${y})" role="img" aria-label="${describeJourney(journey, journey.name)}"><text class="name" x="1" y="15">${escapeHtml(journey.name, 80)}</text><g transform="translate(0 ${TITLE})">${shapes}</g></g>`;
    y += TITLE + height + GAP;
    return part;
  });
  const [width, height] = [PICTURE_WIDTH + 2 * MARGIN, Math.max(y - GAP, MARGIN) + MARGIN];
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>Journeys</title><style>${STYLE}</style><rect class="page" width="100%" height="100%"/>`,
    ...parts,
    '</svg>',
    '',
  ];
  // Two code points that are no characters of XML.
  return lines.join('\n').replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
}
