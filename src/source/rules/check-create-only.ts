import { getOwn, isJsonObject, type Json, listAt } from '../../model/json.js';
import type { CheckedDocument } from '../checked-document.js';
import type { Finding } from '../finding.js';
import type { DocumentPath } from '../parsed-file.js';
import { CATALOG_FOLDERS, describePathFault } from './check-catalog-path.js';

const FOLDERS = {
  products: CATALOG_FOLDERS.product,
  tags: CATALOG_FOLDERS.tag,
  offers: [...CATALOG_FOLDERS.offer, ...CATALOG_FOLDERS.add_on],
};

/** Form of the paths that a creation sends. */
export function checkCreateOnly({ value }: CheckedDocument): Finding[] {
  const listed = (['products', 'tags', 'offers'] as const).flatMap((key) =>
    listAt(value, key).flatMap((path, i) => checkPath(path, FOLDERS[key], [key, i])),
  );
  const bundled = listAt(value, 'productBundles').flatMap((bundle, i) =>
    isJsonObject(bundle)
      ? checkPath(getOwn(bundle, 'product_path'), FOLDERS.products, ['productBundles', i, 'product_path'])
      : [],
  );
  return [...listed, ...bundled];
}

function checkPath(path: Json | undefined, folders: readonly string[], at: DocumentPath): Finding[] {
  if (typeof path !== 'string') return [];
  const fault =
    describePathFault(path) ??
    (folders.some((folder) => path.startsWith(folder)) ? undefined : `must begin with ${folders.join(' or ')}`);
  return fault === undefined ? [] : [{ code: 'PATH_SYNTAX', path: at, message: `The path ${fault}.` }];
}
