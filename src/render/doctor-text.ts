import type { DoctorReport, FindingStatus } from '../model/doctor.js';
import { countThings } from './count-things.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Style } from './style.js';
import { wrapText } from './wrap-text.js';

const ORDER: readonly FindingStatus[] = ['problem', 'warning', 'unknown', 'ok'];
const INDENT = ' '.repeat(9);

/** What doctor found, the worst first, in lines of at most `width` columns. */
export function renderDoctorText(report: DoctorReport, style: Style, width = 80): string {
  const { environment, host, summary, checks } = report;
  const counts = [
    ...(summary.problem > 0 ? [countThings(summary.problem, 'problem')] : []),
    ...(summary.warning > 0 ? [countThings(summary.warning, 'warning')] : []),
    ...(summary.unknown > 0 ? [`${summary.unknown} not known`] : []),
    `${summary.ok} ok`,
  ].join(', ');
  const sorted = ORDER.flatMap((status) => checks.filter((check) => check.status === status));
  const blocks = [
    style.bold(`Doctor for ${escapeTerminal(environment)} (${escapeTerminal(host)}): ${counts}`),
    ...sorted.map((check) => renderCheck(check, style)),
  ];
  return wrapText(`${blocks.join('\n\n')}\n`, width);
}

function renderCheck(
  { title, status, message, evidence, advice }: DoctorReport['checks'][number],
  style: Style,
): string {
  const paint = status === 'ok' ? style.added : status === 'problem' ? style.removed : style.changed;
  return [
    `${paint(status.padEnd(INDENT.length))}${style.bold(title)}`,
    `${INDENT}${escapeTerminal(message)}`,
    ...evidence.map((line) => `${INDENT}${style.dim(escapeTerminal(line))}`),
    ...(advice === undefined ? [] : [`${INDENT}-> ${escapeTerminal(advice)}`]),
  ].join('\n');
}
