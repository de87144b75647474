import type { DocumentKind } from '../../kinds/documents/documents.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import type { Position, Problem } from '../../model/problem.js';
import { suggestNearest } from '../../model/spelling.js';
import type { DocumentPath, Finding, ParsedDocument, SourceContext, SourceText } from '../documents.js';
import { locatePath, readSourceText } from '../locate.js';
import { checkRestriction, isDeclaredIn } from '../overlays.js';
import { parseDocuments } from '../parse.js';
import { type Found, reportFindings, sortProblems } from '../problems.js';
import { checkShape, checkText } from '../rules/shape.js';
import { interpolateVariables, listVariables, type Variables } from '../variables.js';

/** What tells one sort of test file from the others. */
export interface TestForm<C extends { path: DocumentPath }> {
  kind: DocumentKind;
  /** Beside what its files stand, for a hint: `the journeys`. */
  beside: string;
  /** A key whose values have rules, and words, of their own: its shape is not looked at. */
  apart?: string;
  /** `wrong` is what is the matter with shape and variables already. */
  read: (document: JsonObject, wrong: readonly Finding[]) => { cases: C[]; findings: Finding[] };
}

/** A case with its place in the file. */
export type Placed<C> = C & { place: Position & { length: number } };

export interface ParsedTests<C> {
  /** For each environment, in their order, the cases that are right; one view without a name when there are none. */
  views: { environment?: string; cases: Placed<C>[] }[];
  problems: Problem[];
}

/** Test files to cases, with every problem of every file at once. Never throws for bad input. */
export function parseTests<C extends { path: DocumentPath }>(
  sources: readonly SourceText[],
  context: SourceContext,
  form: TestForm<C>,
): ParsedTests<C> {
  const names = context.environmentNames ?? context.environments.map(({ name }) => name);
  const files = sources.map(({ path, text }) => parseDocuments(path, text));
  const documents = files.flatMap((file) => file.documents).filter(({ broken }) => !broken);
  const found: Found[] = documents.flatMap((document) =>
    checkRestriction(document.value, names).map((finding) => ({ document, finding })),
  );
  const views = listVariables(context).map((variables) => {
    const { environment } = variables;
    const read = documents
      .filter(({ value }) => isDeclaredIn(value, environment, names))
      .map((document) => ({ document, ...readDocument(document, variables, form) }));
    found.push(...read.flatMap(({ document, findings }) => findings.map((finding) => ({ document, finding }))));
    const cases = read.flatMap(({ document, cases: own }) =>
      own.map((one): Placed<C> => ({ ...one, place: locatePath(document, one.path) })),
    );
    return { ...(environment === undefined ? {} : { environment }), cases };
  });
  return { views, problems: sortProblems([...files.flatMap((file) => file.problems), ...reportFindings(found)]) };
}

function readDocument<C extends { path: DocumentPath }>(
  document: ParsedDocument,
  variables: Variables,
  form: TestForm<C>,
): { cases: C[]; findings: Finding[] } {
  const { value, findings: lacking } = interpolateVariables(document.value, variables);
  const wrong = findWrongKind(value, form);
  if (wrong || !isJsonObject(value)) return { cases: [], findings: wrong ? [wrong] : [] };
  const checked = { kind: form.kind, value, readSourceText: (path: Finding['path']) => readSourceText(document, path) };
  const shape = checkShape(checked).filter(
    ({ path }) =>
      (form.apart === undefined || !path.includes(form.apart)) && !lacking.some((other) => samePath(other, { path })),
  );
  const { cases, findings } = form.read(value, [...shape, ...lacking]);
  return { cases, findings: [...lacking, ...shape, ...checkText(checked), ...findings] };
}

function findWrongKind(
  value: Json,
  { kind: wanted, beside }: Pick<TestForm<never>, 'kind' | 'beside'>,
): Finding | undefined {
  if (!isJsonObject(value))
    return {
      code: 'NOT_A_MAPPING',
      path: [],
      message: 'The document is not a mapping of keys and values.',
      hint: `A document of tests begins with "kind: ${wanted}".`,
    };
  const kind = getOwn(value, 'kind');
  if (kind === wanted) return undefined;
  if (kind === undefined || kind === null)
    return {
      code: 'KIND_MISSING',
      path: [],
      on: 'key',
      message: 'The document has no "kind".',
      hint: `Files of tests hold "kind: ${wanted}".`,
    };
  const slip = typeof kind === 'string' && suggestNearest(kind.replaceAll(/[\s-]+/g, '_'), [wanted]) !== undefined;
  const hint = slip
    ? `Did you mean "${wanted}"?`
    : `Files called *.test.yaml beside ${beside} hold "kind: ${wanted}" and no resources.`;
  return { code: 'KIND_UNKNOWN', path: ['kind'], message: `There is no kind of test ${JSON.stringify(kind)}.`, hint };
}

function samePath(a: Pick<Finding, 'path'>, b: Pick<Finding, 'path'>): boolean {
  return JSON.stringify(a.path) === JSON.stringify(b.path);
}
