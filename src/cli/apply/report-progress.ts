import type { EventSink, Outcome, PageOutcome, RunEvent } from '../../model/outcome.js';
import { escapeTerminal } from '../../render/escape.js';
import type { Style } from '../../render/terminal.js';

type Sink = { write(text: string): unknown; isTTY?: boolean };

const PHASES: Record<Extract<RunEvent, { type: 'phase' }>['phase'], string> = {
  catalog: 'Catalog items',
  publish: 'Build and publish',
  'promo-codes': 'Promo codes',
  journeys: 'Journeys',
  deletes: 'Deletions',
};

/** Progress on stderr: a line per finished step, and at a terminal one live line for what is waited for. */
export function createProgress(out: Sink, style: Style): EventSink {
  const counter = { done: 0, total: 0 };
  let live = false;
  const clear = (): void => {
    if (live) out.write('\r\u001B[2K');
    live = false;
  };
  const say = (line: string): void => {
    clear();
    out.write(`${line}\n`);
  };
  const wait = (line: string): void => {
    if (out.isTTY !== true) return;
    clear();
    out.write(line.slice(0, 79));
    live = true;
  };
  return (event) => {
    switch (event.type) {
      case 'phase':
        counter.done = 0;
        counter.total = event.total;
        return say(style.bold(`${PHASES[event.phase]} (${event.total})`));
      case 'change-start':
        return wait(`  ... ${escapeTerminal(event.address)}`);
      case 'change-end':
        // What is withheld is known before the first phase and counts in none.
        if (event.outcome.status === 'withheld') return say(`  ${describeOutcome(event.outcome)}`);
        counter.done += 1;
        return say(`  [${counter.done}/${counter.total}] ${describeOutcome(event.outcome)}`);
      case 'build-start':
        return wait(`  ... building ${escapeTerminal(event.page)}`);
      case 'publish-attempt':
        return wait(`  ... publishing ${escapeTerminal(event.page)}, attempt ${event.attempt} of ${event.attempts}`);
      case 'page-end':
        return say(`  ${describePage(event.outcome)}`);
    }
  };
}

function describeOutcome({ status, action, address, error }: Outcome): string {
  return `${status}: ${action} ${escapeTerminal(address)}${error ? ` (${error.code})` : ''}`;
}

function describePage({ status, path, route }: PageOutcome): string {
  return `${status}: ${escapeTerminal(path)}${route === undefined ? '' : ` at ${escapeTerminal(route)}`}`;
}
