import type { Position, Problem } from '../model/problem.js';
import { renderCodeFrame } from './code-frame.js';
import { escapeTerminal } from './escape-terminal.js';
import { PLAIN_STYLE, type Style } from './style.js';

/** What a validation looked at, for its last line. */
export interface ValidationFacts {
  files: number;
  resources: number;
}

/** The answer of `validate --format json`. */
export interface ValidationReport {
  kind: 'limio-sync/validation';
  formatVersion: 1;
  valid: boolean;
  summary: { files: number; resources: number; errors: number; warnings: number };
  problems: Problem[];
}

/**
 * Problems for people: the place, severity, code and sentence on one line, then the place in its
 * file, a hint and related places. `texts` are the files by path; a file that is not there gets no frame.
 */
export function renderProblems(
  problems: readonly Problem[],
  texts: ReadonlyMap<string, string>,
  style: Style = PLAIN_STYLE,
): string {
  const lines = new Map<string, string[]>();
  const linesOf = (file: string): readonly string[] => {
    const known = lines.get(file);
    if (known) return known;
    const text = texts.get(file);
    const split = text === undefined ? [] : text.replace(/^\uFEFF/, '').split(/\r?\n/);
    lines.set(file, split);
    return split;
  };
  return problems.map((problem) => `${renderProblem(problem, linesOf(problem.file), style)}\n`).join('\n');
}

/** `2 errors and 1 warning in 14 files (20 resources).` */
export function renderValidationSummary(problems: readonly Problem[], facts: ValidationFacts): string {
  const { errors, warnings } = countSeverities(problems);
  const where = `in ${count(facts.files, 'file')} (${count(facts.resources, 'resource')})`;
  if (errors + warnings === 0) return `No problems ${where}.`;
  const parts = [
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ];
  return `${parts.join(' and ')} ${where}.`;
}

/** The JSON form. */
export function toValidationReport(problems: readonly Problem[], facts: ValidationFacts): ValidationReport {
  const counts = countSeverities(problems);
  return {
    kind: 'limio-sync/validation',
    formatVersion: 1,
    valid: counts.errors === 0,
    summary: { files: facts.files, resources: facts.resources, ...counts },
    problems: [...problems],
  };
}

function renderProblem(problem: Problem, lines: readonly string[], style: Style): string {
  const mark = { error: style.removed, warning: style.changed, info: style.dim }[problem.severity];
  const head = `${style.bold(formatPlace(problem))} ${mark(`${problem.severity} ${problem.code}`)} ${escapeTerminal(problem.message)}`;
  const frame = renderCodeFrame(lines, problem, style, mark);
  const rows = [
    head,
    ...(frame === '' ? [] : [frame]),
    ...(problem.hint === undefined ? [] : [`  hint: ${escapeTerminal(problem.hint)}`]),
    ...(problem.related ?? []).map((place) => `  ${formatPlace(place)} ${escapeTerminal(place.message)}`),
  ];
  return rows.join('\n');
}

function formatPlace({ file, line, col }: Position): string {
  return `${escapeTerminal(file)}:${line}:${col}`;
}

function countSeverities(problems: readonly Problem[]): { errors: number; warnings: number } {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: problems.filter(({ severity }) => severity === 'warning').length };
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
