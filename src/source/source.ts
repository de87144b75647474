/**
 * From YAML texts to checked resources:
 *
 *   read-files.ts    reads the files that match the patterns of the configuration
 *   text-files.ts    long texts in files of their own, which `!file` tags name
 *   decode.ts        other encodings than UTF-8, and merge conflicts
 *   parse.ts         text to documents with positions (read-node.ts), and the errors of the YAML itself
 *   code.ts          what programs export, as documents (code-values.ts copies it to JSON)
 *   bases.ts         lays each document over the bases that it extends (layers.ts)
 *   expand.ts        replaces each template by a document for each row (rows.ts, tables/); each.ts fills one in
 *   overlays.ts      the documents as each environment sees them: overlays merged, `only` and `except` applied
 *   check.ts         one document: fills in variables (variables.ts), runs the rules of its kind (rules/)
 *   rules/           references.ts and journeys-together.ts check several documents together
 *   problems.ts      findings to sorted problems with positions (locate.ts)
 *   normalise.ts     documents without errors to resources, as the planner compares them
 *
 * documents.ts has the types of all stages. edit/ writes values back into texts, list-comments.ts finds
 * comments for lint, test-files/ reads `*.test.yaml`.
 */
import { PROBLEM_CODES } from '../errors/codes.js';
import { type Address, isKind } from '../model/address.js';
import { getOwn, isJsonObject, type JsonObject, parsePointer } from '../model/json.js';
import type { DesiredResource } from '../model/model.js';
import type { Place, Problem } from '../model/problem.js';
import { compareBy } from '../model/words.js';
import { type Checked, checkEverywhere } from './check.js';
import { parseCode } from './code.js';
import type { Declaration, Finding, ParsedDocument, ParsedFile, SourceContext, SourceText } from './documents.js';
import { type Bases, collectBases, isBase, type LaidDocument } from './bases.js';
import { expandDocuments, isTemplate, mergeUsed } from './expand.js';
import { findOrigin, locatePosition, locateShared, type Origin } from './locate.js';
import { findIdentity, normaliseResource } from './normalise.js';
import { checkOverlayFolders, checkRestriction, layOverlays } from './overlays.js';
import { parseDocuments } from './parse.js';
import { type Found, makeProblem, reportConflicts, reportFindings, sortProblems } from './problems.js';
import { checkTables, listTables } from './tables/tables.js';
import { checkJourneysTogether } from './rules/journeys-together.js';
import { checkDangling, checkDuplicates, checkMoves } from './rules/references.js';
import { listTextFiles } from './text-files.js';
import { listVariables } from './variables.js';

export interface ValidatedSources {
  /** The resources of the first environment without errors, sorted by address. */
  resources: DesiredResource[];
  /** The problems of every file in every environment, sorted by place. */
  problems: Problem[];
  /** Every file except the overlays of other environments. */
  files: ParsedFile[];
  /** What the first environment declares, errors or not; for a repeated address the first. */
  declarations: ReadonlyMap<Address, Declaration>;
  /** What any environment declares, errors or not. */
  addresses: ReadonlySet<Address>;
  /** The position of a resource, or of a JSON Pointer into its body; in the overlay if that supplies the value. */
  locate: (address: Address, pointer?: string) => Place | undefined;
  /**
   * Where a value comes from in the first environment, by a JSON Pointer into the declared document.
   * For everything that a file can hold, a pointer into the body is the same.
   */
  findOrigin: (address: Address, pointer?: string) => Origin | undefined;
}

/** Reports every problem of every file at once. Never throws for bad input. */
export function validateSources(sources: readonly SourceText[], context: SourceContext): ValidatedSources {
  const names = context.environmentNames ?? context.environments.map(({ name }) => name);
  const environments = listVariables(context);

  const parse = context.parse ?? parseDocuments;
  const textFiles = listTextFiles(sources);
  const parsed = sources
    .filter(({ role, fault }) => (role === undefined || role === 'base' || role === 'code') && !fault)
    .filter(({ overlay }) => overlay === undefined || environments.some(({ environment }) => environment === overlay))
    .map((source) => ({
      overlay: source.overlay,
      file: source.role === 'code' ? parseCode(source) : parse(source.path, source.text, textFiles),
    }));
  const files = parsed.map(({ file }) => file);
  const shared = collectBases(files, sources);
  const tables = listTables(sources);
  const laid = parsed.flatMap(({ overlay, file }) =>
    file.documents.map((document) => ({ overlay, written: document, ...layDocument(document, shared) })),
  );
  const listDocuments = (folder: string | undefined): ParsedDocument[] =>
    laid.flatMap(({ overlay, written, document }) =>
      overlay === folder && document && !isBase(written) ? [document] : [],
    );
  const broken = laid.filter(({ overlay, document }) => overlay === undefined && !document);
  const unread = new Set(broken.flatMap(({ written }) => guessAddress(written)));
  const expanded = expandDocuments(listDocuments(undefined), { environments, names, tables });
  const bases = expanded.documents;

  const expandedOverlays = environments.map((variables) =>
    variables.environment === undefined
      ? undefined
      : expandDocuments(listDocuments(variables.environment), { environments: [variables], names, tables }),
  );
  const views = environments.map((variables, i) =>
    layOverlays(bases, expandedOverlays[i]?.documents ?? [], variables, unread, names),
  );
  const checks = bases.map((_, i) => {
    const variants = views.map((view) => view.documents[i]);
    return checkEverywhere(variants, environments);
  });
  const perEnvironment = environments.map((_, i) => checks.flatMap((results) => toDeclarations(results[i])));
  const addresses = new Set([...unread, ...perEnvironment.flat().map(({ address }) => address)]);

  const problems = [
    ...(context.readProblems ?? []),
    ...(laid.every(({ overlay, written }) => overlay !== undefined || isBase(written)) && !hasProblems(context, files)
      ? [reportEmpty(context, files)]
      : []),
    ...files.flatMap((file) => file.problems),
    ...[...textFiles.values()].flatMap(({ path, text }) => reportConflicts(path, text)),
    ...checkOverlayFolders(sources, names),
    ...reportFindings(
      laid.flatMap(({ written, findings }) => findings.map((finding) => ({ document: written, finding }))),
    ),
    ...[expanded, ...expandedOverlays].flatMap((one) => one?.problems ?? []),
    ...checkTables(tables, mergeUsed([expanded, ...expandedOverlays])),
    ...shared.listUnused(),
    ...views.flatMap((view) => view.problems),
    ...reportFindings([
      ...bases.flatMap((document) => checkRestriction(document.value, names).map((finding) => ({ document, finding }))),
      ...checks.flatMap(toFound),
    ]),
    ...distinct(perEnvironment).flatMap((list) => [
      ...checkDuplicates(list),
      ...checkMoves(list),
      ...checkDangling(list, addresses),
      ...checkJourneysTogether(list),
    ]),
  ];

  const [declared = []] = perEnvironment;
  const declarations = new Map(declared.toReversed().map((declaration) => [declaration.address, declaration]));
  const find = (address: Address, pointer = ''): Origin | undefined => {
    const document = declarations.get(address)?.document;
    return document && findOrigin(document, parsePointer(pointer), environments[0] ?? { values: new Map() });
  };
  return {
    resources: toResources(declared, checks),
    problems: sortProblems(problems),
    files,
    declarations,
    addresses,
    locate: (address, pointer) => find(address, pointer)?.position,
    findOrigin: find,
  };
}

/** A document over its bases; undefined when something in it, or in one of them, prevents its checks. */
function layDocument(document: ParsedDocument, bases: Bases): LaidDocument {
  if (document.broken) return { findings: [] };
  const laid = bases.lay(document);
  if (!isBase(document) || !isTemplate(document)) return laid;
  const message = 'A base cannot have "for_each".';
  const hint = 'Write it in the documents that extend the base.';
  return { findings: [...laid.findings, { code: 'FOR_EACH', path: ['for_each'], on: 'key', message, hint }] };
}

/** The address that a document with broken YAML seems to declare: references to it are not dangling. */
function guessAddress({ value }: ParsedDocument): Address[] {
  const kind = isJsonObject(value) ? getOwn(value, 'kind') : undefined;
  if (!isJsonObject(value) || typeof kind !== 'string' || !isKind(kind)) return [];
  const identity = findIdentity(kind, value);
  return identity ? [identity.address] : [];
}

function toDeclarations(checked: Checked | undefined): Declaration[] {
  const subject = checked?.result.subject;
  const identity = subject && findIdentity(subject.kind, subject.value);
  if (!identity) return [];
  return [{ document: checked.document, ...subject, address: identity.address, identityKey: identity.key }];
}

/** Environments share the result of a document that is the same in both; its findings count once. */
function toFound(results: readonly (Checked | undefined)[]): Found[] {
  return [...new Set(results)].flatMap(
    (checked) => checked?.result.findings.map((finding) => ({ document: checked.document, finding })) ?? [],
  );
}

/** One list for all environments that declare the same values. */
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
  const faulty = new Set(checks.flatMap(([first]) => (first?.result.findings.some(isError) ? [first.document] : [])));
  const resources = new Map<Address, DesiredResource>();
  for (const { document, kind, address, identityKey, value } of declarations) {
    if (faulty.has(document) || resources.has(address)) continue;
    const resource = normaliseResource(kind, value, locatePosition(document, []));
    if (!resource) continue;
    const { body } = resource;
    resources.set(address, {
      ...resource,
      named: locatePosition(document, [identityKey]),
      ...(document.derivation ? { locateShared: (field) => locateShared({ document, kind, body }, field) } : {}),
    });
  }
  return [...resources.values()].sort(compareBy(({ address }) => address));
}

function isError({ code }: Finding): boolean {
  return PROBLEM_CODES[code].severity === 'error';
}

function reportEmpty({ lookedIn = ['catalog', 'journeys'] }: SourceContext, files: readonly ParsedFile[]): Problem {
  const file = files[0]?.path ?? lookedIn[0] ?? '.';
  const message = `No resource is declared in ${lookedIn.join(', ')}.`;
  return makeProblem('EMPTY_FILES', { file, line: 1, col: 1 }, message, {
    hint:
      'If there are files, check "files" in limio.config, and that you are in the right folder. ' +
      "To begin with what a tenant has: limio-sync pull --adopt '*'",
  });
}

function hasProblems(context: SourceContext, files: readonly ParsedFile[]): boolean {
  return (
    (context.readProblems ?? []).some(({ severity }) => severity === 'error') ||
    files.some((file) => file.problems.length > 0)
  );
}
