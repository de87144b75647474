import { escapeShort } from '../escape.js';
import { type DestinationView, EVERYONE_ELSE, type GraphView, type NamedRouting, nameShare } from './view.js';

const MOST_CHARACTERS = 120;
const COLOURS = { dead: '#cf222e', loop: '#8250df' };

/** For Graphviz: `dot -Tsvg`. Complete, however large. */
export function renderGraphDot({ journeys }: GraphView): string {
  const links = journeys.flatMap(({ branches, fallback }, i) => [
    ...branches.flatMap(({ destinations }, j) =>
      destinations.flatMap(({ to }, k) => (to === undefined ? [] : [`  j${i}_${j}_${k} -> j${to} [style=dotted];`])),
    ),
    ...(fallback?.to === undefined ? [] : [`  j${i}_f -> j${fallback.to} [style=dotted];`]),
  ]);
  return [
    'digraph journeys {',
    '  rankdir=LR;',
    '  node [shape=box, style=rounded, fontname="monospace", fontsize=11];',
    '  edge [fontname="monospace", fontsize=10];',
    ...journeys.flatMap(drawCluster),
    ...links,
    '}',
    '',
  ].join('\n');
}

function drawCluster({ name, start, branches, fallback }: NamedRouting, i: number): string[] {
  return [
    `  subgraph cluster_${i} {`,
    `    label=${quote(name)};`,
    `    j${i} [label=${quote(start)}, style="rounded,bold"];`,
    ...branches.flatMap(({ who, destinations, mark, note }, j) => [
      `    j${i}_${j} [label=${quote(`${j + 1}. ${who}`, note)}${colour(mark)}];`,
      `    j${i} -> j${i}_${j};`,
      ...destinations.flatMap((target, k) => {
        const share = nameShare(target);
        const label = share === '' ? '' : ` [label=${quote(share)}]`;
        return [drawTarget(`j${i}_${j}_${k}`, target), `    j${i}_${j} -> j${i}_${j}_${k}${label};`];
      }),
    ]),
    ...(fallback
      ? [drawTarget(`j${i}_f`, fallback), `    j${i} -> j${i}_f [label="${EVERYONE_ELSE}", style=dashed];`]
      : []),
    '  }',
  ];
}

function drawTarget(id: string, { tag, mark, note }: DestinationView): string {
  return `    ${id} [label=${quote(tag, note)}${colour(mark)}];`;
}

function colour(mark: DestinationView['mark']): string {
  return mark ? `, color="${COLOURS[mark]}", penwidth=2` : '';
}

/** Only quotes and backslashes are special. The note has its own line. */
function quote(text: string, note?: string): string {
  const [first = '', ...more] = [text, ...(note === undefined ? [] : [note])].map((line) =>
    escapeShort(line, MOST_CHARACTERS).replace(/["\\]/g, '\\$&'),
  );
  return `"${[first || '(empty)', ...more].join('\\n')}"`;
}
