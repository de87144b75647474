import { PROBLEM_CODES, type ProblemCode } from '../errors/codes.js';
import type { Position, Problem } from '../model/problem.js';
import type { Finding, ParsedDocument } from './documents.js';
import { locatePath } from './locate.js';
import { describeUnknown } from './variables.js';

/** A finding with the document, as some environment sees it, in which it was made. */
export interface Found {
  document: ParsedDocument;
  finding: Finding;
}

/** Findings as problems with places. A reference that several environments cannot resolve is one problem, which names them. */
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

function toProblem(document: ParsedDocument, { code, path, on, message, hint }: Finding): Problem {
  const at = locatePath(document, path, on);
  const overlay = document.layers?.overlay;
  const related =
    overlay && at.file !== overlay.file.path
      ? [{ ...placeOf(overlay), message: 'This overlay is merged over it.' }]
      : undefined;
  return makeProblem(code, at, message, { ...(hint === undefined ? {} : { hint }), ...(related ? { related } : {}) });
}

function placeOf(document: ParsedDocument) {
  const { length: _length, ...place } = locatePath(document, []);
  return place;
}

/** Sorted by file, line, column and code; what several environments have in common stands once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const distinct = new Map(
    problems.map((problem) => [
      JSON.stringify([problem.file, problem.line, problem.col, problem.code, problem.message]),
      problem,
    ]),
  );
  return [...distinct.values()].sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      a.line - b.line ||
      a.col - b.col ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

/** By code unit: the same on every machine, whatever its language. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A problem whose severity is that of its code. */
export function makeProblem(
  code: ProblemCode,
  at: Position & { length?: number },
  message: string,
  extra: Pick<Problem, 'hint' | 'related'> = {},
): Problem {
  return {
    file: at.file,
    line: at.line,
    col: at.col,
    severity: PROBLEM_CODES[code].severity,
    code,
    message,
    ...(at.length === undefined ? {} : { length: at.length }),
    ...(extra.hint === undefined ? {} : { hint: extra.hint }),
    ...(extra.related === undefined ? {} : { related: extra.related }),
  };
}
