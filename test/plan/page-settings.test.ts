import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import { parseFiles, withBench } from '../support/run-scenario.js';

const LIVE: JsonObject = {
  isAuthenticated: false,
  pageStyle: { theme: 'dark', id: 7 },
  assets: [{ path: '/assets/a.css' }],
};

async function plan(settings: string, path = '/pages/home', data: JsonObject = LIVE): Promise<Plan> {
  const page = { path: '/pages/home', data: { record_type: 'page', attributes: {}, tags: ['/tags/home'], ...data } };
  return withBench({ seed: { items: [page] } }, (bench) =>
    bench.plan(
      parseFiles([{ path: 'home.yaml', text: `kind: page\npath: ${path}\n${settings}` }]),
      {},
      { createItems: true },
    ),
  );
}

const warnings = (made: Plan): string[] =>
  made.warnings.filter(({ code }) => code === 'SET_BY_HAND').map(({ message, hint }) => `${message} | ${hint}`);

describe('the settings of a page that no known call writes', () => {
  test('are compared with the live page: a difference is a warning, not a change', async () => {
    const made = await plan('isAuthenticated: true\npageAuthProvider: auth0\npageStyle: { theme: light }\n');
    expect(warnings(made)).toEqual([
      'page:/pages/home differs from the tenant in settings that limio-sync cannot write: ' +
        'isAuthenticated (file: true, tenant: false), pageAuthProvider (file: "auth0", tenant: not set), ' +
        'pageStyle (file: {"theme":"light"}, tenant: {"theme":"dark"}). | ' +
        'Set them in the Page Builder, then publish the page.',
    ]);
    expect(made.changes).toEqual([]);
  });

  test.each([
    ['the live values', 'isAuthenticated: false\npageStyle: { theme: dark }\nassets: [/assets/a.css]\n', LIVE],
    ['a value that is as good as none', 'isAuthenticated: false\npageAuthProvider: ""\nassets: []\n', {}],
    ['nothing', '', LIVE],
  ])('are no warning where the file declares %s', async (_what, settings, data) => {
    expect(warnings(await plan(settings, '/pages/home', data))).toEqual([]);
  });

  test('of a new page are named, and never sent', async () => {
    const made = await plan('isAuthenticated: true\nassets: [/assets/a.css]\n', '/pages/members');
    expect(warnings(made)).toEqual([
      'page:/pages/members is new, and limio-sync cannot send isAuthenticated (true), assets (["/assets/a.css"]). | ' +
        'Once the page exists, set them in the Page Builder, then publish the page.',
    ]);
    expect(made.changes.map(({ after }) => Object.keys(after ?? {}))).toEqual([['attributes']]);
  });
});
