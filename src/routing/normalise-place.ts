/** The page that is both home page and 404 page (API reference, section 2). */
export const DEFAULT_START = '/default/';

/** `landing`, `/landing` and `/landing/` are the same; `/` is the home page, which is `/default/`. */
export function normalisePath(path: string): string {
  if (path.length > 2 && path.startsWith('/') && path.endsWith('/') && path[1] !== '/' && path.at(-2) !== '/')
    return path;
  const inner = path.replace(/^\/+|\/+$/g, '');
  return inner === '' ? DEFAULT_START : `/${inner}/`;
}

/** Hosts ignore letter case and a final dot. */
export function normaliseHost(host: string): string {
  return host.toLowerCase().replace(/\.(?=:|$)/, '');
}
