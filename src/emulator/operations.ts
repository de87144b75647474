import { matchGlob } from '../model/text.js';

/**
 * The names of the API's calls in fault rules. A `list` comes in pages and is a read as well;
 * journeys and component builds are answered whole.
 */
export const OPERATIONS = {
  token: 'token',
  'list-offers': 'list',
  'list-add-ons': 'list',
  'list-products': 'list',
  'list-pages': 'list',
  'list-campaigns': 'list',
  'list-segments': 'list',
  'list-assets': 'list',
  'list-catalog-items': 'list',
  'list-published-items': 'list',
  'head-item': 'read',
  'delete-item': 'write',
  'bulk-update': 'write',
  'start-job': 'write',
  'get-job': 'read',
  'list-promos': 'list',
  'get-promo': 'read',
  'create-promo': 'write',
  'put-promo': 'write',
  'delete-promo': 'write',
  'list-journeys': 'read',
  'get-journey': 'read',
  'create-journey': 'write',
  'put-journey': 'write',
  'delete-journey': 'write',
  build: 'write',
  'list-component-builds': 'read',
  publish: 'write',
  'preview-order': 'read',
} as const satisfies Record<string, 'token' | 'list' | 'read' | 'write'>;

export type Operation = keyof typeof OPERATIONS;

export const OPERATION_NAMES = Object.keys(OPERATIONS) as Operation[];

/** Whether a pattern names the operation: its name, a glob such as `list-*`, or `read`, `write`, `list`. */
export function matchOperation(pattern: string, operation: Operation): boolean {
  const group = OPERATIONS[operation];
  if (pattern === 'read') return group === 'read' || group === 'list';
  if (pattern === 'write' || pattern === 'list') return group === pattern;
  return matchGlob(pattern, operation);
}
