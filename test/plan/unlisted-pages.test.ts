import { describe, expect, test } from 'vitest';
import { makePlan } from '../../src/plan/plan.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { createTenantReader, declare } from './support/tenant-reader.js';

const DRAFT = '/pages/draft';

/** `/pages` lists published pages only; the draft can be read by its path. */
function planDraft(title: string) {
  const reader = createTenantReader({
    pages: { [DRAFT]: { name: 'draft', tags: ['/tags/draft'], attributes: { meta_title__limio: 'Old' } } },
    publishedPages: [],
  });
  const published = {
    ...reader,
    listItems: async (...args: Parameters<typeof reader.listItems>) => {
      const listing = await reader.listItems(...args);
      return args[0] === 'page' ? { ...listing, items: [] } : listing;
    },
  };
  return makePlan(published, declare({ [`page:${DRAFT}`]: { meta_title__limio: title } }), TEST_CONTEXT);
}

describe('a declared page that the list of pages leaves out', () => {
  test('is read at head, and its change is built and published', async () => {
    const { changes, publish } = await planDraft('New');
    expect(changes.map(({ address, action }) => [address, action])).toEqual([[`page:${DRAFT}`, 'update']]);
    expect(publish.onNoPage).toEqual([]);
    expect(publish.pages).toMatchObject([
      { path: DRAFT, name: 'draft', routes: ['/draft/'], items: [`page:${DRAFT}`], reason: 'changed' },
    ]);
  });
});
