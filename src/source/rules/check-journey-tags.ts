import { listAt, textAt } from '../../model/json.js';
import type { CheckedDocument } from '../checked-document.js';
import type { Finding } from '../finding.js';
import type { DocumentPath } from '../parsed-file.js';
import { listActions, listBranches } from './list-journey-parts.js';

const HOST =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*(?::\d{1,5})?$/i;

/** Tag paths, less `/tags`, have a slash at both ends (API reference, section 2). */
export function checkJourneyTags({ value }: CheckedDocument): Finding[] {
  const destinations = listBranches(value).flatMap((branch) =>
    listActions(branch).flatMap(({ element, path }) =>
      checkTag(textAt(element, 'destination'), [...path, 'destination']),
    ),
  );
  return [
    ...checkTag(textAt(value, 'starting_point'), ['starting_point']),
    ...checkTag(textAt(value, 'fallback_tag'), ['fallback_tag']),
    ...destinations,
  ];
}

/** Domains are hosts of the storefront, without scheme and path. */
export function checkJourneyDomains({ value }: CheckedDocument): Finding[] {
  return listAt(value, 'domains').flatMap((domain, i): Finding[] => {
    if (typeof domain !== 'string' || HOST.test(domain)) return [];
    const bare = domain.replace(/^[a-z]+:\/\//i, '').replace(/\/.*$/, '');
    const hint = HOST.test(bare) ? `Write ${bare}` : 'Write a host, for example acme-shop.prod.limio.com.';
    return [{ code: 'JOURNEY_DOMAIN', path: ['domains', i], message: `"${domain}" is not a host name.`, hint }];
  });
}

/** One tag path of a file. */
export function checkTag(tag: string | undefined, path: DocumentPath): Finding[] {
  if (tag === undefined) return [];
  const complaint = describeTagFault(tag);
  if (complaint === undefined) return [];
  const parts = tag
    .trim()
    .split('/')
    .filter((part) => part !== '');
  const kept = parts[0] === 'tags' ? parts.slice(1) : parts;
  const hint = kept.length === 0 || kept[0]?.endsWith(':') ? 'Write it like /us/landing/' : `Write /${kept.join('/')}/`;
  return [{ code: 'TAG_PATH', path, message: `The tag path "${tag}" ${complaint}.`, hint }];
}

function describeTagFault(tag: string): string | undefined {
  if (/^[a-z]+:\/\//i.test(tag)) return 'is a URL';
  if (!tag.startsWith('/') || !tag.endsWith('/')) return 'must begin and end with a slash';
  if (tag.startsWith('/tags/')) return 'must leave "/tags" out';
  if (tag.includes('//')) return 'has an empty part between two slashes';
  if (/[\s?#]/.test(tag)) return 'holds a space, "?" or "#"';
  return undefined;
}
