/**
 * `*.test.yaml` files, in each environment: journey-tests.ts reads the cases of journeys (visitor.ts the
 * visitor of one), price-tests.ts those of prices (price-cases.ts). This module does what both share.
 */
import type { DocumentKind } from '../../kinds/documents/documents.js';
import { getOwn, isJsonObject, type Json, type JsonObject, textAt } from '../../model/json.js';
import type { Problem } from '../../model/problem.js';
import { hintNearest } from '../../model/spelling.js';
import type { DocumentPath, Finding, ParsedDocument, SourceContext, SourceText } from '../documents.js';
import { locatePath, type Range, readSourceText } from '../locate.js';
import { checkRestriction, isDeclaredIn } from '../overlays.js';
import { parseDocuments } from '../parse.js';
import { type Found, reportFindings, sortProblems } from '../problems.js';
import { checkShape, checkText } from '../rules/shape.js';
import { interpolateVariables, listVariables, type Variables } from '../variables.js';

/** One sort of test file. */
export interface TestForm<C extends { path: DocumentPath }> {
  kind: DocumentKind;
  /** The files among which these tests are, for a hint: `the journeys`. */
  among: string;
  /** A key whose values `read` checks, so that their shape is not checked here. */
  apart?: string;
  /** `wrong` are the findings about shape and variables. */
  read: (document: JsonObject, wrong: readonly Finding[]) => ReadCases<C>;
}

export interface ReadCases<C> {
  cases: C[];
  findings: Finding[];
}

/** A case with its place in the file. */
export type Placed<C> = C & { place: Range };

export interface ParsedTests<C> {
  /** The correct cases of each environment; one view without a name if there are no environments. */
  views: { environment?: string; cases: Placed<C>[] }[];
  problems: Problem[];
}

/** Reports every problem of every file at once. Never throws for bad input. */
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
): ReadCases<C> {
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
  { kind: wanted, among }: Pick<TestForm<never>, 'kind' | 'among'>,
): Finding | undefined {
  if (!isJsonObject(value)) {
    const message = 'The document is not a mapping of keys and values.';
    return { code: 'NOT_A_MAPPING', path: [], message, hint: `A test document begins with "kind: ${wanted}".` };
  }
  const kind = getOwn(value, 'kind');
  if (kind === wanted) return undefined;
  if (kind === undefined || kind === null) {
    const hint = `Test files have "kind: ${wanted}".`;
    return { code: 'KIND_MISSING', path: [], on: 'key', message: 'The document has no "kind".', hint };
  }
  const forms = `*.test.yaml files among ${among} have "kind: ${wanted}" and declare no resources.`;
  const hint = typeof kind === 'string' ? hintNearest(kind.replaceAll(/[\s-]+/g, '_'), [wanted], forms) : forms;
  return { code: 'KIND_UNKNOWN', path: ['kind'], message: `There is no test kind ${JSON.stringify(kind)}.`, hint };
}

function samePath(a: Pick<Finding, 'path'>, b: Pick<Finding, 'path'>): boolean {
  return JSON.stringify(a.path) === JSON.stringify(b.path);
}

/** `Landing pages: country US`: a case without a name is named by its own values. */
export function nameCase(
  document: JsonObject,
  own: JsonObject,
  index: number,
  describe: (value: Json) => string,
): string {
  const values = Object.entries(own).filter(([key]) => key !== 'name' && key !== 'expect');
  const described = values.map(([key, value]) => `${key.replaceAll('_', ' ')} ${describe(value)}`).join(', ');
  const name = textAt(own, 'name') ?? (described || `case ${index + 1}`);
  const common = textAt(document, 'name');
  return common === undefined ? name : `${common}: ${name}`;
}
