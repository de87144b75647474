import { type Json, getOwn, isJsonObject } from '../model/json.js';
import type { Position, Problem } from '../model/problem.js';
import { suggestNearest } from '../model/suggest-nearest.js';
import type { Finding } from './finding.js';
import { type Variables, interpolateVariables } from './interpolate-variables.js';
import { listVariables } from './list-variables.js';
import { locatePath, readSourceText } from './locate-path.js';
import { parseDocuments } from './parse-documents.js';
import type { ParsedDocument } from './parsed-file.js';
import { type Found, reportFindings } from './report-findings.js';
import { checkRestriction, isDeclaredIn } from './restriction.js';
import { type NamedCase, checkJourneyCases } from './rules/check-journey-cases.js';
import { checkShape } from './rules/check-shape.js';
import { checkText } from './rules/check-text.js';
import { sortProblems } from './sort-problems.js';
import type { SourceContext, SourceText } from './validate-sources.js';

const KIND = 'journey_test';

/** A case with the place of what it expects. */
export interface PlacedCase extends NamedCase {
  place: Position & { length: number };
}

export interface ParsedJourneyTests {
  /** For each environment, in their order, the cases that are right; one view without a name when there are none. */
  views: { environment?: string; cases: PlacedCase[] }[];
  problems: Problem[];
}

/** Test files of journeys to cases, with every problem of every file at once. Never throws for bad input. */
export function parseJourneyTests(sources: readonly SourceText[], context: SourceContext): ParsedJourneyTests {
  const names = context.environmentNames ?? context.environments.map(({ name }) => name);
  const files = sources.map(({ path, text }) => parseDocuments(path, text));
  const documents = files.flatMap((file) => file.documents).filter(({ broken }) => !broken);
  const found: Found[] = documents.flatMap((document) => checkRestriction(document.value, names).map((finding) => ({ document, finding })));
  const views = listVariables(context).map((variables) => {
    const { environment } = variables;
    const read = documents.filter(({ value }) => isDeclaredIn(value, environment)).map((document) => ({ document, ...readDocument(document, variables) }));
    found.push(...read.flatMap(({ document, findings }) => findings.map((finding) => ({ document, finding }))));
    const cases = read.flatMap(({ document, cases: own }) => own.map((one): PlacedCase => ({ ...one, place: locatePath(document, one.path) })));
    return { ...(environment === undefined ? {} : { environment }), cases };
  });
  return { views, problems: sortProblems([...files.flatMap((file) => file.problems), ...reportFindings(found)]) };
}

function readDocument(document: ParsedDocument, variables: Variables): { cases: NamedCase[]; findings: Finding[] } {
  const { value, findings: lacking } = interpolateVariables(document.value, variables);
  const wrong = findWrongKind(value);
  if (wrong || !isJsonObject(value)) return { cases: [], findings: wrong ? [wrong] : [] };
  const checked = { kind: KIND, value, readSourceText: (path: Finding['path']) => readSourceText(document, path) } as const;
  // What a case expects has rules, and words, of its own.
  const shape = checkShape(checked).filter(({ path }) => !path.includes('expect') && !lacking.some((other) => samePath(other, { path })));
  const { cases, findings } = checkJourneyCases(value, [...shape, ...lacking].map(({ path }) => path));
  return { cases, findings: [...lacking, ...shape, ...checkText(checked), ...findings] };
}

function findWrongKind(value: Json): Finding | undefined {
  if (!isJsonObject(value)) return { code: 'NOT_A_MAPPING', path: [], message: 'The document is not a mapping of keys and values.', hint: `A document of tests begins with "kind: ${KIND}".` };
  const kind = getOwn(value, 'kind');
  if (kind === KIND) return undefined;
  if (kind === undefined || kind === null) return { code: 'KIND_MISSING', path: [], on: 'key', message: 'The document has no "kind".', hint: `Files of tests hold "kind: ${KIND}".` };
  const slip = typeof kind === 'string' && suggestNearest(kind.replaceAll(/[\s-]+/g, '_'), [KIND]) !== undefined;
  const hint = slip ? `Did you mean "${KIND}"?` : `Files called *.test.yaml beside the journeys hold "kind: ${KIND}" and no resources.`;
  return { code: 'KIND_UNKNOWN', path: ['kind'], message: `There is no kind of test ${JSON.stringify(kind)}.`, hint };
}

function samePath(a: Pick<Finding, 'path'>, b: Pick<Finding, 'path'>): boolean {
  return JSON.stringify(a.path) === JSON.stringify(b.path);
}
