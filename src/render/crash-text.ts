import type { Finding } from '../model/run.js';
import { countThings } from './count-things.js';
import { escapeTerminal } from './escape-terminal.js';

/** What the next run says of one that crashed. */
export function renderCrashText(
  { id, start }: { id: string; start?: { at: string; command: string } },
  findings: readonly Finding[],
): string {
  const what = `The ${start?.command ?? 'run'} ${escapeTerminal(id)}, begun ${escapeTerminal(start?.at ?? 'at an unknown time')}, ended without a result`;
  if (findings.length === 0) return `${what}. Nothing was in flight.`;
  const lines = findings.map(({ subject, message }) => `  ${escapeTerminal(subject)}: ${escapeTerminal(message)}`);
  return [`${what}, with ${countThings(findings.length, 'write')} in flight:`, ...lines].join('\n');
}
