import type { Change } from '../../model/change.js';
import { type SecretValues, hashSecret, listSecretNames } from './secret-codec.js';

/** `Plan.secrets`: the SHA-256 of every secret that changes refer to, by name; undefined where there are none at all. */
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
