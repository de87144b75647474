import type { RunRecord } from '../model/run.js';
import { countThings } from './count-things.js';
import { escapeTerminal } from './escape-terminal.js';
import { summariseResult } from './result-text.js';
import type { Style } from './style.js';

/** A line for each run, the oldest first. */
export function renderRunsText(runs: readonly RunRecord[], style: Style): string {
  if (runs.length === 0) return 'No run is kept in this checkout.\n';
  const lines = runs.map((run) => {
    const { id, state, start, result } = run;
    const command = start === undefined ? 'unknown' : start.command;
    const of = start?.of === undefined ? '' : style.dim(` of ${escapeTerminal(start.of)}`);
    const what = result ? summariseResult(result) : describeUnfinished(run);
    return `${style.bold(escapeTerminal(id))}  ${command.padEnd(8)}  ${paintState(state, style)}  ${what}${of}`;
  });
  return `${lines.join('\n')}\n`;
}

export function paintState(state: RunRecord['state'], style: Style): string {
  const paint = state === 'complete' ? style.added : state === 'running' ? style.changed : style.removed;
  return paint(state.padEnd('interrupted'.length));
}

function describeUnfinished({ entries }: RunRecord): string {
  const writes = entries.filter(({ step }) => step === 'write').length;
  const outcomes = entries.filter(({ step }) => step === 'outcome').length;
  return `${countThings(writes, 'call')} sent, ${countThings(outcomes, 'outcome')} recorded`;
}
