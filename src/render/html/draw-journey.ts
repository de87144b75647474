import type { BranchView, RoutingView } from '../view-routing.js';
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
const WIDTH = WHERE.x + WHERE.width + 1;
const LINE = 16;
const PAD = 7;
const GAP = 10;
/** Of the 12 px monospace face, a little on the safe side. */
const COLUMN = 7.4;
const MOST_BRANCHES = 40;
const MOST_DESTINATIONS = 8;
const MOST_LINES = 3;

interface Box {
  x: number;
  width: number;
  y: number;
  height: number;
}

/** One side of a journey as inline SVG, and as a sentence for those who do not see it. */
export function drawJourney(routing: RoutingView, title: string): string {
  const shapes: string[] = [];
  const entries: number[] = [];
  let y = 1;
  for (const row of listRows(routing)) {
    const drawn = drawRow(row, y);
    shapes.push(drawn.svg);
    entries.push(drawn.entry);
    y += drawn.height + GAP;
  }
  const startLines = breakLabel(routing.start, columnsOf(START.width), MOST_LINES);
  const start = { ...START, height: heightOf(startLines), y: 1 };
  const height = Math.max(y - GAP, start.height + 1) + 1;
  start.y = Math.max(1, ((entries[0] ?? start.height / 2) + (entries.at(-1) ?? start.height / 2)) / 2 - start.height / 2);
  const lines = entries.map((entry) => drawLine(START.x + START.width, start.y + start.height / 2, WHO.x, entry));
  return `<svg viewBox="0 0 ${WIDTH} ${round(height)}" width="${WIDTH}" height="${round(height)}" role="img" aria-label="${describe(routing, title)}">${lines.join('')}${drawBox(start, startLines, 'start', routing.start)}${shapes.join('')}</svg>`;
}

interface Row extends Pick<BranchView, 'who' | 'destinations'> {
  /** A class of the style: how the branch stands to the other side, or `rest`. */
  kind: string;
}

function listRows({ branches, fallback }: RoutingView): Row[] {
  const hidden = branches.length - MOST_BRANCHES;
  return [
    ...branches.slice(0, MOST_BRANCHES).map(({ who, destinations, state }, i) => ({ who: `${i + 1}. ${who}`, destinations, kind: state })),
    ...(hidden > 0 ? [{ who: `and ${hidden} more`, destinations: [], kind: 'rest' }] : []),
    ...(fallback === undefined ? [] : [{ who: 'otherwise', destinations: [{ tag: fallback, share: '' }], kind: 'rest' }]),
  ];
}

function drawRow({ who, destinations, kind }: Row, y: number): { svg: string; height: number; entry: number } {
  const hidden = destinations.length - MOST_DESTINATIONS;
  const targets = [...destinations.slice(0, MOST_DESTINATIONS), ...(hidden > 0 ? [{ tag: `and ${hidden} more`, share: '' }] : [])];
  const labels = targets.map(({ tag }) => breakLabel(tag, columnsOf(WHERE.width), 2));
  const whereHeight = labels.reduce((sum, lines) => sum + heightOf(lines) + GAP, -GAP);
  const whoLines = breakLabel(who, columnsOf(WHO.width), MOST_LINES);
  const height = Math.max(heightOf(whoLines), whereHeight);
  const entry = y + height / 2;
  const svg = [drawBox({ ...WHO, y: entry - heightOf(whoLines) / 2, height: heightOf(whoLines) }, whoLines, kind, who)];
  let top = entry - whereHeight / 2;
  for (const [i, target] of targets.entries()) {
    const lines = labels[i] ?? [];
    const box = { ...WHERE, y: top, height: heightOf(lines) };
    const middle = top + box.height / 2;
    svg.push(drawLine(WHO.x + WHO.width, entry, WHERE.x, middle), drawBox(box, lines, 'where', target.tag), drawShare(target.share, entry, middle));
    top += box.height + GAP;
  }
  return { svg: svg.join(''), height, entry };
}

/** On the line, three quarters of the way; without its space, through which the line would be seen. */
function drawShare(share: string, from: number, to: number): string {
  if (share === '' || share === '100 %') return '';
  const start = WHO.x + WHO.width;
  return `<text class="share" x="${round(start + (WHERE.x - start) * 0.7)}" y="${round(from + (to - from) * 0.84 + 4)}">${escapeHtml(share.replace(' ', ''), 8)}</text>`;
}

function drawBox({ x, y, width, height }: Box, lines: readonly string[], kind: string, title: string): string {
  const rows = lines.map((line, i) => `<text x="${x + PAD}" y="${round(y + PAD + 12 + i * LINE)}">${escapeHtml(line)}</text>`);
  return `<g class="box ${kind}"><title>${escapeHtml(title, 1_000)}</title><rect x="${x}" y="${round(y)}" width="${width}" height="${round(height)}" rx="6"/>${rows.join('')}</g>`;
}

function drawLine(x1: number, y1: number, x2: number, y2: number): string {
  const bend = (x2 - x1) / 2;
  return `<path class="line" d="M${x1} ${round(y1)}C${x1 + bend} ${round(y1)} ${x2 - bend} ${round(y2)} ${x2} ${round(y2)}"/>`;
}

function describe({ start, fallback, branches }: RoutingView, title: string): string {
  const parts = branches.slice(0, MOST_BRANCHES).map(({ who, destinations, state }, i) => {
    const where = destinations.map(({ tag, share }) => `${tag} ${share}`.trim()).join(', ') || 'nowhere';
    return `${i + 1}. ${who}: ${where}${state === 'same' ? '' : ` (${state === 'changed' ? 'changed' : 'only here'})`}`;
  });
  return escapeHtml([`${title}: visitors of ${start}`, ...parts, ...(fallback === undefined ? [] : [`otherwise: ${fallback}`])].join('; '), 4_000);
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
