import type { Kind } from '../model/address.js';
import { isJsonObject, type JsonObject } from '../model/json.js';
import type { Finding, ParsedDocument } from './documents.js';
import { listRowFindings } from './layers.js';
import { readSourceText } from './locate.js';
import { listRules } from './rules/rules.js';
import { checkKind } from './rules/shape.js';
import { interpolateVariables, type Variables } from './variables.js';

/** A document, which may be a merged one, and what the checks of an environment found. */
export interface Checked {
  document: ParsedDocument;
  result: CheckResult;
}

interface CheckResult {
  /** Absent when the document does not say what it is. */
  subject?: { kind: Kind; value: JsonObject };
  findings: Finding[];
  /** The variables of the environment on which the result depends. */
  used: ReadonlySet<string>;
}

/**
 * Checks a document as each environment sees it, undefined where one does not declare it. Environments
 * with the same document and the same values of its variables share one result object.
 */
export function checkEverywhere(
  variants: readonly (ParsedDocument | undefined)[],
  environments: readonly Variables[],
): (Checked | undefined)[] {
  const known = new Map<ParsedDocument, { used: ReadonlySet<string>; byValues: Map<string, Checked> }>();
  return environments.map((variables, i) => {
    const document = variants[i];
    if (!document) return undefined;
    const seen = known.get(document);
    const shared = seen?.byValues.get(formatValues(seen.used, variables));
    if (shared) return shared;
    const result = checkDocument(document, variables);
    const checked = { document, result };
    const { used, byValues } = seen ?? { used: result.used, byValues: new Map<string, Checked>() };
    byValues.set(formatValues(used, variables), checked);
    known.set(document, { used, byValues });
    return checked;
  });
}

/** Equal for environments with equal values. An environment that lacks a variable shares with no other. */
function formatValues(used: ReadonlySet<string>, { environment, values }: Variables): string {
  return JSON.stringify([...used].map((name) => values.get(name) ?? { environment }));
}

function checkDocument(document: ParsedDocument, variables: Variables): CheckResult {
  const { value, used, findings: unfilled } = interpolateVariables(document.value, variables);
  const findings = [...listRowFindings(document), ...unfilled];
  if (!isJsonObject(value)) {
    const message = 'The document is not a mapping of keys and values.';
    findings.push({ code: 'NOT_A_MAPPING', path: [], message, hint: 'A document begins with "kind:".' });
    return { findings, used };
  }
  const kind = checkKind(value);
  if ('finding' in kind) return { findings: [...findings, kind.finding], used };
  const subject = { kind: kind.kind, value };
  const checked = { ...subject, readSourceText: (path: Finding['path']) => readSourceText(document, path) };
  const found = listRules(kind.kind).flatMap((rule) => rule(checked));
  // A reference without a value stays in the text; rules would report that text once more.
  const unresolved = new Set(
    findings.filter(({ code }) => /^(?:VARIABLE|EACH)_/.test(code)).map(({ path }) => JSON.stringify(path)),
  );
  const real = unresolved.size === 0 ? found : found.filter(({ path }) => !unresolved.has(JSON.stringify(path)));
  return { subject, findings: [...findings, ...real], used };
}
