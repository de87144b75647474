import { PROBLEM_CODES } from '../errors/codes.js';
import { type Address, isKind } from '../model/address.js';
import { getOwn, isJsonObject, type JsonObject, parsePointer } from '../model/json.js';
import type { Position, Problem } from '../model/problem.js';
import type { DesiredResource } from '../model/resource.js';
import { type Checked, checkEverywhere } from './check.js';
import type { Declaration, Finding, ParsedDocument, ParsedFile, SourceContext, SourceText } from './documents.js';
import { findOrigin, locatePath, type Origin } from './locate.js';
import { findIdentity, normaliseResource } from './normalise.js';
import { checkOverlayFolders, checkRestriction, layOverlays } from './overlays.js';
import { parseDocuments } from './parse.js';
import { type Found, makeProblem, reportFindings, sortProblems } from './problems.js';
import { checkJourneysTogether } from './rules/journeys-together.js';
import { checkDangling, checkDuplicates } from './rules/references.js';
import { listVariables } from './variables.js';

export interface ValidatedSources {
  /** Those without errors, sorted by address, for the first environment. */
  resources: DesiredResource[];
  /** Everything wrong with every file in every environment, sorted by place. */
  problems: Problem[];
  /** Those read: overlays of environments that are not checked are not. */
  files: ParsedFile[];
  /** What the first environment declares, resources with errors included; the first of two with one address. */
  declarations: ReadonlyMap<Address, Declaration>;
  /** Everything that some environment declares, resources with errors included. */
  addresses: ReadonlySet<Address>;
  /** Where a resource stands, or the part of it at a JSON Pointer into its body: in its overlay, if that supplies it. */
  locate: (address: Address, pointer?: string) => Position | undefined;
  /**
   * Where a value comes from in the first environment, by a JSON Pointer into the declared document
   * (for all that a file can hold, the same as into the body). Undefined for an unknown address.
   */
  findOrigin: (address: Address, pointer?: string) => Origin | undefined;
}

/** YAML texts to desired resources, with every problem of every file at once. Never throws for bad input. */
export function validateSources(sources: readonly SourceText[], context: SourceContext): ValidatedSources {
  const names = context.environmentNames ?? context.environments.map(({ name }) => name);
  const environments = listVariables(context);
  const wanted = sources.filter(
    ({ overlay }) => overlay === undefined || environments.some(({ environment }) => environment === overlay),
  );
  const parse = context.parse ?? parseDocuments;
  const parsed = wanted.map(({ path, text, overlay }) => ({ overlay, file: parse(path, text) }));
  const files = parsed.map(({ file }) => file);
  const listDocuments = (folder?: string) =>
    parsed.filter(({ overlay }) => overlay === folder).flatMap(({ file }) => file.documents);
  const documents = listDocuments();
  const bases = documents.filter(({ broken }) => !broken);
  const unread = new Set(documents.filter(({ broken }) => broken).flatMap(guessAddress));
  const views = environments.map((variables) =>
    layOverlays(bases, listOverlays(variables, listDocuments), variables, unread, names),
  );
  const checks = bases.map((_, i) =>
    checkEverywhere(
      views.map((view) => view.documents[i]),
      environments,
    ),
  );
  const perEnvironment = environments.map((_, i) => checks.flatMap((results) => toDeclarations(results[i])));
  const [declarations = []] = perEnvironment;
  const elsewhere = new Set([...unread, ...perEnvironment.flat().map(({ address }) => address)]);
  const problems = [
    ...(context.readProblems ?? []),
    ...(documents.length === 0 && !hasProblems(context, files) ? [reportEmpty(context, files)] : []),
    ...files.flatMap((file) => file.problems),
    ...checkOverlayFolders(sources, names),
    ...views.flatMap((view) => view.problems),
    ...reportFindings([
      ...bases.flatMap((document) => checkRestriction(document.value, names).map((finding) => ({ document, finding }))),
      ...checks.flatMap(toFound),
    ]),
    ...distinct(perEnvironment).flatMap((list) => [
      ...checkDuplicates(list),
      ...checkDangling(list, elsewhere),
      ...checkJourneysTogether(list),
    ]),
  ];
  const byAddress = new Map(declarations.toReversed().map((declaration) => [declaration.address, declaration]));
  const find = (address: Address, pointer = ''): Origin | undefined => {
    const document = byAddress.get(address)?.document;
    return document && findOrigin(document, parsePointer(pointer), environments[0] ?? { values: new Map() });
  };
  return {
    resources: toResources(declarations, checks),
    problems: sortProblems(problems),
    files,
    declarations: byAddress,
    addresses: elsewhere,
    locate: (address, pointer) => find(address, pointer)?.position,
    findOrigin: find,
  };
}

function listOverlays(
  { environment }: { environment?: string },
  listDocuments: (folder?: string) => ParsedDocument[],
): ParsedDocument[] {
  return environment === undefined ? [] : listDocuments(environment);
}

function toDeclarations(checked: Checked | undefined): Declaration[] {
  const subject = checked?.result.subject;
  const identity = subject && findIdentity(subject.kind, subject.value);
  if (!identity) return [];
  return [
    {
      document: checked.document,
      kind: subject.kind,
      address: identity.address,
      identityKey: identity.key,
      value: subject.value,
    },
  ];
}

/** What several environments share is told once. */
function toFound(results: readonly (Checked | undefined)[]): Found[] {
  return [...new Set(results)].flatMap(
    (checked) => checked?.result.findings.map((finding) => ({ document: checked.document, finding })) ?? [],
  );
}

/** Environments in which the files say the same need no second look. */
function distinct(lists: readonly Declaration[][]): Declaration[][] {
  const numbers = new Map<JsonObject, number>();
  const numberOf = ({ value }: Declaration): number =>
    numbers.get(value) ?? (numbers.set(value, numbers.size), numbers.size - 1);
  return [...new Map(lists.map((list) => [list.map(numberOf).join(), list])).values()];
}

function toResources(
  declarations: readonly Declaration[],
  checks: readonly (Checked | undefined)[][],
): DesiredResource[] {
  const faulty = new Set(
    checks.flatMap(([first]) => (first?.result.findings.some(isErrorCode) ? [first.document] : [])),
  );
  const resources = new Map<Address, DesiredResource>();
  for (const { document, kind, address, value } of declarations) {
    if (faulty.has(document) || resources.has(address)) continue;
    const { length: _length, ...source } = locatePath(document, []);
    const resource = normaliseResource(kind, value, source);
    if (resource) resources.set(address, resource);
  }
  return [...resources.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}

function reportEmpty(context: SourceContext, files: readonly ParsedFile[]): Problem {
  const places = context.lookedIn ?? ['catalog', 'journeys'];
  const file = files[0]?.path ?? places[0] ?? '.';
  const hint =
    'An empty set of files would mean that nothing is wanted. Check "files" in limio.config and the folder in which you are.';
  return makeProblem('EMPTY_FILES', { file, line: 1, col: 1 }, `No resource is declared in ${places.join(', ')}.`, {
    hint,
  });
}

function hasProblems(context: SourceContext, files: readonly ParsedFile[]): boolean {
  return (
    (context.readProblems ?? []).some(({ severity }) => severity === 'error') ||
    files.some((file) => file.problems.length > 0)
  );
}

/** What a document with broken YAML seems to declare: enough not to call references to it dangling. */
function guessAddress({ value }: ParsedDocument): Address[] {
  const kind = isJsonObject(value) ? getOwn(value, 'kind') : undefined;
  const identity =
    isJsonObject(value) && typeof kind === 'string' && isKind(kind) ? findIdentity(kind, value) : undefined;
  return identity ? [identity.address] : [];
}

function isErrorCode({ code }: Finding): boolean {
  return PROBLEM_CODES[code].severity === 'error';
}
