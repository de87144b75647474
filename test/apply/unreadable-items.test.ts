import { expect, test } from 'vitest';
import { applyPlan } from '../../src/apply/apply.js';
import { change, makeContext, makePlan } from '../support/apply-fixtures.js';
import { createFakeLiveApi, makeFailure } from '../support/fake-live-api.js';

test('an unreadable item is unverified, not failed, if its batch was refused for another item', async () => {
  const paths = ['A', 'B', 'C', 'D'].map((name) => `/offers2/${name}`);
  const api = createFakeLiveApi({
    items: Object.fromEntries(paths.map((path) => [path, { price: '1' }])),
    hooks: {
      takeEdit: ({ path }) => (path.endsWith('B') ? { refuse: { path, message: 'no' } } : 'store'),
      before: ({ method, args, nth }) => {
        if (method === 'readItem' && args[0] === '/offers2/C' && nth > 0)
          throw makeFailure(403, { message: 'Forbidden' });
      },
    },
  });
  const result = await applyPlan(
    makePlan(paths.map((path) => change(`offer:${path}`, { price: '1' }, { price: '2' }))),
    makeContext(api),
  );
  expect(result.outcomes.map(({ address, status }) => `${address.slice(-1)} ${status}`)).toEqual([
    'A done',
    'B failed',
    'C unverified',
    'D done',
  ]);
  expect(result.outcomes[2]?.error?.message).toBe('offer:/offers2/C was sent, but could not be read back: Forbidden');
  expect(api.state.items.get('/offers2/C')?.attributes['price']).toBe('2');
});
