import type { RunHead } from '../model/run.js';
import { escapeTerminal } from './escape-terminal.js';
import { summariseResult } from './result-text.js';
import type { Style } from './style.js';

/** A line for each run, the oldest first. */
export function renderRunsText(runs: readonly RunHead[], style: Style): string {
  if (runs.length === 0) return 'No run is kept in this checkout.\n';
  const lines = runs.map(({ id, state, start, result }) => {
    const command = start === undefined ? 'unknown' : start.command;
    const of = start?.of === undefined ? '' : style.dim(` of ${escapeTerminal(start.of)}`);
    const what = result ? summariseResult(result) : 'no result';
    return `${style.bold(escapeTerminal(id))}  ${command.padEnd(8)}  ${paintState(state, style)}  ${what}${of}`;
  });
  return `${lines.join('\n')}\n`;
}

export function paintState(state: RunHead['state'], style: Style): string {
  const paint = state === 'complete' ? style.added : state === 'running' ? style.changed : style.removed;
  return paint(state.padEnd('interrupted'.length));
}
