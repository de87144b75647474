import { CATALOG_TRAITS, findKindOfPath, isPathOfKind, listPathForms } from '../../kinds/catalog/catalog-kinds.js';
import { computeItemId, listItemReferences } from '../../kinds/catalog/item-references.js';
import { type CatalogKind, isCatalogKind } from '../../model/address.js';
import { getOwn, isJsonObject, type Json, listAt, objectAt } from '../../model/json.js';
import { isLikelySlip, suggestNearest } from '../../model/spelling.js';
import type { CheckedDocument, DocumentPath, Finding } from '../documents.js';

/** The `path` of a catalog item begins with the folder of its kind. */
export function checkCatalogPath(document: CheckedDocument): Finding[] {
  const path = getOwn(document.value, 'path');
  if (typeof path !== 'string' || !isCatalogKind(document.kind)) return [];
  const { tenantFolders: folders, anyFolder } = CATALOG_TRAITS[document.kind];
  const fault = describePathFault(path);
  const finding: Finding = { code: 'PATH_SYNTAX', path: ['path'], message: '' };
  if (fault !== undefined)
    return [{ ...finding, message: `The path ${fault}.`, hint: `Write ${tidyPath(path, document.kind)}` }];
  const own = isPathOfKind(document.kind, path) ? folders.find((folder) => path.startsWith(folder)) : undefined;
  if (document.kind === 'page' && own !== undefined && path.slice(own.length).includes('/')) {
    return [
      {
        ...finding,
        message: 'The path of a page is flat; its URL comes from its tags.',
        hint: `Write ${own}${path.slice(own.length).replaceAll('/', '-')}`,
      },
    ];
  }
  if (own !== undefined) return [];
  const other = findKindOfPath(path);
  const forms = listPathForms(document.kind).join(' or ');
  if (anyFolder && other === undefined && isOwnFolder(path, folders)) return [];
  const hint =
    other && other !== document.kind
      ? `It is the path of another kind: ${other}.`
      : `Write ${tidyPath(path, document.kind)}`;
  return [
    {
      ...finding,
      message: `The path of a resource of kind ${document.kind} has the form ${forms}.`,
      hint,
    },
  ];
}

/** Whether a path is below a folder that is neither one of `folders` nor one of them misspelt. */
function isOwnFolder(path: string, folders: readonly string[]): boolean {
  const [, folder = '', name = ''] = path.split('/');
  const nearest = suggestNearest(
    folder,
    folders.map((one) => one.slice(1, -1)),
  );
  return name !== '' && (nearest === undefined || !isLikelySlip(nearest, folder));
}

/** The fault of a catalog path, as the rest of a sentence; undefined for a correct one. */
function describePathFault(path: string): string | undefined {
  if (!path.startsWith('/')) return 'must begin with a slash';
  if (path.endsWith('/')) return 'must not end with a slash';
  if (path.includes('//')) return 'has an empty part between two slashes';
  if (path.split('/').some((part) => part === '.' || part === '..')) return 'must not have a part "." or ".."';
  return undefined;
}

/** The path that was probably meant. */
function tidyPath(path: string, kind: CatalogKind): string {
  const { tenantFolders: folders } = CATALOG_TRAITS[kind];
  const forms = listPathForms(kind);
  const parts = path.split('/').map((part) => part.trim());
  const [first = '', ...names] = parts.filter((part) => part !== '' && part !== '.' && part !== '..');
  const tidy = `/${[first, ...names].join('/')}`;
  if (folders.some((folder) => tidy.startsWith(folder))) return tidy;
  const near = folders.includes(`/${first}/`) ? `/${first}/` : findNearestFolder(first, folders);
  const meant = `${near}${names.join(kind === 'page' ? '-' : '/')}`;
  if (near !== undefined && names.length === 0) return forms[folders.indexOf(near)] ?? near;
  if (near !== undefined && findKindOfPath(meant) === kind) return meant;
  return forms[0]?.replace(/<.*>$/, (blank) => names.at(-1) ?? (first || blank)) ?? tidy;
}

/** Of two equally near folders, the one with the same ending: `/page2/` is `/pages2/`, not `/pages/`. */
function findNearestFolder(name: string, folders: readonly string[]): string | undefined {
  const known = folders.map((folder) => folder.slice(1, -1));
  const hasEnding = (folder: string): boolean => folder.endsWith(name.slice(-1));
  const nearest = suggestNearest(name, [...known.filter(hasEnding), ...known.filter((one) => !hasEnding(one))]);
  return nearest === undefined ? undefined : `/${nearest}/`;
}

const FOLDERS = {
  products: CATALOG_TRAITS.product.tenantFolders,
  tags: CATALOG_TRAITS.tag.tenantFolders,
  offers: [...CATALOG_TRAITS.offer.tenantFolders, ...CATALOG_TRAITS.add_on.tenantFolders],
};

/** The syntax of paths in create-only fields. */
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

/** The syntax of paths in references, and ids that do not match their paths. */
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

/** Labels are picklist values, and those must be flat ASCII (API reference, section 3). */
export function checkLabels(document: CheckedDocument): Finding[] {
  return listAt(objectAt(document.value, 'attributes'), 'label__limio').flatMap((label, i): Finding[] => {
    // From space to tilde: printable ASCII.
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
