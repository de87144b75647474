import { errors } from 'undici';

/** The code of an error, of one of its parts (several addresses were tried), or of its cause. */
export function findErrorCode(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 3) return undefined;
  if (error instanceof errors.ConnectTimeoutError) return 'UND_ERR_CONNECT_TIMEOUT';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return inner.map((part) => findErrorCode(part, depth + 1)).find((code) => code !== undefined);
}
