import { computeItemId, listItemReferences } from '../../kinds/catalog/item-references.js';
import { getOwn, objectAt } from '../../model/json.js';
import type { CheckedDocument } from '../checked-document.js';
import type { Finding } from '../finding.js';
import { describePathFault } from './check-catalog-path.js';

/** Form of the paths in reference attributes, and ids that do not belong to their paths. */
export function checkReferences(document: CheckedDocument): Finding[] {
  return listItemReferences(objectAt(document.value, 'attributes')).flatMap(({ reference, at }): Finding[] => {
    const path = getOwn(reference, 'path');
    if (typeof path !== 'string') return [];
    const fault = describePathFault(path);
    if (fault !== undefined)
      return [{ code: 'PATH_SYNTAX', path: ['attributes', ...at, 'path'], message: `The path ${fault}.` }];
    const id = getOwn(reference, 'id');
    if (typeof id !== 'string' || id === computeItemId(path)) return [];
    const hint = 'Leave the id out: it is computed from the path.';
    return [
      { code: 'REFERENCE_ID', path: ['attributes', ...at, 'id'], message: `The id is not the one of "${path}".`, hint },
    ];
  });
}
