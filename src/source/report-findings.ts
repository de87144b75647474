import type { Problem } from '../model/problem.js';
import type { Finding } from './finding.js';
import { describeUnknown } from './interpolate-variables.js';
import { locatePath } from './locate-path.js';
import { makeProblem } from './make-problem.js';
import type { ParsedDocument } from './parsed-file.js';

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
