import { getOwn, isJsonObject, type Json } from '../model/json.js';
import type { Problem } from '../model/problem.js';
import type { Finding, ParsedDocument, ParsedFile, SourceText } from './documents.js';
import { layOverBase } from './layers.js';
import { locatePath } from './locate.js';
import { makeProblem } from './problems.js';
import { resolveTextPath } from './text-files.js';

/*
 * Bases: files with one document of `kind: base`, a part of a resource that others share.
 * `extends: [bases/digital.yaml]` merges them in the order given, and the document over them.
 */

/** A document over its bases. */
export interface LaidDocument {
  /** Undefined when a base cannot be used: the checks of the rest would mislead. */
  document?: ParsedDocument;
  findings: Finding[];
}

export interface Bases {
  lay: (document: ParsedDocument) => LaidDocument;
  /** A base that no document extends. */
  listUnused: () => Problem[];
}

export function isBase({ value }: ParsedDocument): boolean {
  return isJsonObject(value) && getOwn(value, 'kind') === 'base';
}

/** @param sources to find why a file could not be read */
export function collectBases(files: readonly ParsedFile[], sources: readonly SourceText[]): Bases {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const faults = new Map(sources.flatMap(({ path, fault }) => (fault ? [[path, fault]] : [])));
  const laid = new Map<string, LaidDocument>();
  const used = new Set<string>();

  const lay = (document: ParsedDocument, chain: readonly string[] = []): LaidDocument => {
    const named = listExtended(document.value);
    if (named === undefined) return { document, findings: [] };
    const findings: Finding[] = [];
    const bases = named.map(({ reference, path }) => {
      const found = reference === undefined ? describeWrongName() : findBase(reference, document, chain);
      if ('document' in found) return found.document;
      findings.push({ code: 'EXTENDS', path, ...found });
      return undefined;
    });
    if (named.length === 0) findings.push({ code: 'EXTENDS', path: ['extends'], ...describeWrongName() });
    if (findings.length > 0 || bases.some((base) => !base)) return { findings };
    // From below: a null in one removes what those before it set.
    const layers = [...bases, document].flatMap((one) => one ?? []);
    return { document: layers.reduce(layOverBase), findings };
  };

  const findBase = (
    reference: string,
    { file }: ParsedDocument,
    chain: readonly string[],
  ): { document: ParsedDocument | undefined } | Pick<Finding, 'message' | 'hint'> => {
    const path = resolveTextPath(file.path, reference);
    if (chain.includes(path) || path === file.path) return { message: `${path} extends itself.` };
    used.add(path);
    const base = byPath.get(path);
    if (!base) {
      const nearby = byPath.has(reference) ? hintRelative(file.path, reference) : undefined;
      const fault = faults.get(path) ?? { message: `There is no file ${path}.` };
      return { ...fault, hint: nearby ?? fault.hint ?? 'The path is relative to the folder of this file.' };
    }
    // Its own problems are reported in the file.
    if (base.problems.some(({ severity }) => severity === 'error')) return { document: undefined };
    const [document, ...others] = base.documents;
    if (!document || !isBase(document) || others.length > 0) {
      return {
        message: `${path} is no base.`,
        hint: 'A base is a file with one document that begins with "kind: base".',
      };
    }
    // What is wrong with its own bases is reported there.
    return { document: layOnce(document, chain).document };
  };

  const layOnce = (base: ParsedDocument, chain: readonly string[]): LaidDocument => {
    const { path } = base.file;
    const known = laid.get(path) ?? lay(base, [...chain, path]);
    laid.set(path, known);
    return known;
  };

  return {
    lay: (document) => (isBase(document) ? layOnce(document, []) : lay(document)),
    listUnused: () =>
      files.flatMap(({ path, documents }) =>
        used.has(path)
          ? []
          : documents.filter(isBase).map((base) =>
              makeProblem('BASE_UNUSED', locatePath(base, ['kind']), 'No document extends this base.', {
                hint: 'Name it in "extends" of a document, or remove the file.',
              }),
            ),
      ),
  };
}

function describeWrongName(): Pick<Finding, 'message' | 'hint'> {
  return {
    message: '"extends" names no file.',
    hint: 'Write the path of a base, or a list of paths: [bases/digital.yaml]',
  };
}

function hintRelative(from: string, path: string): string {
  const up = from
    .split('/')
    .slice(0, -1)
    .map(() => '..');
  return `The path is relative to the folder of this file: ${[...up, path].join('/')}`;
}

/** The bases that a document names; undefined without `extends`. */
function listExtended(value: Json): { reference: string | undefined; path: (string | number)[] }[] | undefined {
  const extended = isJsonObject(value) ? getOwn(value, 'extends') : undefined;
  if (extended === undefined) return undefined;
  const list = Array.isArray(extended) ? extended : [extended];
  return list.map((one, i) => ({
    reference: typeof one === 'string' && one !== '' ? one : undefined,
    path: Array.isArray(extended) ? ['extends', i] : ['extends'],
  }));
}

/** The paths that a document names in `extends`, as written. */
export function listBaseReferences(value: Json): string[] {
  return (listExtended(value) ?? []).flatMap(({ reference }) => reference ?? []);
}
