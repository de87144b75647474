import { describe, expect, test } from 'vitest';
import type { ChangeCause } from '../../src/model/drift.js';
import type { Change, Plan } from '../../src/model/plan.js';
import { renderPlanHtml } from '../../src/render/plan/html.js';
import { renderPlanMarkdown } from '../../src/render/plan/markdown.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';
import { RICH_PLAN } from '../support/rich-plan.js';

const ADDRESS = 'add_on:/add_ons/Archive';
const TENANT = { at: '2026-11-23T09:12:00+00:00', by: 'anna@acme.example' };

/** The change of one object under a cause, in a plan of its own. */
function withCause(cause: ChangeCause, rest: Partial<Change> = {}): Plan {
  const changes = RICH_PLAN.changes
    .filter(({ address }) => address === ADDRESS)
    .map((change): Change => ({ ...change, ...rest, cause }));
  return { ...RICH_PLAN, changes, levels: [[ADDRESS]], guards: [], withheld: [] };
}

const textOf = (plan: Plan): string => renderPlanText(plan, { style: PLAIN_STYLE });

describe('a change that overwrites an edit of the app', () => {
  const plan = withCause({ side: 'both', overwrites: ['/attributes/badge_text__limio'], tenant: TENANT });

  test('says so in every format, with who and when as the tenant says, and the field', () => {
    const what = 'overwrites an edit in the app, changed in git too';
    expect(textOf(plan)).toContain(
      `\n    ! ${what} (last edited 2026-11-23T09:12:00+00:00 by anna@acme.example): badge_text__limio\n`,
    );
    expect(renderPlanMarkdown(plan)).toContain(
      '**Overwrites an edit in the app, changed in git too** ' +
        '(last edited `2026-11-23T09:12:00+00:00 by anna@acme.example`): `badge_text__limio`',
    );
    const html = renderPlanHtml(plan);
    expect(html).toContain(`<span class="tag risk">${what}</span>`);
    expect(html).toContain('<code>2026-11-23T09:12:00+00:00 by anna@acme.example</code>');
  });

  test('is named where there is no room for its fields', () => {
    expect(renderPlanMarkdown(plan, { maxBytes: 700 })).toContain(
      '- update `add_on:/add_ons/Archive`, overwrites an edit in the app, changed in git too',
    );
  });

  test('names no field where it overwrites all of them', () => {
    const all = ['/attributes/badge_text__limio', '/attributes/allowed_countries__limio'];
    expect(textOf(withCause({ side: 'app', overwrites: all }))).toContain('    ! overwrites an edit in the app\n');
  });

  test.each<[Change['action'], ChangeCause, string]>([
    ['create', { side: 'app' }, 'recreates what was deleted in the app'],
    ['delete', { side: 'both', overwrites: ['/status'] }, 'deletes what was edited in the app'],
    ['delete', { side: 'app' }, 'deletes what was created in the app'],
  ])('%s: %s', (action, cause, words) => {
    expect(textOf(withCause(cause, { action }))).toContain(`    ! ${words}\n`);
  });
});

test('a change of the files alone is the normal case and needs no words', () => {
  expect(textOf(withCause({ side: 'git' }))).not.toContain('in the app');
  expect(renderPlanMarkdown(withCause({ side: 'git' }))).not.toContain('in the app');
});
