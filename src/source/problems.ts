import { PROBLEM_CODES, type ProblemCode } from '../errors/codes.js';
import { comparePositions, compareProblems, type Place, type Position, type Problem } from '../model/problem.js';
import { nameInCode } from './code-values.js';
import { findConflicts } from './decode.js';
import type { Finding, ParsedDocument } from './documents.js';
import { findSupplier } from './layers.js';
import { locatePath, locatePosition } from './locate.js';
import { describeUnknown } from './variables.js';

/** The note at the `!file` tag of a text with a problem. */
const TAGGED_HERE = 'The file is used here.';

/** The note at the place of a template where a cell with a problem is used. */
const FILLED_IN_HERE = 'The template uses it here.';

/** A finding in a document, which may be a merged one. */
export interface Found {
  document: ParsedDocument;
  finding: Finding;
}

/** Findings as problems with positions. A variable that several environments lack is one problem. */
export function reportFindings(found: readonly Found[]): Problem[] {
  const lacking = new Map<string, { problem: Problem; variable: string; environments: Set<string> }>();
  const others: Problem[] = [];
  for (const { document, finding } of found) {
    const problem = toProblem(document, finding);
    if (!finding.lacks) {
      others.push(problem);
      continue;
    }
    const { variable, environment } = finding.lacks;
    const key = JSON.stringify([problem.file, problem.line, problem.col, variable]);
    const known = lacking.get(key) ?? { problem, variable, environments: new Set() };
    lacking.set(key, known);
    known.environments.add(environment);
  }
  return [
    ...others,
    ...[...lacking.values()].map(({ problem, variable, environments }) => ({
      ...problem,
      message: describeUnknown(variable, [...environments]),
    })),
  ];
}

function toProblem(document: ParsedDocument, { code, path, on, offset, cell, hint, ...finding }: Finding): Problem {
  const supplier = findSupplier(document, path);
  // A program has one place for a whole resource, or for all that a loop makes, so the message says where it is.
  const subject = supplier.document.place && nameInCode(supplier.document.value, path);
  const message = subject === undefined ? finding.message : `${subject}: ${finding.message}`;
  const { taggedAt, ...at } = locatePath(document, path, on, offset);
  if (cell) {
    const { row: _row, length: _length, ...place } = at;
    return makeProblem(code, cell, message, { hint, related: [{ ...place, message: FILLED_IN_HERE }] });
  }
  if (taggedAt) {
    return makeProblem(code, at, message, { hint, related: [{ ...taggedAt, message: TAGGED_HERE }] });
  }
  const overlay = document.derivation?.by === 'overlay' ? document.derivation.above : undefined;
  if (!overlay || at.file === overlay.file.path) return makeProblem(code, at, message, { hint });
  return makeProblem(code, at, message, {
    hint,
    related: [{ ...locatePosition(overlay, []), message: 'This overlay is merged over it.' }],
  });
}

/** One problem for each merge conflict: every other error of the file follows from it. */
export function reportConflicts(file: string, text: string): Problem[] {
  return findConflicts(text).map(({ line, last }) => {
    const message =
      line === last
        ? `Line ${line} is a left-over marker of a merge conflict.`
        : `The file has a merge conflict in lines ${line} to ${last}.`;
    return makeProblem('MERGE_CONFLICT', { file, line, col: 1, length: 7 }, message, {
      hint: 'Keep one side, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>.',
    });
  });
}

/** A problem with the severity of its code. */
export function makeProblem(
  code: ProblemCode,
  { file, line, col, length, row }: Place & { length?: number },
  message: string,
  { hint, related }: { hint?: string | undefined; related?: Problem['related'] } = {},
): Problem {
  return {
    file,
    line,
    col,
    severity: PROBLEM_CODES[code].severity,
    code,
    message,
    ...(row === undefined ? {} : { row }),
    ...(length === undefined ? {} : { length }),
    ...(hint === undefined ? {} : { hint }),
    ...(related === undefined ? {} : { related }),
  };
}

/**
 * By file, line, column and code. A problem that several environments share appears once, and the spelling
 * of a value is not reported where a rule that knows its field reports the value.
 */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const others = problems.filter(({ code, severity }) => code !== 'YAML_SPELLING' && severity === 'error');
  const wrong = new Set(others.map(keyOfPlace));
  const reported = problems.filter((one) => one.code !== 'YAML_SPELLING' || !wrong.has(keyOfPlace(one)));
  return foldCells(mergeRows(reported).sort(compareProblems));
}

/** Of tables with thousands of rows. */
const CELL_CODES = new Set(['TABLE_SYNTAX', 'TABLE_JOIN', 'TABLE_ROW_UNUSED', 'EACH_EMPTY', 'EACH_TYPE']);

const MOST_OF_A_TABLE = 20;

/** The first problems of one sort in a table; the last of them counts the others. */
function foldCells(problems: readonly Problem[]): Problem[] {
  const counts = new Map<string, number>();
  for (const problem of problems) counts.set(keyOfSort(problem), (counts.get(keyOfSort(problem)) ?? 0) + 1);
  const seen = new Map<string, number>();
  return problems.flatMap((problem) => {
    const key = keyOfSort(problem);
    const more = (counts.get(key) ?? 0) - MOST_OF_A_TABLE;
    if (more <= 0 || !CELL_CODES.has(problem.code)) return [problem];
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    if (number > MOST_OF_A_TABLE) return [];
    return [number === MOST_OF_A_TABLE ? { ...problem, moreRows: more } : problem];
  });
}

function keyOfSort({ file, code }: Problem): string {
  return JSON.stringify([file, code]);
}

/** One of several equal problems: of environments, or of the rows of a template, which are counted. */
function mergeRows(problems: readonly Problem[]): Problem[] {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const key = JSON.stringify([problem.file, problem.line, problem.col, problem.code, problem.message]);
    const group = groups.get(key);
    if (group) group.push(problem);
    else groups.set(key, [problem]);
  }
  return [...groups.values()].flatMap((group) => {
    const rows = new Set(group.map(({ row }) => row && keyOfPlace(row)));
    const [first] = group.toSorted(({ row: a }, { row: b }) => (a && b ? comparePositions(a, b) : 0));
    return first ? [rows.size > 1 ? { ...first, moreRows: rows.size - 1 } : first] : [];
  });
}

function keyOfPlace({ file, line, col }: Position): string {
  return JSON.stringify([file, line, col]);
}
