import { PROBLEM_CODES, type ProblemCode } from '../errors/codes.js';
import type { Position, Problem } from '../model/problem.js';
import { compareText } from '../model/words.js';
import { findConflicts } from './decode.js';
import type { Finding, ParsedDocument } from './documents.js';
import { locatePath, locatePosition } from './locate.js';
import { describeUnknown } from './variables.js';

/** The note at the `!file` tag of a text with a problem. */
const TAGGED_HERE = 'The file is used here.';

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

function toProblem(document: ParsedDocument, { code, path, on, offset, message, hint }: Finding): Problem {
  const { taggedAt, ...at } = locatePath(document, path, on, offset);
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
  { file, line, col, length }: Position & { length?: number },
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
  const wrong = new Set(others.map(formatPlace));
  const reported = problems.filter((one) => one.code !== 'YAML_SPELLING' || !wrong.has(formatPlace(one)));
  const distinct = new Map(
    reported.map((problem) => [
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

function formatPlace({ file, line, col }: Problem): string {
  return JSON.stringify([file, line, col]);
}
