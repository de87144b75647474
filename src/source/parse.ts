import { type Document, isScalar, LineCounter, type Node, parseAllDocuments, type YAMLError } from 'yaml';
import type { ProblemCode } from '../errors/codes.js';
import type { Problem } from '../model/problem.js';
import type { ParsedDocument, ParsedFile } from './documents.js';
import { makeProblem } from './problems.js';
import { measureRange, type NodeFault, readNode } from './read-node.js';

/** The parser goes on after an error and complains again; more than these help nobody. */
const MAX_SYNTAX_ERRORS = 3;

/** Documents of a YAML 1.2 file, with all that is wrong with the YAML itself. Never throws. */
export function parseDocuments(path: string, source: string): ParsedFile {
  const hasByteOrderMark = source.startsWith('\uFEFF');
  const text = hasByteOrderMark ? source.slice(1) : source;
  const file: ParsedFile = { path, text, hasByteOrderMark, lines: new LineCounter(), documents: [], problems: [] };
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: file.lines,
      prettyErrors: false,
      version: '1.2',
      // Repeated keys are found by readNode: the parser compares every key with every other.
      uniqueKeys: false,
      logLevel: 'silent',
    });
    if (Array.isArray(documents)) documents.forEach((yaml, index) => addDocument(file, yaml, index));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    file.problems.push(
      makeProblem('YAML_DEPTH', { file: path, line: 1, col: 1 }, 'The file is nested too deeply to be read.'),
    );
  }
  return file;
}

function addDocument(file: ParsedFile, yaml: Document.Parsed, index: number): void {
  const root: Node | null = yaml.contents;
  const problems = yaml.errors.slice(0, MAX_SYNTAX_ERRORS).map((error) => toSyntaxProblem(file, error));
  problems.push(...yaml.warnings.map((warning) => toTagProblem(file, warning)));
  const read = readNode(root);
  if (yaml.errors.length === 0) problems.push(...read.faults.map((fault) => toFaultProblem(file, fault)));
  file.problems.push(...problems);
  if (isEmpty(yaml) && problems.length === 0) return;
  const document: ParsedDocument = {
    file,
    index,
    yaml,
    value: read.value,
    aliases: read.aliases,
    broken: problems.length > 0,
  };
  file.documents.push(document);
}

function isEmpty(yaml: Document.Parsed): boolean {
  const root = yaml.contents;
  return root === null || (isScalar(root) && root.value === null && root.source === '');
}

function toSyntaxProblem(file: ParsedFile, error: YAMLError): Problem {
  const at = measureRange(file, error.pos[0], error.pos[1]);
  if (error.code === 'TAB_AS_INDENT' || (at.col <= 1 && file.text[error.pos[0]] === '\t')) {
    return makeProblem('YAML_TAB', at, 'A tab cannot indent YAML.', { hint: 'Indent with spaces.' });
  }
  // The parser reports its own overflow like a mistake of the file.
  if (error.message.includes('call stack'))
    return makeProblem('YAML_DEPTH', at, 'The file is nested too deeply to be read.');
  return makeProblem('YAML_SYNTAX', at, endSentence(error.message));
}

function toTagProblem(file: ParsedFile, warning: YAMLError): Problem {
  const code: ProblemCode = warning.code === 'TAG_RESOLVE_FAILED' ? 'YAML_TAG' : 'YAML_SYNTAX';
  return makeProblem(code, measureRange(file, warning.pos[0], warning.pos[1]), endSentence(warning.message));
}

function toFaultProblem(file: ParsedFile, fault: NodeFault): Problem {
  const at = placeOf(file, fault.node);
  const related = fault.first && [{ ...placeOf(file, fault.first), message: 'It stands here first.' }];
  return makeProblem(fault.code, at, fault.message, {
    ...(fault.hint === undefined ? {} : { hint: fault.hint }),
    ...(related ? { related: related.map(({ length: _length, ...place }) => place) } : {}),
  });
}

function placeOf(file: ParsedFile, node: Node) {
  const [start, end] = node.range ?? [0, 1];
  return measureRange(file, start, end);
}

function endSentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** {@link parseDocuments} that parses a text once, however often it is asked. For callers that do not edit what they get: all share it. */
export function rememberParsed(): typeof parseDocuments {
  const known = new Map<string, { text: string; file: ParsedFile }>();
  return (path, text) => {
    const before = known.get(path);
    if (before?.text === text) return before.file;
    const file = parseDocuments(path, text);
    known.set(path, { text, file });
    return file;
  };
}
