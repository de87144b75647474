import { formatPointer, isJsonObject, type Json } from '../../model/json.js';
import type { LintContext } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/resource.js';

export interface TextPlace {
  text: string;
  pointer: string;
  /** The key that holds the text, or the list that it stands in. */
  key: string;
}

const KNOWN = new WeakMap<LintContext, Map<DesiredResource, TextPlace[]>>();

/** Every text that a file declares for a resource, wherever it stands. Looked for once, since several rules read them. */
export function listTexts(resource: DesiredResource, context: LintContext): TextPlace[] {
  const all = KNOWN.get(context) ?? new Map<DesiredResource, TextPlace[]>();
  KNOWN.set(context, all);
  const known = all.get(resource);
  if (known) return known;
  const found: TextPlace[] = [];
  visit(resource.body, '', '', found);
  all.set(resource, found);
  return found;
}

function visit(value: Json, pointer: string, key: string, found: TextPlace[]): void {
  if (typeof value === 'string') {
    if (value !== '') found.push({ text: value, pointer, key });
  } else if (Array.isArray(value)) value.forEach((item, i) => visit(item, `${pointer}/${i}`, key, found));
  else if (isJsonObject(value))
    for (const [name, child] of Object.entries(value)) visit(child, pointer + formatPointer([name]), name, found);
}
