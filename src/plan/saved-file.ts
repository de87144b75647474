import type { ZodType } from 'zod';
import type { ErrorCode } from '../errors/codes.js';
import { LimioError } from '../errors/errors.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';

/** A kind of JSON file that limio-sync writes and reads again. */
export interface SavedForm {
  kind: string;
  formatVersion: number;
  schema: ZodType;
  /** Its name in messages: `plan`. */
  name: string;
  invalid: { code: ErrorCode; hint: string };
  otherVersion: { code: ErrorCode; hint: string };
}

/**
 * The content of a saved file, exactly as it was written, not zod's copy of it.
 * @throws LimioError with the code of `invalid` or `otherVersion`.
 */
export function parseSaved(
  text: string,
  file: string,
  { kind, formatVersion, schema, name, invalid, otherVersion }: SavedForm,
): JsonObject {
  const refuse = (why: string): LimioError =>
    new LimioError({ ...invalid, message: `${file} cannot be used: ${why}.` });
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw refuse('it is not JSON');
  }
  if (!isJsonObject(value) || getOwn(value, 'kind') !== kind) throw refuse(`it is not a ${name} of limio-sync`);
  const version = getOwn(value, 'formatVersion');
  if (version !== formatVersion) {
    throw new LimioError({
      ...otherVersion,
      message:
        `${file} has format version ${JSON.stringify(version) ?? 'none'}; ` +
        `this limio-sync reads version ${formatVersion}.`,
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return value;
  const [issue] = parsed.error.issues;
  throw refuse(
    issue === undefined
      ? `its shape is not that of a ${name}`
      : `${issue.path.map(String).join('.')}: ${issue.message}`,
  );
}
