import { appendFileSync, statSync } from 'node:fs';

/** GitHub refuses the summary of a step above 1 MiB; some room is left for what counts differently. */
const MOST_BYTES = 1024 * 1024 - 8192;

/** Appends one text for each plan; they share what room the step has left. */
export function writeStepSummary(file: string, renders: readonly ((maxBytes: number) => string)[]): void {
  if (renders.length === 0) return;
  const used = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const each = Math.floor((MOST_BYTES - used) / renders.length) - 1;
  if (each < 1024) return;
  appendFileSync(file, renders.map((render) => `${render(each)}\n`).join(''));
}
