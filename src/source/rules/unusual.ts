import { findUnusual, type Unusual } from '../../kinds/documents/documents.js';
import { suggestNearest } from '../../model/spelling.js';
import type { CheckedDocument, Finding } from '../documents.js';

const SUFFIX = '__limio';

/**
 * Misspelt attribute names, misspelt keys in the open objects inside attributes, and near misses of
 * usual values. Any attribute key is legal, so only the near ones and those that claim to be Limio's stand out.
 */
export function checkUnusual(document: CheckedDocument): Finding[] {
  return findUnusual(document.kind, document.value).flatMap((unusual) => {
    if (unusual.what === 'value') return describeValue(unusual);
    return unusual.path.length === 2 ? describeAttribute(unusual) : describeKey(unusual);
  });
}

function describeAttribute({ text, path, known }: Unusual): Finding[] {
  if (text.endsWith(SUFFIX)) {
    const stem = text.slice(0, -SUFFIX.length);
    const nearest = suggestNearest(
      stem,
      known.map((key) => (key.endsWith(SUFFIX) ? key.slice(0, -SUFFIX.length) : key)),
    );
    if (nearest !== undefined) {
      const hint = `Did you mean "${nearest}${SUFFIX}"?`;
      return [{ code: 'ATTRIBUTE_MISSPELT', path, on: 'key', message: `There is no attribute "${text}".`, hint }];
    }
    const hint = 'It is sent as it is. Check the spelling in the template of the item.';
    return [
      {
        code: 'ATTRIBUTE_UNKNOWN',
        path,
        on: 'key',
        message: `"${text}" is not an attribute that Limio is known to have.`,
        hint,
      },
    ];
  }
  // Customers' own keys are legal; only a slip in the suffix itself is likely to be none.
  const nearest = suggestNearest(text, known, 2);
  if (nearest === undefined) return [];
  return [
    {
      code: 'ATTRIBUTE_UNKNOWN',
      path,
      on: 'key',
      message: `"${text}" is close to an attribute of Limio.`,
      hint: `Did you mean "${nearest}"?`,
    },
  ];
}

function describeKey({ text, path, known }: Unusual): Finding[] {
  const nearest = suggestNearest(text, known, 2);
  if (nearest !== undefined) {
    return [
      {
        code: 'UNKNOWN_KEY',
        path,
        on: 'key',
        message: `There is no key "${text}" here.`,
        hint: `Did you mean "${nearest}"?`,
      },
    ];
  }
  return [
    {
      code: 'UNUSUAL_KEY',
      path,
      on: 'key',
      message: `"${text}" is not a key that Limio is known to have here.`,
      hint: `Known are ${known.join(', ')}.`,
    },
  ];
}

function describeValue({ text, path, known }: Unusual): Finding[] {
  const nearest = suggestNearest(text, known, 2);
  if (nearest === undefined) return [];
  return [
    {
      code: 'UNUSUAL_VALUE',
      path,
      message: `"${text}" is close to a usual value.`,
      hint: `Did you mean "${nearest}"?`,
    },
  ];
}
