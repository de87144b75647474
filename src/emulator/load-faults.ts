import { readFile } from 'node:fs/promises';
import { LimioError } from '../errors/errors.js';
import type { Json } from '../model/json.js';
import type { FaultSchedule } from './faults/fault-rule.js';
import { parseFaults } from './faults/parse-faults.js';

/**
 * A fault schedule: JSON where the text begins with a brace or a bracket, else the path of a file.
 * @throws LimioError CONFIG_INVALID with the file and the reason.
 */
export async function loadFaults(text: string): Promise<FaultSchedule> {
  const isJson = /^\s*[[{]/.test(text);
  const where = isJson ? 'the faults given' : text;
  let value: Json;
  try {
    value = JSON.parse(isJson ? text : await readFile(text, 'utf8')) as Json;
  } catch (cause) {
    throw reject(where, cause);
  }
  return parseFaults(value);
}

function reject(where: string, cause: unknown): LimioError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `The faults cannot be read from ${where}: ${reason}.`,
    hint: 'Give a JSON file, or JSON such as {"operation": "publish", "nth": 1, "fault": "status", "status": 503}.',
    details: { reason },
    cause,
  });
}
