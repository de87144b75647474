import { PROBLEM_CODES, type ProblemCode } from '../errors/codes.js';
import type { Position, Problem } from '../model/problem.js';

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
