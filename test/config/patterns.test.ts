import { describe, expect, test } from 'vitest';
import { resolveEnvironment } from '../../src/config/environments.js';
import { parseConfig } from '../../src/config/parse-config.js';
import type { ConfigProblem } from '../../src/config/problems.js';
import { LimioError } from '../../src/errors/errors.js';

/** The problems of a configuration with these keys, and with these keys of its environment. */
function listProblems(keys: object, environment: object = {}, others: object = {}): ConfigProblem[] {
  try {
    parseConfig({ ...keys, environments: { prod: { tenant: 'a', ...environment }, ...others } }, 'limio.config.ts');
    return [];
  } catch (error) {
    if (error instanceof LimioError && error.code === 'CONFIG_INVALID')
      return error.details['problems'] as ConfigProblem[];
    throw error;
  }
}

describe('a pattern of addresses', () => {
  test.each([
    ['offer:offers2/A', 'Did you mean "offer:/offers2/A"?'],
    ['!page:pages/*', 'Did you mean "!page:/pages/*"?'],
    ['offers:/offers2/A', 'Did you mean "offer:/offers2/A"?'],
    ['{offer,pages}:/x', 'Did you mean "page:/x"?'],
    ['offer:', 'Write "offer:*" for all of them.'],
    ['offer:/offers2/[A', 'Write [a-z], or \\[ for this character in a name.'],
    ['offer:/offers2/{A', 'Write {a,b}, or \\{ for this character in a name.'],
    ['offer:/offers2/@(A|B)', 'Write {a,b} for alternatives'],
    ['!', 'Write * to match everything.'],
  ])('%s is refused in protect, ignore and ownership, with its fix', (pattern, hint) => {
    const problems = listProblems(
      { ownership: { app: ['*', pattern] } },
      { protect: ['*', pattern], ignore: ['*', pattern] },
    );
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'environments.prod.ignore[1]',
      'environments.prod.protect[1]',
      'ownership.app[1]',
    ]);
    for (const problem of problems) expect(problem.hint).toContain(hint);
  });

  test.each([
    'offer:/offers2/{A,B}',
    '{offer,page}:/x/*',
    'offer:?offers2/A',
    'journey:Trial (UK) \\[2026\\]',
    'promo_code:[A-Z]*',
    'o*',
    '*:/offers2/A',
  ])('%s is read', (pattern) => {
    expect(listProblems({}, { protect: [pattern] })).toEqual([]);
  });
});

describe('a list of patterns', () => {
  test('with a negation before everything that it could exclude is refused', () => {
    expect(listProblems({ files: { catalog: ['!catalog/drafts/**', 'catalog/**'] } })).toEqual([
      {
        path: 'files.catalog[0]',
        message: '"!catalog/drafts/**" excludes nothing: "!" only excludes what the patterns before it match.',
        hint: 'Move it to the end of the list.',
      },
    ]);
  });

  test('of negations only means everything except those', () => {
    const { scope, protect } = resolveEnvironment(
      { environments: { prod: { tenant: 'a', scope: { promo_codes: ['!CallCentre*'] }, protect: ['!offer:*'] } } },
      'prod',
    );
    expect([scope, protect]).toEqual([{ promo_code: ['*', '!CALLCENTRE*'] }, ['*', '!offer:*']]);
  });

  test('of a scope holds names, not addresses', () => {
    const problems = listProblems({}, { scope: { promo_codes: ['promo_code:SPRING*'], journeys: ['a[b'] } });
    expect(problems.map(({ path, hint }) => [path, hint])).toEqual([
      ['environments.prod.scope.promo_codes[0]', 'Did you mean "SPRING*"?'],
      ['environments.prod.scope.journeys[0]', 'Write [a-z], or \\[ for this character in a name.'],
    ]);
  });

  test('of files that cannot be read is refused, each pattern at its place', () => {
    const problems = listProblems({ files: { catalog: ['catalog/[a', 'catalog\\x'], prices: 'prices/{a' } });
    expect(problems.map(({ path }) => path)).toEqual(['files.catalog[0]', 'files.catalog[1]', 'files.prices']);
  });

  test('of ownership.git cannot exclude single fields', () => {
    expect(listProblems({ ownership: { git: ['offer:*', '!offer:*#/attributes/x'] } })).toMatchObject([
      { path: 'ownership.git[1]', hint: 'Name the field in "app" or "server".' },
    ]);
  });
});

function listMapProblems(field: string): string[] {
  const maps = [{ field, values: { prod: 'a', other: 'b' } }];
  return listProblems({ promotion: { maps } }, {}, { other: { tenant: 'b' } }).map(({ path }) => path);
}

describe('a map', () => {
  test('has one pattern, without a negation, that can be read', () => {
    expect(listMapProblems('offer:/{a,b}*#/attributes/rate_{plan,charge}__zuora')).toEqual([]);
    expect(listMapProblems('!offer:*#/attributes/x')).toEqual(['promotion.maps[0].field']);
    expect(listMapProblems('offer:*#/attributes/x{')).toEqual(['promotion.maps[0].field']);
  });
});
