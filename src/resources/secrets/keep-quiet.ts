import { LimioError } from '../../errors/limio-error.js';
import type { JsonObject } from '../../model/json.js';
import { mapTexts } from './map-leaves.js';

/** The same call; what it throws holds no secret, though a tenant may repeat what it was sent. */
export function keepQuiet<A extends unknown[], R>(
  redact: (text: string) => string,
  call: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
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
  if (!(error instanceof LimioError))
    return redact(error.message) === error.message ? error : new Error(redact(error.message));
  // Text by text: JSON in a message would be escaped once more in JSON of the whole, and not be found.
  const facts = JSON.parse(
    JSON.stringify({ message: error.message, hint: error.hint, details: error.details }),
  ) as ErrorTexts;
  const redacted = mapTexts(facts, redact);
  return redacted === facts ? error : new LimioError({ ...(redacted as ErrorTexts), code: error.code });
}

type ErrorTexts = { message: string; hint?: string; details: JsonObject };
