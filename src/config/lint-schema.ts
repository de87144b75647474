import { z } from 'zod';
import { KINDS } from '../model/address.js';
import type { LintRule } from '../model/lint-rule.js';

const SETTINGS = ['error', 'warning', 'info', 'off'] as const;
const rules = z
  .record(z.string(), z.enum(SETTINGS))
  .optional()
  .describe('Severity of a rule by its id: error, warning, info or off.');

/** What an environment may say of lint. */
export const environmentLint = z.strictObject({ rules });

/** What the file may say of lint. Functions cannot stand in a JSON file: `buildConfigJsonSchema` leaves `custom` out. */
export const lint = z.strictObject({
  rules,
  custom: z
    .array(z.custom<LintRule>(isLintRule, 'It must be a rule: id, severity, title, kinds, and check or checkAll'))
    .optional()
    .meta({ inCodeOnly: true })
    .describe('Rules of your own, made with defineLintRule.'),
});

/** Whether a value has the shape of a rule, so that running it cannot fail for want of a part. */
function isLintRule(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const part = (key: string): unknown => Reflect.get(value, key);
  const kinds = part('kinds');
  return (
    /^[a-z][a-z0-9-]*$/.test(String(part('id'))) &&
    SETTINGS.some((severity) => severity !== 'off' && severity === part('severity')) &&
    typeof part('title') === 'string' &&
    Array.isArray(kinds) &&
    kinds.every((kind) => KINDS.some((known) => known === kind)) &&
    (part('needs') === undefined || Array.isArray(part('needs'))) &&
    (typeof part('check') === 'function') !== (typeof part('checkAll') === 'function')
  );
}
