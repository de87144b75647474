import type { Kind } from '../model/address.js';
import { isJsonObject, type JsonObject } from '../model/json.js';
import type { Finding, ParsedDocument } from './documents.js';
import { readSourceText } from './locate.js';
import { listRules } from './rules/rules.js';
import { checkKind } from './rules/shape.js';
import { interpolateVariables, type Variables } from './variables.js';

/** One document of the base in one environment, its overlay merged over it. */
export interface Checked {
  document: ParsedDocument;
  result: CheckResult;
}

/**
 * Checks a document as each environment sees it; undefined stands for one that does not declare it.
 * Environments in which it reads the same share one result, the very same object.
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

/** The same text for two environments in which a document reads the same. One that lacks a variable is like no other. */
function formatValues(used: ReadonlySet<string>, { environment, values }: Variables): string {
  return JSON.stringify([...used].map((name) => values.get(name) ?? { environment }));
}

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
