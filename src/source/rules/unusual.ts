import { findKnownAttribute } from '../../kinds/catalog/attributes.js';
import { getAttributeSchema } from '../../kinds/catalog/document.js';
import { findUnusual, type Unusual } from '../../kinds/documents/documents.js';
import { getOwn, type JsonObject, objectAt } from '../../model/json.js';
import { hintNearest, suggestNearest } from '../../model/spelling.js';
import type { CheckedDocument, DocumentPath, Finding } from '../documents.js';

const SUFFIX = '__limio';

/**
 * Misspelt attributes, keys inside attributes, and values that are not known. A tenant may have attributes of its own,
 * so of those only near misses, missing endings and unknown `__limio` keys are reported.
 */
export function checkUnusual(document: CheckedDocument): Finding[] {
  return findUnusual(document.kind, document.value).flatMap((unusual) => {
    if (unusual.what === 'value') return describeValue(unusual);
    if (unusual.path.length !== 2) return describeKey(unusual);
    return describeBareAttribute(unusual, objectAt(document.value, 'attributes')) ?? describeAttribute(unusual);
  });
}

/** `cta_text` for `cta_text__limio`, unless the item has both or the value is of another type. */
function describeBareAttribute({ text, path, known }: Unusual, attributes: JsonObject): Finding[] | undefined {
  const whole = known.find((key) => key !== text && key.replace(/__[a-z]+$/, '') === text);
  const row = whole === undefined ? undefined : findKnownAttribute(whole);
  if (!row || whole === undefined || Object.hasOwn(attributes, whole)) return undefined;
  if (!getAttributeSchema(row.type).safeParse(getOwn(attributes, text)).success) return undefined;
  const message = `Limio calls this attribute "${whole}" and does not show "${text}".`;
  return [{ code: 'ATTRIBUTE_SUFFIX', path, on: 'key', message, hint: `Write "${whole}".` }];
}

function describeAttribute({ text, path, known }: Unusual): Finding[] {
  if (!text.endsWith(SUFFIX)) {
    const hint = hintNearest(text, known, undefined, 2);
    if (hint === undefined) return [];
    const message = `"${text}" looks like a misspelt attribute of Limio.`;
    return [{ code: 'ATTRIBUTE_UNKNOWN', path, on: 'key', message, hint }];
  }
  const nearest = suggestNearest(withoutSuffix(text), known.map(withoutSuffix));
  if (nearest === undefined) {
    const message = `"${text}" is not a known attribute of Limio.`;
    const hint = 'limio-sync sends it unchanged. Check its spelling in the template of the item.';
    return [{ code: 'ATTRIBUTE_UNKNOWN', path, on: 'key', message, hint }];
  }
  const hint = `Did you mean "${nearest}${SUFFIX}"?`;
  return [{ code: 'ATTRIBUTE_MISSPELT', path, on: 'key', message: `There is no attribute "${text}".`, hint }];
}

function withoutSuffix(key: string): string {
  return key.endsWith(SUFFIX) ? key.slice(0, -SUFFIX.length) : key;
}

function describeKey({ text, path, known }: Unusual): Finding[] {
  const suggestion = hintNearest(text, known, undefined, 2);
  if (suggestion !== undefined) {
    const message = `There is no key "${text}" here.`;
    return [{ code: 'UNKNOWN_KEY', path, on: 'key', message, hint: suggestion }];
  }
  const hint = `Known keys: ${known.join(', ')}.`;
  return [{ code: 'UNUSUAL_KEY', path, on: 'key', message: `"${text}" is not a known key here.`, hint }];
}

function describeValue({ text, path, known }: Unusual): Finding[] {
  const field = String(path.findLast((part) => typeof part === 'string'));
  return text === '' ? [] : describeUnknownWord(text, path, field, known);
}

/** A value that is not in the vocabulary of its field. */
export function describeUnknownWord(
  text: string,
  path: DocumentPath,
  field: string,
  known: readonly string[],
): Finding[] {
  const lower = text.toLowerCase();
  const part = lower.length > 3 ? known.find((word) => word.toLowerCase().includes(lower)) : undefined;
  const hint = hintNearest(text, known, `Known values: ${known.filter((word) => word !== '').join(', ')}.`, 2);
  return [
    {
      code: 'UNUSUAL_VALUE',
      path,
      message: `"${text}" is not a known value of "${field}".`,
      hint: hint.startsWith('Known') && part !== undefined ? `Did you mean "${part}"?` : hint,
    },
  ];
}
