import { escapeShort } from '../escape.js';
import { writeFence } from '../markdown.js';
import { type BranchView, EVERYONE_ELSE, type GraphView, nameShare, type RoutingView } from './view.js';

const MOST_LABEL_CHARACTERS = 60;
/** GitHub draws at most 500 edges. */
const MOST_BRANCHES = 25;
const MOST_DESTINATIONS = 4;

/** The routing before and after a change, as one flow chart. */
export function drawMermaid({ before, after }: { before?: RoutingView; after?: RoutingView }): string[] {
  const sides = [
    ...(before ? drawSide('old', after ? 'Before' : 'Deleted', before) : []),
    ...(after ? drawSide('new', before ? 'After' : 'New', after) : []),
  ];
  return writeFence('mermaid', [
    'flowchart TB',
    ...sides,
    ...(before && after ? ['  old ~~~ new'] : []),
    ...listClasses(sides),
  ]);
}

/** Dotted lines lead from a destination to the journey that starts there. */
export function drawMermaidGraph({ journeys }: GraphView): string[] {
  const links = journeys.flatMap(({ branches, fallback }, i) => [
    ...branches
      .slice(0, MOST_BRANCHES)
      .flatMap(({ destinations }, j) =>
        destinations
          .slice(0, MOST_DESTINATIONS)
          .flatMap(({ to }, k) => (to === undefined ? [] : [`  j${i}_${j}d${k} -.-> j${to}_s`])),
      ),
    ...(fallback?.to === undefined ? [] : [`  j${i}_f -.-> j${fallback.to}_s`]),
  ]);
  const sides = journeys.flatMap((journey, i) => drawSide(`j${i}_`, label(journey.name), journey));
  return ['flowchart LR', ...sides, ...links, ...listClasses(sides)];
}

const CLASSES = {
  gone: 'stroke:#cf222e,stroke-width:2px',
  fresh: 'stroke:#1a7f37,stroke-width:2px',
  moved: 'stroke:#9a6700,stroke-width:2px',
  dead: 'stroke:#cf222e,stroke-width:2px,stroke-dasharray:5 3',
  loop: 'stroke:#8250df,stroke-width:3px',
};

/** Only the classes in use. A line cannot end with a label: a quote follows it. */
function listClasses(lines: readonly string[]): string[] {
  return Object.entries(CLASSES)
    .filter(([name]) => lines.some((line) => line.endsWith(` ${name}`)))
    .map(([name, style]) => `  classDef ${name} ${style}`);
}

function drawSide(id: string, title: string, { start, fallback, branches }: RoutingView): string[] {
  const hidden = branches.length - MOST_BRANCHES;
  return [
    `  subgraph ${id}["${title}"]`,
    '    direction LR',
    `    ${id}s(["${label(start)}"])`,
    ...branches.slice(0, MOST_BRANCHES).flatMap((branch, i) => drawBranch(id, i, branch)),
    ...(hidden > 0 ? [`    ${id}s --> ${id}m["and ${hidden} more"]`] : []),
    ...(fallback
      ? [
          `    ${id}s -. "${EVERYONE_ELSE}" .-> ${id}f["${labelMarked(fallback.tag, fallback.note)}"]`,
          ...classOf(`${id}f`, fallback.mark),
        ]
      : []),
    '  end',
  ];
}

function drawBranch(side: string, index: number, { who, destinations, state, mark, note }: BranchView): string[] {
  const node = `${side}${index}`;
  const style = state === 'changed' ? 'moved' : side === 'old' ? 'gone' : 'fresh';
  const hidden = destinations.length - MOST_DESTINATIONS;
  return [
    `    ${side}s --> ${node}{{"${index + 1}: ${labelMarked(who, note)}"}}`,
    ...destinations.slice(0, MOST_DESTINATIONS).flatMap((target, i) => {
      const share = nameShare(target);
      const edge = share === '' ? '-->' : `-- "${label(share)}" -->`;
      return [
        `    ${node} ${edge} ${node}d${i}["${labelMarked(target.tag, target.note)}"]`,
        ...classOf(`${node}d${i}`, target.mark),
      ];
    }),
    ...(hidden > 0 ? [`    ${node} --> ${node}m["and ${hidden} more"]`] : []),
    ...(mark ? classOf(node, mark) : classOf(node, state === 'same' ? undefined : style)),
  ];
}

function classOf(node: string, style: string | undefined): string[] {
  return style === undefined ? [] : [`    class ${node} ${style}`];
}

function labelMarked(text: string, note: string | undefined): string {
  return `${label(text)}${note === undefined ? '' : label(` (${note})`)}`;
}

/** Inside quotes. Whatever could mean something to Mermaid, Markdown or HTML becomes a number. */
function label(text: string): string {
  const shown = escapeShort(text, MOST_LABEL_CHARACTERS) || '(empty)';
  return shown.replace(/[^\p{L}\p{N}\p{M} ,./_%]/gu, (char) => `#${char.codePointAt(0) ?? 0};`);
}
