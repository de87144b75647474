import type { BranchView, DestinationView, RoutingView } from '../view-routing.js';
import { breakLabel } from './break-label.js';
import { escapeHtml } from './escape-html.js';

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
const GAP = 10;
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
      drawShare(target.share, entry, middle),
    );
    top += box.height + GAP;
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
