import { LimioError } from '../../errors/errors.js';
import type { Json } from '../../model/json.js';

/**
 * `name=value` holds a text, `name:=value` JSON: `limit=50`, `status:=true`.
 * @throws LimioError USAGE.
 */
export function parseFields(typed: readonly string[]): [name: string, value: Json][] {
  return typed.map((field) => {
    const at = field.indexOf('=');
    if (at <= 0) throw refuseField(field, 'It has no name or no "=".');
    if (field[at - 1] !== ':') return [field.slice(0, at), field.slice(at + 1)];
    const name = field.slice(0, at - 1);
    if (name === '') throw refuseField(field, 'It has no name.');
    try {
      return [name, JSON.parse(field.slice(at + 1)) as Json];
    } catch {
      throw refuseField(field, 'What follows ":=" is not JSON.');
    }
  });
}

function refuseField(field: string, why: string): LimioError {
  return new LimioError({
    code: 'USAGE',
    message: `--field ${JSON.stringify(field)} cannot be read. ${why}`,
    hint: 'Write --field name=text, or --field name:=JSON for numbers, true, false, null, lists and objects.',
  });
}
