import { listAt, objectAt } from '../../model/json.js';
import type { CheckedDocument } from '../checked-document.js';
import type { Finding } from '../finding.js';

/** Labels are picklist values: keep them flat ASCII (API reference, section 3). */
export function checkLabels(document: CheckedDocument): Finding[] {
  return listAt(objectAt(document.value, 'attributes'), 'label__limio').flatMap((label, i): Finding[] => {
    // Space to tilde is printable ASCII.
    if (typeof label !== 'string' || (/^[ -~]+$/.test(label) && !label.includes('/'))) return [];
    const hint = 'Use letters, digits, hyphens and underscores.';
    return [
      {
        code: 'LABEL_NOT_ASCII',
        path: ['attributes', 'label__limio', i],
        message: `The label "${label}" is not flat ASCII text.`,
        hint,
      },
    ];
  });
}
