import { type Json, isJsonObject } from '../../model/json.js';
import type { CheckedDocument } from '../checked-document.js';
import type { Finding } from '../finding.js';
import type { PathPart } from '../parsed-file.js';

/** C0 but tab and line ends, DEL, C1, and halves of surrogate pairs, which no UTF-8 can hold. */
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]|\p{Cs}/u;

/** Control characters in texts and keys: they reach terminals, pages and other people's programs. */
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
  const found = CONTROL.exec(text)?.[0];
  if (found === undefined) return;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  findings.push({
    code: 'CONTROL_CHARACTER',
    path: [...path],
    on,
    message: `The ${on === 'key' ? 'key' : 'text'} holds the control character U+${code}.`,
  });
}
