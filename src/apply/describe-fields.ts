import { type Json, parsePointer } from '../model/json.js';
import type { FieldChange } from '../model/plan.js';

const MAX_FIELDS = 5;
const MAX_VALUE_LENGTH = 60;

/** Field changes as one clause: `starting_point from "/a/" to "/b/"; cta_text__limio from nothing to "Buy"`. */
export function describeFields(fields: readonly FieldChange[]): string {
  const named = fields.slice(0, MAX_FIELDS).map(describeField);
  const rest = fields.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}

function describeField({ path, before, after, show }: FieldChange): string {
  const segments = parsePointer(path);
  const name = (segments[0] === 'attributes' && segments.length > 1 ? segments.slice(1) : segments).join('.');
  const what = show === 'order' ? `the order of ${name}` : name;
  return `${what} from ${describeValue(before)} to ${describeValue(after)}`;
}

function describeValue(value: Json | undefined): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= MAX_VALUE_LENGTH ? text : `${text.slice(0, MAX_VALUE_LENGTH)}...`;
}
