import { LimioError } from '../../errors/errors.js';
import type { Change, Plan } from '../../model/plan.js';
import { hashSecret, listSecretNames, type SecretValues } from './secret-codec.js';

/** `Plan.secrets`: the SHA-256 of every secret that changes refer to, by name; undefined without secrets. */
export function digestUsedSecrets(
  changes: readonly Change[],
  secrets: SecretValues | undefined,
): Record<string, string> | undefined {
  if (!secrets?.size) return undefined;
  const names = changes.flatMap(({ before, after }) =>
    listSecretNames(JSON.stringify([before ?? null, after ?? null])),
  );
  const used = [...new Set(names)].filter((name) => secrets.has(name)).sort();
  return Object.fromEntries(used.map((name) => [name, hashSecret(secrets.get(name) ?? '')]));
}

/**
 * A saved plan holds only digests of secrets, so it must run with the values that it was made with.
 * @throws LimioError PLAN_SECRET_CHANGED.
 */
export function checkPlanSecrets(plan: Pick<Plan, 'secrets' | 'environment'>, secrets: SecretValues): void {
  const faults = listFaults(plan.secrets, secrets);
  if (faults.length === 0) return;
  throw new LimioError({
    code: 'PLAN_SECRET_CHANGED',
    message: `The plan was made with other secrets, so nothing was written: ${faults.join('; ')}.`,
    hint: `Restore the variables, or make a new plan: limio-sync plan --env ${plan.environment} --out plan.json`,
  });
}

function listFaults(planned: Plan['secrets'], secrets: SecretValues): string[] {
  // With secrets, a plan spells its texts differently, so it runs neither without them nor with new ones.
  if (planned === undefined) return secrets.size === 0 ? [] : ['the environment had no secrets then'];
  if (secrets.size === 0) return ['the environment has no secrets now'];
  return Object.entries(planned).flatMap(([name, then]) => {
    const value = secrets.get(name);
    if (value === undefined) return [`${name} is no longer a secret of the environment`];
    const now = hashSecret(value);
    return now === then ? [] : [`${name} changed from (sha256:${then.slice(0, 12)}) to (sha256:${now.slice(0, 12)})`];
  });
}
