import { describe, expect, test } from 'vitest';
import { makeLargePlan } from '../../bench/large-plan.mjs';
import { quoteWords } from '../../src/render/markdown.js';
import { formatMarker, renderPlanMarkdown } from '../../src/render/plan/markdown.js';
import { parseMarkdown } from '../support/parse-rendering.js';
import { RICH_PLAN } from '../support/rich-plan.js';

const charts = (markdown: string): number => markdown.split('```mermaid').length - 1;

describe('the comment on a pull request', () => {
  test('tells what stops the plan and what it deletes before anything else', () => {
    const markdown = renderPlanMarkdown(RICH_PLAN);
    const places = [
      'apply will stop before the first write',
      'changes** `DELETE_CONSENT`',
      'changes** `PRICE_CHANGE`',
      '**Deletes 2 objects**',
      '**Impact**',
      '**Warnings**',
      '<details',
    ].map((text) => markdown.indexOf(text));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places.toSorted((a, b) => a - b)).toEqual(places);
  });

  test('gives the fields up first, those of changes that may run before those that may not', () => {
    const whole = renderPlanMarkdown(RICH_PLAN);
    expect(charts(whole)).toBe(3);
    const shorter = renderPlanMarkdown(RICH_PLAN, { maxBytes: 3_400 });
    for (const { address } of RICH_PLAN.changes) expect(shorter).toContain(`\`${address}\``);
    expect(shorter).toContain('@@ price__limio.charge_1.value @@');
    expect(shorter).not.toContain('@@ badge_text__limio @@');
    expect(charts(shorter)).toBeLessThan(3);
    expect(shorter).toMatch(/Fields of \d objects not shown \(size limit\)\./);
  });

  test('names as many of 5,000 changes as fit and counts the others', () => {
    const plan = makeLargePlan(5_000);
    const markdown = renderPlanMarkdown(plan);
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(65_536);
    expect(Buffer.byteLength(markdown)).toBeGreaterThan(60_000);
    const named = new Set(
      parseMarkdown(markdown)
        .textsOf('li')
        .flatMap((text) => /^(?:create|update|delete) (.*?)(?:, withheld)?$/.exec(text)?.[1] ?? []),
    );
    const more = [...markdown.matchAll(/^([\d,]+) [a-z ]+ (?:more|in total), not listed \(size limit\)$/gm)].reduce(
      (sum, [, count]) => sum + Number(count?.replaceAll(',', '')),
      0,
    );
    expect(named.size).toBeGreaterThan(500);
    expect(named.size + more).toBe(5_000);
    expect(markdown).toContain('500 to create, 4,000 to update, 500 to delete, 500 of them withheld, 12,000 unchanged');
  });

  test('names all of 1,000 changes, and has room for fields of some', () => {
    const plan = makeLargePlan(1_000);
    const codes = new Set(parseMarkdown(renderPlanMarkdown(plan)).textsOf('code'));
    expect(plan.changes.filter(({ address }) => !codes.has(address))).toEqual([]);
    expect([...codes].some((code) => code.includes('@@'))).toBe(true);
  });

  test('is found again by its marker, which nothing in it can end', () => {
    expect(
      renderPlanMarkdown(RICH_PLAN, { marker: 'limio-sync:production' }).startsWith('<!-- limio-sync:production -->\n'),
    ).toBe(true);
    expect(formatMarker('limio-sync:a --><script>')).toBe('<!-- limio-sync:a -__script_ -->');
    expect(renderPlanMarkdown(RICH_PLAN, { maxBytes: 200, marker: 'limio-sync:production' })).toContain(
      formatMarker('limio-sync:production'),
    );
  });

  test('takes another title, in which nothing means anything either', () => {
    expect(renderPlanMarkdown(RICH_PLAN, { title: 'Drift of @team' }).split('\n')[0]).toBe('### Drift of `@team`');
  });

  test('of too few bytes for a sentence is cut, and never empty while a byte is left', () => {
    expect(renderPlanMarkdown(RICH_PLAN, { maxBytes: 11 })).toBe('2 to create');
    expect(renderPlanMarkdown(RICH_PLAN, { maxBytes: 0 })).toBe('');
  });
});

test.each([
  ['It runs only with a consent.', 'It runs only with a consent.'],
  ['add --allow-delete=2 to apply.', 'add `--allow-delete=2` to apply.'],
  ['offer:/offers2/A @octocat differs, see #12', '`offer:/offers2/A @octocat` differs, see `#12`'],
  ['from 9.99 -> 12.99 (+30.0 %)', 'from 9.99 → 12.99 (+30.0 %)'],
  ['commit deadbeef or 1234567', 'commit `deadbeef` or `1234567`'],
  ['1. a list', '`1`. a list'],
  ['a `b` c', 'a `` `b` `` c'],
  ['', ''],
])('the sentence %j stands in Markdown as %j', (sentence, markdown) => {
  expect(quoteWords(sentence)).toBe(markdown);
});
