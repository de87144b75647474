import { expect, test } from 'vitest';
import { describeDialectDoubt } from '../../src/apply/prove-dialect.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import type { FieldChange } from '../../src/model/plan.js';

const wrong: FieldChange = { path: '/attributes/title', before: 'wanted', after: 'kept', show: 'value' };
const staysWhole: FieldChange = { path: '/attributes/badge', after: 'kept', show: 'value' };
const staysInside: FieldChange = { path: '/attributes/term__limio/renewal_type', after: 'kept', show: 'value' };

test.each<[string, boolean, FieldChange[], string]>([
  ['nothing changed at all', true, [wrong], 'Most likely dialect.bulkUpdate.wrapper (now bare). '],
  [
    'nothing changed, a removal among it',
    true,
    [wrong, staysWhole],
    'Most likely dialect.bulkUpdate.wrapper (now bare). ',
  ],
  [
    'only a removal had no effect',
    true,
    [staysWhole],
    'Most likely dialect.bulkUpdate.wrapper (now bare) or dialect.bulkUpdate.removal (now null). ',
  ],
  ['the rest was taken, a removal was not', false, [staysWhole], 'Most likely dialect.bulkUpdate.removal (now null). '],
  ['keys inside an attribute stayed', false, [staysInside], 'Most likely dialect.bulkUpdate.merge (now shallow). '],
  ['a value was rewritten', false, [wrong], 'Check '],
  ['both kinds of left-overs', false, [staysWhole, staysInside], 'Check '],
])('when %s, the hint begins with the likeliest setting', (_name, unchanged, differences, start) => {
  const hint = describeDialectDoubt(unchanged, differences, DEFAULT_DIALECT, 'prod');
  expect(hint.slice(0, start.length)).toBe(start);
  expect(hint).toContain('dialect.bulkUpdate.merge (now shallow)');
  expect(hint).toContain('limio-sync plan --env prod');
});
