import type { FollowedCommand } from './follow-guide.js';

/** Alone on a line, it stands for any lines. */
const GAP = '...';

/** The output with the gap of the page, and as many lines around it. */
export function fillGap(said: string, printed: string): string {
  const lines = said.split('\n');
  const gap = lines.indexOf(GAP);
  if (gap === -1) return printed;
  const shown = printed.split('\n');
  const tail = lines.length - gap - 1;
  return shown.length < lines.length
    ? printed
    : [...shown.slice(0, gap), GAP, ...shown.slice(shown.length - tail)].join('\n');
}

/** The page with the current outputs of its commands. */
export function writeOutputs(page: string, followed: readonly FollowedCommand[]): string {
  const lines = page.split('\n');
  for (const { command, printed } of followed.toReversed()) {
    const output = fillGap(command.output, printed).replace(/\n$/, '');
    lines.splice(command.from, command.to - command.from, ...(output === '' ? [] : output.split('\n')));
  }
  return lines.join('\n');
}
