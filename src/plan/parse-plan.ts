import { LimioError } from '../errors/limio-error.js';
import { getOwn, isJsonObject, type Json } from '../model/json.js';
import { type Plan, PLAN_FORMAT_VERSION } from '../model/plan.js';
import { makeFingerprint } from './make-fingerprint.js';
import { planSchema } from './plan-schema.js';

/**
 * A saved plan, exactly as it was written.
 * @throws LimioError PLAN_INVALID when it is not a plan, PLAN_VERSION when it is of another format,
 * PLAN_EDITED when its content is not what its fingerprint was made of.
 */
export function parsePlan(text: string, file: string): Plan {
  const value = parseJson(text, file);
  const kind = isJsonObject(value) ? getOwn(value, 'kind') : undefined;
  if (kind !== 'limio-sync/plan') throw refuse(file, 'it is not a plan of limio-sync');
  const version = isJsonObject(value) ? getOwn(value, 'formatVersion') : undefined;
  if (version !== PLAN_FORMAT_VERSION) {
    throw new LimioError({
      code: 'PLAN_VERSION',
      message: `${file} has the format version ${JSON.stringify(version) ?? 'none'}; this limio-sync reads version ${PLAN_FORMAT_VERSION}.`,
      hint: 'Apply it with the version that made it, or make a new plan.',
    });
  }
  const parsed = planSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(file, issue === undefined ? 'its shape is not that of a plan' : `${issue.path.map(String).join('.')}: ${issue.message}`);
  }
  // The value itself, not zod's copy of it: what was fingerprinted is what runs.
  const plan = value as unknown as Plan;
  if (makeFingerprint(plan) === plan.fingerprint) return plan;
  throw new LimioError({
    code: 'PLAN_EDITED',
    message: `${file} was edited: its content does not have the fingerprint that stands in it.`,
    hint: 'Change the files and make a new plan.',
  });
}

function parseJson(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw refuse(file, 'it is not JSON');
  }
}

function refuse(file: string, why: string): LimioError {
  return new LimioError({ code: 'PLAN_INVALID', message: `${file} cannot be used: ${why}.`, hint: 'Make one with: limio-sync plan --out plan.json' });
}
