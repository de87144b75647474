import { expect, test } from 'vitest';
import { toItemCreation } from '../../src/model/live-api.js';

test.each([
  ['offer:/offers2/Digital Monthly', 'offers2', 'Digital Monthly'],
  ['offer:/offers/Winter/Gold', 'offers/Winter', 'Gold'],
  ['tag:/tags/customers/acme', 'tags/customers', 'acme'],
  ['page:/pages/acme', 'pages', 'acme'],
  ['page:/pages2/Spring Landing', 'pages', 'Spring Landing'],
  ['page:/landing_pages/Spring', 'pages', 'Spring'],
] as const)('a new %s is posted to the tree %s, and its path is the declared one', (address, parent, name) => {
  const path = address.slice(address.indexOf(':') + 1);
  expect(toItemCreation({ address, after: { attributes: {} } })).toMatchObject({ parent, itemData: { path, name } });
});
