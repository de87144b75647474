import { type Json, getOwn, isJsonObject } from '../model/json.js';

/** Keys under which an object names a catalog item, as seen in tenants (API reference, section 3). */
const PATH_KEYS = ['path', '$ref', 'product_path'] as const;

/**
 * The paths that a reference or a list of them names: texts, `{path}`, `{$ref}`, `{product_path}`,
 * and groups `{items: [...]}` of those. Texts that are no path are left out.
 */
export function collectPaths(value: Json | undefined): string[] {
  return asList(value).flatMap((entry) => {
    const group = isJsonObject(entry) ? getOwn(entry, 'items') : undefined;
    return [entry, ...(Array.isArray(group) ? group : [])].flatMap(namePath);
  });
}

function namePath(entry: Json | undefined): string[] {
  const named = isJsonObject(entry) ? PATH_KEYS.map((key) => getOwn(entry, key)) : [entry];
  return named.filter((path) => typeof path === 'string').filter((path) => path.startsWith('/'));
}

/** The non-empty texts of a text or a list of texts. */
export function collectTexts(value: Json | undefined): string[] {
  return asList(value)
    .filter((text) => typeof text === 'string')
    .filter((text) => text !== '');
}

function asList(value: Json | undefined): (Json | undefined)[] {
  return Array.isArray(value) ? value : [value];
}
