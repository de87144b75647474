import type { Kind } from '../model/address.js';
import { type JsonObject, isJsonObject } from '../model/json.js';
import type { Finding } from './finding.js';
import { type Variables, interpolateVariables } from './interpolate-variables.js';
import { listRules } from './list-rules.js';
import { readSourceText } from './locate-path.js';
import type { ParsedDocument } from './parsed-file.js';
import { checkKind } from './rules/check-kind.js';

/** One document in one environment. */
export interface CheckResult {
  /** Absent when the document does not say what it is. */
  subject?: { kind: Kind; value: JsonObject };
  findings: Finding[];
  /** Variables of the environment on which the result depends: where all have the same values, so has it. */
  used: ReadonlySet<string>;
}

/** Fills in the variables of an environment and runs every rule for the kind. */
export function checkDocument(document: ParsedDocument, variables: Variables): CheckResult {
  const { value, used, findings } = interpolateVariables(document.value, variables);
  if (!isJsonObject(value)) {
    const hint = 'A document begins with "kind:".';
    findings.push({
      code: 'NOT_A_MAPPING',
      path: [],
      message: 'The document is not a mapping of keys and values.',
      hint,
    });
    return { findings, used };
  }
  const kind = checkKind(value);
  if ('finding' in kind) return { findings: [...findings, kind.finding], used };
  const subject = { kind: kind.kind, value };
  const checked = { ...subject, readSourceText: (path: Finding['path']) => readSourceText(document, path) };
  const found = listRules(kind.kind).flatMap((rule) => rule(checked));
  // A reference without a value stays in the text; complaints about that text would only repeat it.
  const unresolved = new Set(
    findings
      .filter(({ code }) => code === 'VARIABLE_UNKNOWN' || code === 'VARIABLE_REFUSED')
      .map(({ path }) => JSON.stringify(path)),
  );
  const real = unresolved.size === 0 ? found : found.filter(({ path }) => !unresolved.has(JSON.stringify(path)));
  return { subject, findings: [...findings, ...real], used };
}
