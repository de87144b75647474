import { LimioError } from '../errors/errors.js';
import { type Plan, PLAN_FORMAT_VERSION } from '../model/plan.js';
import { makeFingerprint } from './make-fingerprint.js';
import { parseSaved, type SavedForm } from './parse-saved.js';
import { planSchema } from './plan-schema.js';

const PLAN_FORM: SavedForm = {
  kind: 'limio-sync/plan',
  formatVersion: PLAN_FORMAT_VERSION,
  schema: planSchema,
  name: 'plan',
  invalid: { code: 'PLAN_INVALID', hint: 'Make one with: limio-sync plan --out plan.json' },
  otherVersion: { code: 'PLAN_VERSION', hint: 'Apply it with the version that made it, or make a new plan.' },
};

/**
 * A saved plan, exactly as it was written.
 * @throws LimioError PLAN_INVALID when it is not a plan, PLAN_VERSION when it is of another format,
 * PLAN_EDITED when its content is not what its fingerprint was made of.
 */
export function parsePlan(text: string, file: string): Plan {
  const plan = parseSaved(text, file, PLAN_FORM) as unknown as Plan;
  if (makeFingerprint(plan) === plan.fingerprint) return plan;
  throw new LimioError({
    code: 'PLAN_EDITED',
    message: `${file} was edited: its content does not have the fingerprint that stands in it.`,
    hint: 'Change the files and make a new plan.',
  });
}
