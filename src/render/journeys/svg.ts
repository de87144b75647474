import { escapeHtml, escapeTerminal } from '../escape.js';
import { fitLines } from '../wrap.js';
import {
  type BranchView,
  type DestinationView,
  EVERYONE_ELSE,
  type GraphView,
  nameShare,
  type RoutingView,
} from './view.js';

/*
 * Journeys as SVG: one side of a change inside the HTML report (drawJourney), several in a document (renderGraphSvg).
 *
 *   start            who                      where
 *   +--------+      +-----------------+      +---------+
 *   | /land/ |--+-->| 1  country US   |-60%->| /us/a/  |
 *   +--------+  |   +-----------------+  \40%+---------+
 *               +-->  ...                  ->| /us/b/  |
 */
const START = { x: 1, width: 118 };
const WHO = { x: 157, width: 236 };
const WHERE = { x: 463, width: 150 };
const PICTURE_WIDTH = WHERE.x + WHERE.width + 1;
const LINE = 16;
const PAD = 7;
const GAP = 10;
/** Of a character of the 12 px monospace font, rounded up. */
const COLUMN = 7.4;
const MOST = { branches: 40, destinations: 8 };
const MOST_LINES = 3;
const MOST_LABEL_CHARACTERS = 400;

interface Box {
  x: number;
  width: number;
  y: number;
  height: number;
}

/** The page that contains it has the style. */
export function drawJourney(routing: RoutingView, title: string): string {
  const { shapes, height } = layOutJourney(routing, MOST);
  const size = `viewBox="0 0 ${PICTURE_WIDTH} ${height}" width="${PICTURE_WIDTH}" height="${height}"`;
  return `<svg ${size} role="img" aria-label="${describeJourney(routing, title)}">${shapes}</svg>`;
}

const DOCUMENT = { margin: 20, title: 28, gap: 30 };

/** Light and dark, as the reader's system prefers. */
const STYLE = `
svg {
  --page: #fff; --card: #f6f7f9; --ink: #1b2330; --soft: #566173; --line: #b9c0cc; --accent: #0b57c2;
  --dead: #a8232b; --loop: #7a3fc4;
}
@media (prefers-color-scheme: dark) {
  svg {
    --page: #10141b; --card: #181e28; --ink: #e4e8ef; --soft: #a0abbc; --line: #4a5568; --accent: #82b4ff;
    --dead: #ff9c9c; --loop: #c9a4ff;
  }
}
text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: var(--ink); }
.name { font-size: 15px; font-weight: 700; }
.share {
  font-size: 11px; fill: var(--soft); stroke: var(--page); stroke-width: 5px; paint-order: stroke; text-anchor: middle;
}
.page { fill: var(--page); }
.box rect { fill: var(--card); stroke: var(--line); stroke-width: 1.2; }
.line { fill: none; stroke: var(--soft); stroke-width: 1.2; }
.start rect { stroke: var(--accent); stroke-width: 2; }
.rest rect { stroke-dasharray: 4 3; }
.dead rect { stroke: var(--dead); stroke-width: 2; stroke-dasharray: 6 3; }
.loop rect { stroke: var(--loop); stroke-width: 3; }
`;

/** One below the other. Complete, however large. */
export function renderGraphSvg({ journeys }: GraphView): string {
  const { margin, title, gap } = DOCUMENT;
  let y = margin;
  const parts = journeys.map((journey) => {
    const { shapes, height } = layOutJourney(journey, { branches: Infinity, destinations: Infinity });
    const label = describeJourney(journey, journey.name);
    const part = [
      `<g transform="translate(${margin} ${y})" role="img" aria-label="${label}">`,
      `<text class="name" x="1" y="15">${escapeHtml(journey.name, 80)}</text>`,
      `<g transform="translate(0 ${title})">${shapes}</g></g>`,
    ].join('');
    y += title + height + gap;
    return part;
  });
  const [width, height] = [PICTURE_WIDTH + 2 * margin, Math.max(y - gap, margin) + margin];
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size}>`,
    `<title>Journeys</title><style>${STYLE}</style><rect class="page" width="100%" height="100%"/>`,
    ...parts,
    '</svg>',
    '',
  ];
  // XML cannot hold these two code points.
  return lines.join('\n').replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
}

/** The shapes, from the origin to the right and down; a style paints them. */
function layOutJourney(
  routing: RoutingView,
  most: { branches: number; destinations: number },
): { shapes: string; height: number } {
  const shapes: string[] = [];
  const entries: number[] = [];
  let y = 1;
  for (const row of listRows(routing, most.branches)) {
    const drawn = drawRow(row, y, most.destinations);
    shapes.push(drawn.svg);
    entries.push(drawn.entry);
    y += drawn.height + GAP;
  }
  const startLines = breakLabel(routing.start, columnsOf(START.width), MOST_LINES);
  const start = { ...START, height: heightOf(startLines), y: 1 };
  const height = round(Math.max(y - GAP, start.height + 1) + 1);
  start.y = Math.max(
    1,
    ((entries[0] ?? start.height / 2) + (entries.at(-1) ?? start.height / 2)) / 2 - start.height / 2,
  );
  const lines = entries.map((entry) => drawLine(START.x + START.width, start.y + start.height / 2, WHO.x, entry));
  return { shapes: `${lines.join('')}${drawBox(start, startLines, 'start', routing.start)}${shapes.join('')}`, height };
}

interface Row extends Pick<BranchView, 'who' | 'destinations' | 'note'> {
  /** Classes of the style: the state of the branch, or `rest`, and its mark. */
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
    ...(fallback ? [{ who: EVERYONE_ELSE, destinations: [fallback], kind: 'rest' }] : []),
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
  const whereHeight = labels.reduce((sum, lines) => sum + heightOf(lines) + GAP, -GAP);
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
      drawShare(nameShare(target), entry, middle),
    );
    top += box.height + GAP;
  }
  return { svg: svg.join(''), height, entry };
}

function breakNote(note: string | undefined, width: number): string[] {
  return note === undefined ? [] : breakLabel(`(${note})`, columnsOf(width), MOST_LINES);
}

/** On the line. A space would show the line behind it. */
function drawShare(share: string, from: number, to: number): string {
  if (share === '') return '';
  const start = WHO.x + WHO.width;
  const [x, y] = [round(start + (WHERE.x - start) * 0.7), round(from + (to - from) * 0.84 + 4)];
  return `<text class="share" x="${x}" y="${y}">${escapeHtml(share.replace(' ', ''), 8)}</text>`;
}

function drawBox({ x, y, width, height }: Box, lines: readonly string[], kind: string, title: string): string {
  const rows = lines.map(
    (line, i) => `<text x="${x + PAD}" y="${round(y + PAD + 12 + i * LINE)}">${escapeHtml(line)}</text>`,
  );
  const rect = `<rect x="${x}" y="${round(y)}" width="${width}" height="${round(height)}" rx="6"/>`;
  return `<g class="box ${kind}"><title>${escapeHtml(title, 1_000)}</title>${rect}${rows.join('')}</g>`;
}

function drawLine(x1: number, y1: number, x2: number, y2: number): string {
  const bend = (x2 - x1) / 2;
  const curve = `M${x1} ${round(y1)}C${x1 + bend} ${round(y1)} ${x2 - bend} ${round(y2)} ${x2} ${round(y2)}`;
  return `<path class="line" d="${curve}"/>`;
}

/** For screen readers; escaped. */
function describeJourney({ start, fallback, branches }: RoutingView, title: string): string {
  const parts = branches.slice(0, MOST.branches).map(({ who, destinations, state, note }, i) => {
    const notes = [
      ...(state === 'same' ? [] : [state === 'changed' ? 'changed' : 'only here']),
      ...(note === undefined ? [] : [note]),
    ];
    const targets = destinations.map(nameDestination).join(', ');
    return `${i + 1}. ${who}: ${targets}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
  });
  const rest = fallback ? [`${EVERYONE_ELSE}: ${nameDestination(fallback)}`] : [];
  return escapeHtml([`${title}: visitors of ${start}`, ...parts, ...rest].join('; '), 4_000);
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

function breakLabel(text: string, columns: number, lines: number): string[] {
  return fitLines(escapeTerminal(text.slice(0, MOST_LABEL_CHARACTERS)), columns, lines);
}
