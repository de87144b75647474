import { countThings } from '../model/words.js';
import type { Position, Problem } from '../model/problem.js';
import { escapeTerminal } from './escape.js';
import { measureWidth, PLAIN_STYLE, type Style } from './terminal.js';

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
  const where = `in ${countThings(facts.files, 'file')} (${countThings(facts.resources, 'resource')})`;
  if (errors + warnings === 0) return `No problems ${where}.`;
  const parts = [
    ...(errors > 0 ? [countThings(errors, 'error')] : []),
    ...(warnings > 0 ? [countThings(warnings, 'warning')] : []),
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

export interface FramePlace {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units, as editors count. */
  col: number;
  length?: number;
}

/** Columns of the terminal that a line of the frame may take, the gutter aside. */
const MAX_WIDTH = 100;

const TAB = '  ';

/**
 * The line of a place with the one before it, and a caret under the place. `lines` are those of the
 * file, without their ends; `mark` colours the caret.
 */
export function renderCodeFrame(
  lines: readonly string[],
  place: FramePlace,
  style: Style = PLAIN_STYLE,
  mark: Style['bold'] = style.removed,
): string {
  const text = lines[place.line - 1];
  if (text === undefined) return '';
  const start = Math.min(Math.max(place.col - 1, 0), text.length);
  const end = Math.min(start + Math.max(place.length ?? 1, 1), Math.max(text.length, start + 1));
  const window = chooseWindow(text, start, end);
  const caret = '^'.repeat(Math.max(1, measureWidth(window.marked)));
  const gutter = String(place.line).length;
  const previous = lines[place.line - 2];
  const rows = [
    ...(previous === undefined
      ? []
      : [style.dim(`  ${String(place.line - 1).padStart(gutter)} | ${cutEnd(previous)}`.trimEnd())]),
    `${mark('>')} ${style.dim(`${place.line} |`)} ${window.before}${window.marked}${window.after}`.trimEnd(),
    `  ${' '.repeat(gutter)} ${style.dim('|')} ${' '.repeat(measureWidth(window.before))}${mark(caret)}`,
  ];
  return rows.join('\n');
}

/** Text that is safe in a terminal and in which nothing is invisible; tabs take two columns. */
function showHidden(text: string): string {
  return escapeTerminal(text.replaceAll('\t', TAB));
}

/** The part of a long line around the mark, ready to show. */
function chooseWindow(text: string, start: number, end: number): { before: string; marked: string; after: string } {
  if (text.length <= MAX_WIDTH && measureWidth(showHidden(text)) <= MAX_WIDTH) {
    return {
      before: showHidden(text.slice(0, start)),
      marked: showHidden(text.slice(start, end)),
      after: showHidden(text.slice(end)),
    };
  }
  // Reading more than this much of a huge line would show nothing more.
  const near = {
    from: Math.max(0, start - 2 * MAX_WIDTH),
    to: Math.min(text.length, end + MAX_WIDTH, start + 2 * MAX_WIDTH),
  };
  const before = showHidden(text.slice(near.from, start));
  const marked = showHidden(text.slice(start, Math.min(end, near.to)));
  const after = showHidden(text.slice(Math.min(end, near.to), near.to));
  const kept =
    near.from === 0 && measureWidth(before) <= MAX_WIDTH / 2 ? before : `…${keepEnd(before, MAX_WIDTH / 2 - 1)}`;
  const mark = keepStart(marked, MAX_WIDTH - measureWidth(kept));
  const room = MAX_WIDTH - measureWidth(kept) - measureWidth(mark);
  const fits = near.to === text.length && measureWidth(after) <= room && mark === marked;
  return { before: kept, marked: mark, after: fits ? after : `${mark === marked ? keepStart(after, room - 1) : ''}…` };
}

function cutEnd(line: string): string {
  const shown = showHidden(line.slice(0, 2 * MAX_WIDTH));
  return line.length <= 2 * MAX_WIDTH && measureWidth(shown) <= MAX_WIDTH
    ? shown
    : `${keepStart(shown, MAX_WIDTH - 1)}…`;
}

function keepStart(text: string, width: number): string {
  let kept = '';
  let left = width;
  for (const char of text) {
    left -= measureWidth(char);
    if (left < 0) break;
    kept += char;
  }
  return kept;
}

function keepEnd(text: string, width: number): string {
  const chars = Array.from(text);
  let from = chars.length;
  for (let left = width; from > 0; from--) {
    left -= measureWidth(chars[from - 1] ?? '');
    if (left < 0) break;
  }
  return chars.slice(from).join('');
}

/**
 * Problems as annotations of GitHub Actions ("Workflow commands", "Setting an error message"), one a
 * line. `prefix` leads from the root of the repository to the folder that the files are named from.
 */
export function renderProblemsGithub(problems: readonly Problem[], prefix = ''): string {
  return problems.map((problem) => `${renderAnnotation(problem, prefix)}\n`).join('');
}

function renderAnnotation({ severity, code, message, hint, file, line, col, length }: Problem, prefix: string): string {
  const properties = {
    file: escapeTerminal(`${prefix}${file}`),
    line: String(line),
    col: String(col),
    ...(length === undefined ? {} : { endColumn: String(col + length) }),
    title: code,
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  const text = [message, ...(hint === undefined ? [] : [`hint: ${hint}`])].map(escapeTerminal).join('\n');
  return `::${severity === 'info' ? 'notice' : severity} ${list.join(',')}::${escapeData(text)}`;
}

/** As @actions/core escapes what stands after the second `::`. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
