import { PROBLEM_CODES } from '../errors/problem-codes.js';
import { type Address, isKind } from '../model/address.js';
import { getOwn, isJsonObject } from '../model/json.js';
import type { Position, Problem } from '../model/problem.js';
import type { DesiredResource } from '../model/resource.js';
import { type CheckResult, checkDocument } from './check-document.js';
import type { Declaration } from './declaration.js';
import type { Finding } from './finding.js';
import { findIdentity } from './find-identity.js';
import type { Variables, VariableValue } from './interpolate-variables.js';
import { locatePath } from './locate-path.js';
import { makeProblem } from './make-problem.js';
import { normaliseResource } from './normalise-resource.js';
import { parseDocuments } from './parse-documents.js';
import type { ParsedDocument, ParsedFile } from './parsed-file.js';
import { checkDangling } from './rules/check-dangling.js';
import { checkDuplicates } from './rules/check-duplicates.js';
import { sortProblems } from './sort-problems.js';

export interface SourceText {
  /** Relative to the root, with forward slashes. */
  path: string;
  text: string;
}

export interface SourceContext {
  /**
   * The environments to check for. Resources are those of the first one; a variable must exist in
   * all of them. None: no variable has a value.
   */
  environments: readonly { name: string; vars: Readonly<Record<string, VariableValue>> }[];
  /** Where files were looked for, named when there are none. */
  lookedIn?: readonly string[];
  /** Problems met while reading the files. */
  readProblems?: readonly Problem[];
}

export interface ValidatedSources {
  /** Those without errors, sorted by address, for the first environment. */
  resources: DesiredResource[];
  /** Everything wrong with every file in every environment, sorted by place. */
  problems: Problem[];
  files: ParsedFile[];
  /** Where a resource stands, or the part of it at a JSON Pointer into its body. */
  locate: (address: Address, pointer?: string) => Position | undefined;
}

/** YAML texts to desired resources, with every problem of every file at once. Never throws for bad input. */
export function validateSources(sources: readonly SourceText[], context: SourceContext): ValidatedSources {
  const files = sources.map(({ path, text }) => parseDocuments(path, text));
  const documents = files.flatMap((file) => file.documents);
  const environments = listVariables(context);
  const checks = documents.filter(({ broken }) => !broken).map((document) => checkEverywhere(document, environments));
  const perEnvironment = environments.map((_, i) => checks.flatMap(({ document, results }) => toDeclarations(document, results[i])));
  const [declarations = []] = perEnvironment;
  const unread = documents.filter(({ broken }) => broken).flatMap(guessAddress);
  const problems = [
    ...(context.readProblems ?? []),
    ...(documents.length === 0 && !hasProblems(context, files) ? [reportEmpty(context, files)] : []),
    ...files.flatMap((file) => file.problems),
    ...checks.flatMap(({ document, results }) => toProblems(document, results)),
    ...distinct(perEnvironment).flatMap((list) => [
      ...checkDuplicates(list),
      ...checkDangling(list, unread),
    ]),
  ];
  const byAddress = new Map(declarations.map((declaration) => [declaration.address, declaration.document]));
  return {
    resources: toResources(declarations, checks),
    problems: sortProblems(problems),
    files,
    locate: (address, pointer = '') => locateIn(byAddress.get(address), pointer),
  };
}

interface DocumentCheck {
  document: ParsedDocument;
  /** One an environment; the same object where variables make no difference. */
  results: CheckResult[];
}

function listVariables(context: SourceContext): Variables[] {
  if (context.environments.length === 0) return [{ values: new Map() }];
  return context.environments.map(({ name, vars }) => ({ environment: name, values: new Map(Object.entries(vars)) }));
}

function checkEverywhere(document: ParsedDocument, environments: readonly Variables[]): DocumentCheck {
  const first = checkDocument(document, environments[0] ?? { values: new Map() });
  const results = environments.map((variables, i) => (i === 0 || !first.usesVariables ? first : checkDocument(document, variables)));
  return { document, results };
}

function toDeclarations(document: ParsedDocument, result: CheckResult | undefined): Declaration[] {
  const subject = result?.subject;
  const identity = subject && findIdentity(subject.kind, subject.value);
  if (!identity) return [];
  return [{ document, kind: subject.kind, address: identity.address, identityKey: identity.key, value: subject.value }];
}

function toProblems(document: ParsedDocument, results: readonly CheckResult[]): Problem[] {
  return [...new Set(results)].flatMap(({ findings }) =>
    findings.map(({ code, path, on, message, hint }) =>
      makeProblem(code, locatePath(document, path, on), message, hint === undefined ? {} : { hint }),
    ),
  );
}

/** Environments in which the files say the same need no second look. */
function distinct(lists: readonly Declaration[][]): Declaration[][] {
  const [first = [], ...others] = lists;
  return [first, ...others.filter((list) => list.length !== first.length || list.some((one, i) => one.value !== first[i]?.value))];
}

function toResources(declarations: readonly Declaration[], checks: readonly DocumentCheck[]): DesiredResource[] {
  const faulty = new Set(checks.filter(({ results }) => results[0]?.findings.some(isErrorCode)).map(({ document }) => document));
  const resources = new Map<Address, DesiredResource>();
  for (const { document, kind, address, value } of declarations) {
    if (faulty.has(document) || resources.has(address)) continue;
    const { length: _length, ...source } = locatePath(document, []);
    const resource = normaliseResource(kind, value, source);
    if (resource) resources.set(address, resource);
  }
  return [...resources.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}

function locateIn(document: ParsedDocument | undefined, pointer: string): Position | undefined {
  if (!document) return undefined;
  const path = pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { length: _length, ...position } = locatePath(document, path);
  return position;
}

function reportEmpty(context: SourceContext, files: readonly ParsedFile[]): Problem {
  const places = context.lookedIn ?? ['catalog', 'journeys'];
  const file = files[0]?.path ?? places[0] ?? '.';
  const hint = 'An empty set of files would mean that nothing is wanted. Check "files" in limio.config and the folder in which you are.';
  return makeProblem('EMPTY_FILES', { file, line: 1, col: 1 }, `No resource is declared in ${places.join(', ')}.`, { hint });
}

function hasProblems(context: SourceContext, files: readonly ParsedFile[]): boolean {
  return (context.readProblems ?? []).some(({ severity }) => severity === 'error') || files.some((file) => file.problems.length > 0);
}

/** What a document with broken YAML seems to declare: enough not to call references to it dangling. */
function guessAddress({ value }: ParsedDocument): Address[] {
  const kind = isJsonObject(value) ? getOwn(value, 'kind') : undefined;
  const identity = isJsonObject(value) && typeof kind === 'string' && isKind(kind) ? findIdentity(kind, value) : undefined;
  return identity ? [identity.address] : [];
}

function isErrorCode({ code }: Finding): boolean {
  return PROBLEM_CODES[code].severity === 'error';
}
