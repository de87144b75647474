import { Document, LineCounter } from 'yaml';
import { getOwn, isJsonObject } from '../model/json.js';
import type { Problem } from '../model/problem.js';
import { copyToJson, nameInCode } from './code-values.js';
import type { ExportedResource, ParsedDocument, ParsedFile, SourceText } from './documents.js';
import { makeProblem } from './problems.js';

/**
 * What a program exports, as documents like those of a YAML file: copied to JSON, so that nothing of the program is
 * left, and each with the place where the program made it. Files are checked several times, so every list of exports
 * is copied once; the callers share the result, and none may change it.
 */
export function parseCode(source: SourceText): ParsedFile {
  const { path, exported = NOT_LOADED } = source;
  const known = parsed.get(exported)?.get(path);
  if (known) return known;
  const file: ParsedFile = {
    path,
    // The text is no YAML: nothing may look for comments in it, or edit it.
    text: '',
    hasByteOrderMark: false,
    lines: new LineCounter(),
    documents: [],
    holders: [],
    problems: [],
    textPaths: new Set(),
    textFiles: new Map(),
  };
  exported.forEach((one, index) => addExport(file, one, index));
  parsed.set(exported, new Map([...(parsed.get(exported) ?? []), [path, file]]));
  return file;
}

/** Whether a file is a program. Nothing edits its documents. */
export function isCode({ documents }: ParsedFile): boolean {
  return documents.some(({ place }) => place !== undefined);
}

const parsed = new WeakMap<readonly ExportedResource[], ReadonlyMap<string, ParsedFile>>();

const NOT_LOADED: readonly ExportedResource[] = [
  {
    value: undefined,
    line: 1,
    col: 1,
    fault: { message: 'This program was not run.', hint: 'Pass the files to loadCode before they are checked.' },
  },
];

/** What only YAML has, and what a program does instead. */
const YAML_ONLY: Readonly<Record<string, string>> = {
  for_each: 'Make the list in the program: rows.map((row) => defineOffer({ ... }))',
  extends: 'Write a function that returns the shared part, and spread it: { ...shared, path: "..." }',
};

function addExport(file: ParsedFile, { value, line, col, fault }: ExportedResource, index: number): void {
  const place = { file: file.path, line, col };
  const report = (message: string, hint?: string): Problem => makeProblem('CODE_FILE', place, message, { hint });
  if (fault) {
    file.problems.push(report(fault.message, fault.hint));
    return;
  }
  const { json, faults } = copyToJson(value);
  if (isJsonObject(json) && getOwn(json, 'kind') === 'base') {
    file.problems.push(report('A program cannot export a base.', YAML_ONLY['extends']));
    return;
  }
  const keys = Object.keys(YAML_ONLY).filter((key) => isJsonObject(json) && Object.hasOwn(json, key));
  const problems = [
    ...faults.map(({ path, is, hint }) => report(`${nameInCode(json, path)} ${is}.`, hint)),
    ...keys.map((key) =>
      report(`${nameInCode(json, [])} is made by a program, which cannot use "${key}".`, YAML_ONLY[key]),
    ),
  ];
  file.problems.push(...problems);
  const document: ParsedDocument = {
    file,
    index,
    yaml: new Document(),
    value: json,
    aliases: new Map(),
    textFiles: new Map(),
    respelled: [],
    broken: problems.length > 0,
    place,
  };
  file.documents.push(document);
}
