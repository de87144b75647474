import { type CatalogKind, isCatalogKind } from '../../model/address.js';
import { getOwn } from '../../model/json.js';
import type { CheckedDocument } from '../checked-document.js';
import type { Finding } from '../finding.js';

/** Where the items of a kind live in the catalog (API reference, section 3). */
export const CATALOG_FOLDERS: Record<CatalogKind, readonly string[]> = {
  offer: ['/offers2/', '/offers/'],
  add_on: ['/add_ons/'],
  product: ['/products/'],
  tag: ['/tags/'],
  page: ['/pages/'],
};

/** The `path` of a catalog item. */
export function checkCatalogPath(document: CheckedDocument): Finding[] {
  const path = getOwn(document.value, 'path');
  if (typeof path !== 'string' || !isCatalogKind(document.kind)) return [];
  const folders = CATALOG_FOLDERS[document.kind];
  const complaint = describePathFault(path);
  const finding: Finding = { code: 'PATH_SYNTAX', path: ['path'], message: '' };
  if (complaint !== undefined)
    return [{ ...finding, message: `The path ${complaint}.`, hint: `Write ${tidyPath(path, folders)}` }];
  if (document.kind === 'page' && path.startsWith('/pages/') && path.split('/').length > 3) {
    return [
      {
        ...finding,
        message: 'The path of a page is flat; its URL comes from its tags.',
        hint: `Write /pages/${path.slice('/pages/'.length).replaceAll('/', '-')}`,
      },
    ];
  }
  if (folders.some((folder) => path.startsWith(folder) && path.length > folder.length)) return [];
  const other = Object.entries(CATALOG_FOLDERS).find(([, list]) => list.some((folder) => path.startsWith(folder)));
  const hint =
    other && other[0] !== document.kind
      ? `It is the path of another kind: ${other[0]}.`
      : `Write ${tidyPath(path, folders)}`;
  return [
    {
      ...finding,
      message: `The path of a resource of kind ${document.kind} begins with ${folders.join(' or ')}.`,
      hint,
    },
  ];
}

/** What is wrong with the form of a catalog path, as the rest of a sentence; undefined when nothing is. */
export function describePathFault(path: string): string | undefined {
  if (!path.startsWith('/')) return 'must begin with a slash';
  if (path.endsWith('/')) return 'must not end with a slash';
  if (path.includes('//')) return 'has an empty part between two slashes';
  if (path.split('/').some((part) => part === '.' || part === '..')) return 'must not have a part "." or ".."';
  if (path !== path.trim() || /\s\/|\/\s/.test(path)) return 'has a space beside a slash or at its end';
  return undefined;
}

function tidyPath(path: string, folders: readonly string[]): string {
  const parts = path.split('/').map((part) => part.trim());
  const kept = parts.filter((part) => part !== '' && part !== '.' && part !== '..');
  const tidy = `/${kept.join('/')}`;
  const name = folders.includes(`${tidy}/`) ? undefined : kept.at(-1);
  return folders.some((folder) => tidy.startsWith(folder)) ? tidy : `${folders[0] ?? '/'}${name ?? 'Name'}`;
}
