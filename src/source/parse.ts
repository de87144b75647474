import { type Document, isMap, isScalar, LineCounter, type Node, parseAllDocuments, type YAMLError } from 'yaml';
import type { Problem } from '../model/problem.js';
import type { ParsedFile, TextFiles } from './documents.js';
import { makeProblem, reportConflicts } from './problems.js';
import { createReader, getKeyText, isHolderKey, measureRange, type NodeFault, type ReadNode } from './read-node.js';
import { fileTag } from './text-files.js';

/** The parser goes on after an error, and what it reports after these is mostly noise. */
const MAX_SYNTAX_ERRORS = 3;

const TOO_DEEP = 'The file is nested too deeply to be read.';

/** The documents of a YAML 1.2 file, with every error of the YAML itself. Never throws. */
export function parseDocuments(path: string, source: string, textFiles: TextFiles = new Map()): ParsedFile {
  const hasByteOrderMark = source.startsWith('\uFEFF');
  const text = hasByteOrderMark ? source.slice(1) : source;
  const file: ParsedFile = {
    path,
    text,
    hasByteOrderMark,
    lines: new LineCounter(),
    documents: [],
    holders: [],
    problems: [],
    textPaths: new Set(),
    textFiles,
  };
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: file.lines,
      prettyErrors: false,
      version: '1.2',
      // readNode finds repeated keys: the parser would compare every key with every other one.
      uniqueKeys: false,
      customTags: [fileTag],
      logLevel: 'silent',
    });
    const read = createReader({ file });
    if (Array.isArray(documents))
      documents.forEach((yaml, index) => addDocument(file, yaml, index, read(yaml.contents)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    file.problems.push(makeProblem('YAML_DEPTH', { file: path, line: 1, col: 1 }, TOO_DEEP));
  }
  const conflicts = reportConflicts(path, text);
  if (conflicts.length === 0) return file;
  return { ...file, problems: conflicts, documents: file.documents.map((one) => ({ ...one, broken: true })) };
}

/** {@link parseDocuments} that parses each text once. All callers share the result, so none may change it. */
export function rememberParsed(): typeof parseDocuments {
  const known = new Map<string, { text: string; file: ParsedFile }>();
  return (path, text, textFiles) => {
    const before = known.get(path);
    const isSame = (one: string): boolean => before?.file.textFiles.get(one) === textFiles?.get(one);
    if (before?.text === text && [...before.file.textPaths].every(isSame)) return before.file;
    const file = parseDocuments(path, text, textFiles);
    known.set(path, { text, file });
    return file;
  };
}

function addDocument(file: ParsedFile, yaml: Document.Parsed, index: number, { faults, ...read }: ReadNode): void {
  const problems = [
    ...yaml.errors.slice(0, MAX_SYNTAX_ERRORS).map((error) => toSyntaxProblem(file, error)),
    ...yaml.warnings.map((warning) => toTagProblem(file, warning)),
    ...(yaml.errors.length === 0 ? faults.map((fault) => toFaultProblem(file, fault)) : []),
  ];
  file.problems.push(...problems);
  if (isEmpty(yaml) && problems.length === 0) return;
  // With only such problems the rest of the document is checked too.
  const broken = problems.some(({ code }) => code !== 'YAML_SPELLING' && code !== 'TEXT_FILE');
  (isHolder(yaml) ? file.holders : file.documents).push({ file, index, yaml, ...read, broken });
}

/** Whether a document only holds anchors. */
function isHolder(yaml: Document.Parsed): boolean {
  const root: Node | null = yaml.contents;
  return isMap(root) && root.items.length > 0 && root.items.every(({ key }) => isHolderKey(getKeyText(key) ?? ''));
}

function isEmpty(yaml: Document.Parsed): boolean {
  const root: Node | null = yaml.contents;
  return root === null || (isScalar(root) && root.value === null && root.source === '');
}

function toSyntaxProblem(file: ParsedFile, error: YAMLError): Problem {
  const at = measureRange(file, error.pos[0], error.pos[1]);
  if (error.code === 'TAB_AS_INDENT' || (at.col <= 1 && file.text[error.pos[0]] === '\t')) {
    return makeProblem('YAML_TAB', at, 'YAML cannot be indented with tabs.', { hint: 'Indent with spaces.' });
  }
  // The parser reports its own stack overflow like a mistake of the file.
  if (error.message.includes('call stack')) return makeProblem('YAML_DEPTH', at, TOO_DEEP);
  // In a flow mapping the brace of a reference begins another one.
  const line = file.text.slice(file.text.lastIndexOf('\n', error.pos[0] - 1) + 1).split('\n', 1)[0] ?? '';
  const hint = /[[{,:]\s*\$\{/.test(line) ? 'Inside {...} and [...], quote a reference: "${vars.NAME}"' : undefined;
  return makeProblem('YAML_SYNTAX', at, endSentence(error.message), { hint });
}

function toTagProblem(file: ParsedFile, { code, pos, message }: YAMLError): Problem {
  const at = measureRange(file, pos[0], pos[1]);
  if (code !== 'TAG_RESOLVE_FAILED') return makeProblem('YAML_SYNTAX', at, endSentence(message));
  const hint = 'The only tag of limio-sync is !file, for a text: !file terms.html. Quote a text that begins with "!".';
  return makeProblem('YAML_TAG', at, endSentence(message), { hint });
}

function toFaultProblem(file: ParsedFile, { code, node, message, hint, first }: NodeFault): Problem {
  const at = measureNode(file, node);
  if (!first) return makeProblem(code, at, message, { hint });
  const { length: _length, ...place } = measureNode(file, first);
  return makeProblem(code, at, message, { hint, related: [{ ...place, message: 'The first one is here.' }] });
}

function measureNode(file: ParsedFile, node: Node) {
  const [start, end] = node.range ?? [0, 1];
  return measureRange(file, start, end);
}

function endSentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
