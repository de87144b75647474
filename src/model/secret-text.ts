/**
 * How a text that stands for a secret begins, in declared bodies and in plans:
 *
 *     ${secret:NAME}           the value of the variable NAME of the process
 *     ${secret:sha256:<hex>}   a value that nobody may read: the first 12 digits of its SHA-256
 *     ${secret:}               the text `${secret:` itself, where the tenant holds it
 */
export const SECRET_OPENING = '${secret:';

export function formatSecretReference(name: string): string {
  return `${SECRET_OPENING}${name}}`;
}
