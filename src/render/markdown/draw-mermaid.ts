import { escapeTerminal } from '../escape-terminal.js';
import type { ChangeView } from '../plan-view.js';
import { shortenText } from '../shorten-text.js';
import type { BranchView, RoutingView } from '../view-routing.js';
import { writeFence } from './write-fence.js';

const MOST_LABEL_CHARACTERS = 60;
/** GitHub draws no chart with more than 500 edges. */
const MOST_BRANCHES = 25;
const MOST_DESTINATIONS = 4;

/** A journey's old and new routing as one Mermaid flow chart. */
export function drawMermaid({ before, after }: NonNullable<ChangeView['routing']>): string[] {
  return writeFence('mermaid', [
    'flowchart TB',
    ...(before ? drawSide('old', after ? 'Before' : 'Deleted', before) : []),
    ...(after ? drawSide('new', before ? 'After' : 'New', after) : []),
    ...(before && after ? ['  old ~~~ new'] : []),
    '  classDef gone stroke:#cf222e,stroke-width:2px',
    '  classDef fresh stroke:#1a7f37,stroke-width:2px',
    '  classDef moved stroke:#9a6700,stroke-width:2px',
  ]);
}

function drawSide(id: 'old' | 'new', title: string, { start, fallback, branches }: RoutingView): string[] {
  const hidden = branches.length - MOST_BRANCHES;
  return [
    `  subgraph ${id}["${title}"]`,
    '    direction LR',
    `    ${id}s(["${label(start)}"])`,
    ...branches.slice(0, MOST_BRANCHES).flatMap((branch, i) => drawBranch(id, i, branch)),
    ...(hidden > 0 ? [`    ${id}s --> ${id}m["and ${hidden} more"]`] : []),
    ...(fallback === undefined ? [] : [`    ${id}s -. "otherwise" .-> ${id}f["${label(fallback)}"]`]),
    '  end',
  ];
}

function drawBranch(side: 'old' | 'new', index: number, { who, destinations, state }: BranchView): string[] {
  const node = `${side}${index}`;
  const style = state === 'changed' ? 'moved' : side === 'old' ? 'gone' : 'fresh';
  const hidden = destinations.length - MOST_DESTINATIONS;
  return [
    `    ${side}s --> ${node}{{"${index + 1}: ${label(who)}"}}`,
    ...destinations.slice(0, MOST_DESTINATIONS).map(({ tag, share }, i) => {
      const edge = share === '' || share === '100 %' ? '-->' : `-- "${label(share)}" -->`;
      return `    ${node} ${edge} ${node}d${i}["${label(tag)}"]`;
    }),
    ...(hidden > 0 ? [`    ${node} --> ${node}m["and ${hidden} more"]`] : []),
    ...(state === 'same' ? [] : [`    class ${node} ${style}`]),
  ];
}

/** Inside quotes; whatever could mean something to Mermaid, Markdown or HTML is written by its number. */
function label(text: string): string {
  const shown = escapeTerminal(shortenText(text, MOST_LABEL_CHARACTERS)) || '(empty)';
  return shown.replace(/[^\p{L}\p{N}\p{M} ,./_%]/gu, (char) => `#${char.codePointAt(0) ?? 0};`);
}
