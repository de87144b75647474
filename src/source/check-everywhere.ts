import { type CheckResult, checkDocument } from './check-document.js';
import type { Variables } from './interpolate-variables.js';
import type { ParsedDocument } from './parsed-file.js';

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
