import { formatPlace as writePlace, type Place, type Problem } from '../model/problem.js';
import { countThings } from '../model/words.js';
import { escapeTerminal } from './escape.js';
import { PLAIN_STYLE, type Style } from './terminal.js';
import { keepEnd, keepStart, measureWidth } from './wrap.js';

/*
 * Problems of files: for people with their lines (renderProblems), as the summary and the JSON of `validate`, and as
 * annotations of GitHub. As JUnit: junit.ts.
 */

interface ValidationCounts {
  files: number;
  resources: number;
}

/** Of `validate --format json`. */
export interface ValidationReport {
  kind: 'limio-sync/validation';
  formatVersion: 1;
  valid: boolean;
  summary: { files: number; resources: number; errors: number; warnings: number };
  problems: Problem[];
}

/** `texts` are the files by path. A problem whose file is missing has no frame. */
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
  return problems.map((problem) => `${renderProblem(problem, linesOf, style)}\n`).join('\n');
}

/** `2 errors and 1 warning in 14 files (20 resources).` */
export function renderValidationSummary(problems: readonly Problem[], checked: ValidationCounts): string {
  const { errors, warnings } = countSeverities(problems);
  const where = `in ${countThings(checked.files, 'file')} (${countThings(checked.resources, 'resource')})`;
  if (errors + warnings === 0) return `No problems ${where}.`;
  const parts = [
    ...(errors > 0 ? [countThings(errors, 'error')] : []),
    ...(warnings > 0 ? [countThings(warnings, 'warning')] : []),
  ];
  return `${parts.join(' and ')} ${where}.`;
}

export function toValidationReport(problems: readonly Problem[], checked: ValidationCounts): ValidationReport {
  const counts = countSeverities(problems);
  return {
    kind: 'limio-sync/validation',
    formatVersion: 1,
    valid: counts.errors === 0,
    summary: { files: checked.files, resources: checked.resources, ...counts },
    problems: [...problems],
  };
}

function renderProblem(problem: Problem, linesOf: (file: string) => readonly string[], style: Style): string {
  const paint = { error: style.removed, warning: style.changed, info: style.dim }[problem.severity];
  const what = paint(`${problem.severity} ${problem.code}`);
  const { row } = problem;
  const frames = [
    renderCodeFrame(linesOf(problem.file), problem, style, paint),
    row ? renderCodeFrame(linesOf(row.file), { ...row, isAlone: true }, style, paint) : '',
  ];
  const rows = [
    `${style.bold(formatPlace(problem))} ${what} ${escapeTerminal(problem.message)}`,
    ...frames.filter((frame) => frame !== ''),
    ...countMore(problem).map((more) => `  ${more}`),
    ...(problem.hint === undefined ? [] : [`  hint: ${escapeTerminal(problem.hint)}`]),
    ...(problem.related ?? []).map((place) => `  ${formatPlace(place)} ${escapeTerminal(place.message)}`),
  ];
  return rows.join('\n');
}

/** `catalog/a.yaml:12:3`, for a terminal. */
export function formatPlace(place: Place): string {
  return escapeTerminal(writePlace(place));
}

/** `and 37 more rows`: who else has the problem. */
export function countMore({ moreRows, moreResources }: Pick<Problem, 'moreRows' | 'moreResources'>): string[] {
  if (moreRows !== undefined) return [`and ${countThings(moreRows, 'more row')}`];
  return moreResources === undefined ? [] : [`and ${countThings(moreResources, 'more resource')}`];
}

function countSeverities(problems: readonly Problem[]): { errors: number; warnings: number } {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: problems.filter(({ severity }) => severity === 'warning').length };
}

interface FramePlace {
  line: number;
  /** In UTF-16 units, as editors count. */
  col: number;
  length?: number;
  /** Without the line before it, which says nothing about a row of a table. */
  isAlone?: boolean;
}

/** Columns of a line of the frame, without the gutter. */
const MAX_WIDTH = 100;
const TAB = '  ';

/** The line and the one before it, with a caret below the place. */
export function renderCodeFrame(
  lines: readonly string[],
  place: FramePlace,
  style: Style = PLAIN_STYLE,
  paint: Style['bold'] = style.removed,
): string {
  const text = lines[place.line - 1];
  if (text === undefined) return '';
  const start = Math.min(Math.max(place.col - 1, 0), text.length);
  const end = Math.min(start + Math.max(place.length ?? 1, 1), Math.max(text.length, start + 1));
  const { before, marked, after } = chooseWindow(text, start, end);
  const caret = '^'.repeat(Math.max(1, measureWidth(marked)));
  const gutter = String(place.line).length;
  const previous = place.isAlone ? undefined : lines[place.line - 2];
  const rows = [
    ...(previous === undefined
      ? []
      : [style.dim(`  ${String(place.line - 1).padStart(gutter)} | ${cutEnd(previous)}`.trimEnd())]),
    `${paint('>')} ${style.dim(`${place.line} |`)} ${before}${marked}${after}`.trimEnd(),
    `  ${' '.repeat(gutter)} ${style.dim('|')} ${' '.repeat(measureWidth(before))}${paint(caret)}`,
  ];
  return rows.join('\n');
}

/** Nothing is invisible; tabs take two columns. */
function showHidden(text: string): string {
  return escapeTerminal(text.replaceAll('\t', TAB));
}

/** The part of a long line around the place. */
function chooseWindow(text: string, start: number, end: number): { before: string; marked: string; after: string } {
  if (text.length <= MAX_WIDTH && measureWidth(showHidden(text)) <= MAX_WIDTH) {
    const [before = '', marked = '', after = ''] = [text.slice(0, start), text.slice(start, end), text.slice(end)].map(
      showHidden,
    );
    return { before, marked, after };
  }
  // A line may be huge; what is further away cannot be shown.
  const from = Math.max(0, start - 2 * MAX_WIDTH);
  const to = Math.min(text.length, end + MAX_WIDTH, start + 2 * MAX_WIDTH);
  const head = showHidden(text.slice(from, start));
  const body = showHidden(text.slice(start, Math.min(end, to)));
  const tail = showHidden(text.slice(Math.min(end, to), to));
  const isWholeHead = from === 0 && measureWidth(head) <= MAX_WIDTH / 2;
  const before = isWholeHead ? head : `…${keepEnd(head, MAX_WIDTH / 2 - 1)}`;
  const marked = keepStart(body, MAX_WIDTH - measureWidth(before));
  if (marked !== body) return { before, marked, after: '…' };
  const room = MAX_WIDTH - measureWidth(before) - measureWidth(marked);
  const isWholeTail = to === text.length && measureWidth(tail) <= room;
  return { before, marked, after: isWholeTail ? tail : `${keepStart(tail, room - 1)}…` };
}

function cutEnd(line: string): string {
  const shown = showHidden(line.slice(0, 2 * MAX_WIDTH));
  const isWhole = line.length <= 2 * MAX_WIDTH && measureWidth(shown) <= MAX_WIDTH;
  return isWhole ? shown : `${keepStart(shown, MAX_WIDTH - 1)}…`;
}

/**
 * One workflow command a line (GitHub: "Setting an error message"). `prefix` is the path from the root of the
 * repository to the folder that contains the files.
 */
export function renderProblemsGithub(problems: readonly Problem[], prefix = ''): string {
  return problems.map((problem) => `${renderAnnotation(problem, prefix)}\n`).join('');
}

function renderAnnotation(problem: Problem, prefix: string): string {
  const { severity, code, message, hint, file, line, col, length, row } = problem;
  const rows = row ? [`with ${writePlace({ ...row, file: `${prefix}${row.file}` })}`] : [];
  const facts = [...rows, ...countMore(problem)].join(' ');
  const properties = {
    file: escapeTerminal(`${prefix}${file}`),
    line: String(line),
    col: String(col),
    ...(length === undefined ? {} : { endColumn: String(col + length) }),
    title: code,
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  const text = [message, ...(facts === '' ? [] : [facts]), ...(hint === undefined ? [] : [`hint: ${hint}`])]
    .map(escapeTerminal)
    .join('\n');
  return `::${severity === 'info' ? 'notice' : severity} ${list.join(',')}::${escapeData(text)}`;
}

/** As @actions/core escapes the part after the second `::`. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
