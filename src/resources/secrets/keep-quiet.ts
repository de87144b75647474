import { LimioError } from '../../errors/limio-error.js';

/** The same call; what it throws holds no secret, though a tenant may repeat what it was sent. */
export function keepQuiet<A extends unknown[], R>(redact: (text: string) => string, call: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await call(...args);
    } catch (error) {
      throw redactError(error, redact);
    }
  };
}

/** Without its cause, where something was taken out: the cause says the same once more. */
function redactError(error: unknown, redact: (text: string) => string): unknown {
  if (!(error instanceof Error)) return error;
  if (!(error instanceof LimioError)) return redact(error.message) === error.message ? error : new Error(redact(error.message));
  const facts = JSON.stringify([error.message, error.hint ?? null, error.details]);
  const redacted = redact(facts);
  if (redacted === facts) return error;
  const [message, hint, details] = JSON.parse(redacted) as [string, string | null, Record<string, unknown>];
  return new LimioError({ code: error.code, message, ...(hint === null ? {} : { hint }), details });
}
