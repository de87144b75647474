import {
  checkShape as findShapeIssues,
  type DocumentKind,
  listKnownKeys,
  type ShapeIssue,
} from '../../kinds/documents/documents.js';
import { isKind, type Kind, KINDS } from '../../model/address.js';
import { getAt, getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import { hintNearest, suggestNearest } from '../../model/spelling.js';
import type { CheckedDocument, DocumentPath, Finding, PathPart } from '../documents.js';

const WORDS = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a mapping'],
]);

type ShapedDocument = Omit<CheckedDocument, 'kind'> & { kind: DocumentKind };

/** Unknown keys, missing keys and wrong types, against the schema of the kind. */
export function checkShape(document: ShapedDocument): Finding[] {
  const issues = findShapeIssues(document.kind, document.value);
  const findings = issues.map((issue) => toFinding(issue, document));
  const suggested = new Set(findings.flatMap(({ instead }) => instead ?? []));
  // A misspelt key is not reported as missing too.
  return findings
    .filter(({ finding }) => finding.code !== 'MISSING_KEY' || !suggested.has(JSON.stringify(finding.path)))
    .map(({ finding }) => finding);
}

function toFinding(issue: ShapeIssue, document: ShapedDocument): { finding: Finding; instead?: string } {
  const { path } = issue;
  switch (issue.code) {
    case 'unknown-key':
      return describeUnknownKey(document.kind, path, issue.key);
    case 'missing':
      return { finding: { code: 'MISSING_KEY', path, message: `The key "${path.at(-1) ?? ''}" is missing.` } };
    case 'empty':
      return { finding: { code: 'EMPTY_LIST', path, message: `${nameOf(path)} must not be empty.` } };
    case 'not-allowed':
      return { finding: describeNotAllowed(path, issue.allowed, getAt(document.value, path)) };
    default:
      return { finding: describeWrongType(path, issue.expected, document) };
  }
}

function describeUnknownKey(
  kind: DocumentKind,
  path: DocumentPath,
  key: string,
): { finding: Finding; instead?: string } {
  const known = listKnownKeys(kind, path);
  const nearest = suggestNearest(key, known);
  const attribute = path.length === 0 && known.includes('attributes') && key.endsWith('__limio');
  const hint = attribute
    ? 'Attributes go under "attributes".'
    : hintNearest(key, known, `Allowed keys: ${known.join(', ')}.`);
  const at = path.length === 0 ? `A document of kind ${kind}` : nameOf(path);
  const message = `${at} has no key "${key}".`;
  const finding: Finding = { code: 'UNKNOWN_KEY', path: [...path, key], on: 'key', message, hint };
  return nearest === undefined ? { finding } : { finding, instead: JSON.stringify([...path, nearest]) };
}

function describeNotAllowed(path: DocumentPath, allowed: string[], value: Json | undefined): Finding {
  const choice = `Use ${formatChoice(allowed)}.`;
  const hint = typeof value === 'string' ? hintNearest(value, allowed, choice) : choice;
  return { code: 'WRONG_VALUE', path, message: `${nameOf(path)} cannot be ${formatValue(value)}.`, hint };
}

function describeWrongType(path: DocumentPath, expected: string, document: ShapedDocument): Finding {
  const value = getAt(document.value, path);
  const source = document.readSourceText(path);
  const scalar = typeof value === 'number' || typeof value === 'boolean';
  const text = expected.split(' or ').includes('string');
  const hint = text && scalar ? `Quote it: "${source ?? value}"` : hintFor(expected, value);
  const words = expected.split(' or ').map((word) => WORDS.get(word) ?? word);
  const message = `${nameOf(path)} must be ${words.join(' or ')}, not ${formatValue(value)}.`;
  return { code: 'WRONG_TYPE', path, message, hint };
}

function hintFor(expected: string, value: Json | undefined): string | undefined {
  if (value === null)
    return 'Only a field that can be cleared takes null. To leave the field unmanaged, remove the key.';
  if (expected === 'array' && typeof value === 'string') return `Write a list: [${value}]`;
  if (expected === 'boolean' && typeof value === 'string') {
    if (/^(?:yes|on|true)$/i.test(value)) return 'Write true, without quotes.';
    if (/^(?:no|off|false)$/i.test(value)) return 'Write false, without quotes.';
  }
  if (expected === 'number' && typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value))
    return `Write ${value}, without quotes.`;
  return undefined;
}

function nameOf(path: DocumentPath): string {
  const name = path.findLast((part) => typeof part === 'string') ?? 'document';
  return typeof path.at(-1) === 'number' ? `An element of "${name}"` : path.length === 0 ? 'The document' : `"${name}"`;
}

function formatValue(value: Json | undefined): string {
  if (value === undefined || value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isJsonObject(value)) return 'a mapping';
  const text = JSON.stringify(value);
  const shown = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return typeof value === 'string' ? `the text ${shown}` : typeof value === 'number' ? `the number ${shown}` : shown;
}

function formatChoice(values: readonly string[]): string {
  const quoted = values.map((value) => `"${value}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

/** The kind of a document, or why nothing else can be checked. */
export function checkKind(value: JsonObject): { kind: Kind } | { finding: Finding } {
  const kind = getOwn(value, 'kind');
  const list = `The kinds are ${KINDS.join(', ')}.`;
  if (kind === undefined || kind === null) {
    const slip = suggestNearest('kind', Object.keys(value), 1);
    const key = slip === undefined ? [] : [slip];
    const hint = slip === undefined ? list : `Did you mean "kind" instead of "${slip}"?`;
    return { finding: { code: 'KIND_MISSING', path: key, on: 'key', message: 'The document has no "kind".', hint } };
  }
  if (typeof kind === 'string' && isKind(kind)) return { kind };
  const spelling = typeof kind === 'string' ? kind.replaceAll(/[\s-]+/g, '_') : '';
  const hint = isKind(spelling) ? `Did you mean "${spelling}"?` : hintNearest(spelling, KINDS, list);
  return {
    finding: { code: 'KIND_UNKNOWN', path: ['kind'], message: `There is no kind ${JSON.stringify(kind)}.`, hint },
  };
}

/** C0 except tab and line ends, DEL, C1, and halves of surrogate pairs, which UTF-8 cannot encode. */
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]|\p{Cs}/u;

/** Control characters in texts and keys would reach terminals, pages and other programs. */
export function checkText(document: Pick<CheckedDocument, 'value'>): Finding[] {
  const findings: Finding[] = [];
  visit(document.value, [], findings);
  return findings;
}

function visit(value: Json, path: PathPart[], findings: Finding[]): void {
  if (typeof value === 'string') {
    report(value, path, 'value', findings);
  } else if (Array.isArray(value)) {
    value.forEach((item, i) => step(item, path, i, findings));
  } else if (isJsonObject(value)) {
    for (const [key, child] of Object.entries(value)) {
      report(key, [...path, key], 'key', findings);
      step(child, path, key, findings);
    }
  }
}

function step(value: Json, path: PathPart[], part: PathPart, findings: Finding[]): void {
  path.push(part);
  visit(value, path, findings);
  path.pop();
}

function report(text: string, path: readonly PathPart[], on: 'key' | 'value', findings: Finding[]): void {
  const match = CONTROL.exec(text);
  if (!match) return;
  const [found] = match;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  findings.push({
    code: 'CONTROL_CHARACTER',
    path: [...path],
    on,
    offset: match.index,
    message: `The ${on === 'key' ? 'key' : 'text'} contains the control character U+${code}.`,
  });
}
