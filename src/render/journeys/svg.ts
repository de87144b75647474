import { escapeHtml, escapeTerminal } from '../escape.js';
import { measureWidth } from '../terminal.js';
import type { BranchView, DestinationView, GraphView, RoutingView } from './view.js';

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

/*
 *   start            who                      where
 *   +--------+      +-----------------+      +---------+
 *   | /land/ |--+-->| 1  country US   |-60%->| /us/a/  |
 *   +--------+  |   +-----------------+  \40%+---------+
 *               +-->  ...                  ->| /us/b/  |
 */
const START = { x: 1, width: 118 };

const WHO = { x: 157, width: 236 };

const WHERE = { x: 463, width: 150 };

/** Of every picture, in pixels. */
export const PICTURE_WIDTH = WHERE.x + WHERE.width + 1;

const LINE = 16;

const PAD = 7;

const GAPDrawJourney = 10;

/** Of the 12 px monospace face, a little on the safe side. */
const COLUMN = 7.4;

const MOST = { branches: 40, destinations: 8 };

const MOST_LINES = 3;

interface Box {
  x: number;
  width: number;
  y: number;
  height: number;
}

/** One side of a journey as inline SVG, and as a sentence for those who do not see it. */
export function drawJourney(routing: RoutingView, title: string): string {
  const { shapes, height } = layOutJourney(routing);
  return `<svg viewBox="0 0 ${PICTURE_WIDTH} ${height}" width="${PICTURE_WIDTH}" height="${height}" role="img" aria-label="${describeJourney(routing, title)}">${shapes}</svg>`;
}

/** The shapes of a journey, as SVG that styles say how to paint, from the origin to the right and down. */
export function layOutJourney(
  routing: RoutingView,
  most: { branches: number; destinations: number } = MOST,
): { shapes: string; height: number } {
  const shapes: string[] = [];
  const entries: number[] = [];
  let y = 1;
  for (const row of listRows(routing, most.branches)) {
    const drawn = drawRow(row, y, most.destinations);
    shapes.push(drawn.svg);
    entries.push(drawn.entry);
    y += drawn.height + GAPDrawJourney;
  }
  const startLines = breakLabel(routing.start, columnsOf(START.width), MOST_LINES);
  const start = { ...START, height: heightOf(startLines), y: 1 };
  const height = round(Math.max(y - GAPDrawJourney, start.height + 1) + 1);
  start.y = Math.max(
    1,
    ((entries[0] ?? start.height / 2) + (entries.at(-1) ?? start.height / 2)) / 2 - start.height / 2,
  );
  const lines = entries.map((entry) => drawLine(START.x + START.width, start.y + start.height / 2, WHO.x, entry));
  return { shapes: `${lines.join('')}${drawBox(start, startLines, 'start', routing.start)}${shapes.join('')}`, height };
}

interface Row extends Pick<BranchView, 'who' | 'destinations' | 'note'> {
  /** Classes of the style: how the branch stands to the other side, or `rest`; and its mark. */
  kind: string;
}

function listRows({ branches, fallback }: RoutingView, most: number): Row[] {
  const hidden = branches.length - most;
  return [
    ...branches.slice(0, most).map(({ who, destinations, state, mark, note }, i) => ({
      who: `${i + 1}. ${who}`,
      destinations,
      kind: joinKinds(state, mark),
      ...(note === undefined ? {} : { note }),
    })),
    ...(hidden > 0 ? [{ who: `and ${hidden} more`, destinations: [], kind: 'rest' }] : []),
    ...(fallback ? [{ who: 'otherwise', destinations: [fallback], kind: 'rest' }] : []),
  ];
}

function joinKinds(kind: string, mark: DestinationView['mark']): string {
  return mark ? `${kind} ${mark}` : kind;
}

function drawRow(
  { who, destinations, kind, note }: Row,
  y: number,
  most: number,
): { svg: string; height: number; entry: number } {
  const hidden = destinations.length - most;
  const targets: DestinationView[] = [
    ...destinations.slice(0, most),
    ...(hidden > 0 ? [{ tag: `and ${hidden} more`, share: '' }] : []),
  ];
  const labels = targets.map((target) => [
    ...breakLabel(target.tag, columnsOf(WHERE.width), 2),
    ...breakNote(target.note, WHERE.width),
  ]);
  const whereHeight = labels.reduce((sum, lines) => sum + heightOf(lines) + GAPDrawJourney, -GAPDrawJourney);
  const whoLines = [...breakLabel(who, columnsOf(WHO.width), MOST_LINES), ...breakNote(note, WHO.width)];
  const height = Math.max(heightOf(whoLines), whereHeight);
  const entry = y + height / 2;
  const svg = [drawBox({ ...WHO, y: entry - heightOf(whoLines) / 2, height: heightOf(whoLines) }, whoLines, kind, who)];
  let top = entry - whereHeight / 2;
  for (const [i, target] of targets.entries()) {
    const lines = labels[i] ?? [];
    const box = { ...WHERE, y: top, height: heightOf(lines) };
    const middle = top + box.height / 2;
    svg.push(
      drawLine(WHO.x + WHO.width, entry, WHERE.x, middle),
      drawBox(box, lines, joinKinds('where', target.mark), target.tag),
      drawShare(target.share, entry, middle),
    );
    top += box.height + GAPDrawJourney;
  }
  return { svg: svg.join(''), height, entry };
}

function breakNote(note: string | undefined, width: number): string[] {
  return note === undefined ? [] : breakLabel(`(${note})`, columnsOf(width), MOST_LINES);
}

/** On the line, three quarters of the way; without its space, through which the line would be seen. */
function drawShare(share: string, from: number, to: number): string {
  if (share === '' || share === '100 %') return '';
  const start = WHO.x + WHO.width;
  return `<text class="share" x="${round(start + (WHERE.x - start) * 0.7)}" y="${round(from + (to - from) * 0.84 + 4)}">${escapeHtml(share.replace(' ', ''), 8)}</text>`;
}

function drawBox({ x, y, width, height }: Box, lines: readonly string[], kind: string, title: string): string {
  const rows = lines.map(
    (line, i) => `<text x="${x + PAD}" y="${round(y + PAD + 12 + i * LINE)}">${escapeHtml(line)}</text>`,
  );
  return `<g class="box ${kind}"><title>${escapeHtml(title, 1_000)}</title><rect x="${x}" y="${round(y)}" width="${width}" height="${round(height)}" rx="6"/>${rows.join('')}</g>`;
}

function drawLine(x1: number, y1: number, x2: number, y2: number): string {
  const bend = (x2 - x1) / 2;
  return `<path class="line" d="M${x1} ${round(y1)}C${x1 + bend} ${round(y1)} ${x2 - bend} ${round(y2)} ${x2} ${round(y2)}"/>`;
}

/** For those who do not see it; escaped. */
export function describeJourney({ start, fallback, branches }: RoutingView, title: string): string {
  const parts = branches.slice(0, MOST.branches).map(({ who, destinations, state, note }, i) => {
    const notes = [
      ...(state === 'same' ? [] : [state === 'changed' ? 'changed' : 'only here']),
      ...(note === undefined ? [] : [note]),
    ];
    return `${i + 1}. ${who}: ${destinations.map(nameDestination).join(', ')}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
  });
  return escapeHtml(
    [`${title}: visitors of ${start}`, ...parts, ...(fallback ? [`otherwise: ${nameDestination(fallback)}`] : [])].join(
      '; ',
    ),
    4_000,
  );
}

function nameDestination({ tag, share, note }: DestinationView): string {
  return `${`${tag} ${share}`.trim()}${note === undefined ? '' : ` (${note})`}`;
}

function columnsOf(width: number): number {
  return Math.floor((width - 2 * PAD) / COLUMN);
}

function heightOf(lines: readonly string[]): number {
  return lines.length * LINE + 2 * PAD - 2;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const MOST_CHARACTERS = 400;

/** A label in at most `lines` lines of `columns` columns; what is left over becomes an ellipsis. */
export function breakLabel(text: string, columns: number, lines: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of escapeTerminal(text.slice(0, MOST_CHARACTERS))
    .split(' ')
    .flatMap((one) => breakWord(one, columns))) {
    const joined = row === '' ? word : `${row} ${word}`;
    if (measureWidth(joined) <= columns) {
      row = joined;
    } else {
      rows.push(row);
      row = word;
    }
  }
  rows.push(row);
  if (rows.length <= lines && text.length <= MOST_CHARACTERS) return rows;
  const last = Array.from(rows[lines - 1] ?? '');
  while (last.length > 0 && measureWidth(last.join('')) >= columns) last.pop();
  return [...rows.slice(0, lines - 1), `${last.join('')}…`];
}

function breakWord(word: string, columns: number): string[] {
  if (measureWidth(word) <= columns) return [word];
  const parts: string[] = [''];
  for (const char of word) {
    const last = parts.at(-1) ?? '';
    if (measureWidth(last + char) <= columns) parts[parts.length - 1] = last + char;
    else parts.push(char);
  }
  return parts;
}
