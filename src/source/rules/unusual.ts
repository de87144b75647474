import { findUnusual, type Unusual } from '../../kinds/documents/documents.js';
import { hintNearest, suggestNearest } from '../../model/spelling.js';
import type { CheckedDocument, Finding } from '../documents.js';

const SUFFIX = '__limio';

/**
 * Misspelt attributes, keys inside attributes, and values that are close to usual ones. A tenant may
 * have attributes of its own, so only near misses and unknown `__limio` keys are reported.
 */
export function checkUnusual(document: CheckedDocument): Finding[] {
  return findUnusual(document.kind, document.value).flatMap((unusual) => {
    if (unusual.what === 'value') return describeValue(unusual);
    return unusual.path.length === 2 ? describeAttribute(unusual) : describeKey(unusual);
  });
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
  const hint = hintNearest(text, known, undefined, 2);
  return hint === undefined
    ? []
    : [{ code: 'UNUSUAL_VALUE', path, message: `"${text}" looks like a misspelt value.`, hint }];
}
