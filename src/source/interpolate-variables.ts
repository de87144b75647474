import { type Json, isJsonObject } from '../model/json.js';
import { SECRET_OPENING } from '../model/secret-text.js';
import { suggestNearest } from '../model/suggest-nearest.js';
import type { Finding } from './finding.js';
import type { PathPart } from './parsed-file.js';

export type VariableValue = string | number | boolean;

/** The variables of one environment, by name. */
export interface Variables {
  environment?: string;
  values: ReadonlyMap<string, VariableValue>;
}

export interface Interpolated {
  /** The very same value when nothing in it refers to a variable. */
  value: Json;
  /** True when the result depends on the environment. */
  used: boolean;
  findings: Finding[];
}

/** `$${` (an escape), `${vars.NAME}`, or a `${` that is neither. */
const REFERENCE = /\$\$\{|\$\{vars\.([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g;
const WHOLE = /^\$\{vars\.([A-Za-z_][A-Za-z0-9_]*)\}$/;
const LIKELY_SLIP = /^\$\{\s*(?:vars?|env|variables?)\b/i;

/**
 * Puts the variables of an environment into every text of a value; keys are left alone. A text that
 * is nothing but a reference takes the variable's own type. `$${` stands for the text `${`.
 */
export function interpolateVariables(value: Json, variables: Variables): Interpolated {
  const result: Interpolated = { value, used: false, findings: [] };
  result.value = fill(value, [], variables, result);
  return result;
}

/** The spelling in a file of a text that must not be taken for a reference. */
export function escapeVariables(text: string): string {
  // A function, since "$$" in a replacement text is one dollar sign.
  return text.replaceAll('${', () => '$${');
}

function fill(value: Json, path: PathPart[], variables: Variables, result: Interpolated): Json {
  if (typeof value === 'string') return value.includes('${') ? fillText(value, path, variables, result) : value;
  if (Array.isArray(value)) {
    const items = value.map((item, i) => fillChild(item, path, i, variables, result));
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  if (!isJsonObject(value)) return value;
  let changed = false;
  const entries = Object.entries(value).map(([key, child]): [string, Json] => {
    const filled = fillChild(child, path, key, variables, result);
    changed ||= filled !== child;
    return [key, filled];
  });
  return changed ? Object.fromEntries(entries) : value;
}

/** One path array for the whole walk: it is copied only where something is found. */
function fillChild(value: Json, path: PathPart[], part: PathPart, variables: Variables, result: Interpolated): Json {
  path.push(part);
  const filled = fill(value, path, variables, result);
  path.pop();
  return filled;
}

function fillText(text: string, path: PathPart[], variables: Variables, result: Interpolated): Json {
  const filled = fillReferences(text, path, variables, result);
  if (typeof filled === 'string' && filled.includes(SECRET_OPENING)) checkSecrets(filled, text, path, variables, result);
  return filled;
}

/** Only a variable may bring in a secret, and what tells objects apart cannot be one. */
function checkSecrets(filled: string, text: string, path: PathPart[], { values }: Variables, result: Interpolated): void {
  const brought = [...text.matchAll(REFERENCE)].reduce((sum, [, name]) => sum + countSecrets(name === undefined ? '' : values.get(name)), 0);
  const report = (message: string, hint: string): void => void result.findings.push({ code: 'SECRET_REFERENCE', path: [...path], message, hint });
  if (countSecrets(filled) > brought) {
    report(`A file cannot hold the text "${SECRET_OPENING}".`, 'For a secret write ${vars.NAME}, and mark the variable with secret("...") in limio.config.');
  } else if (isIdentifying(path)) {
    report(`A secret cannot stand in "${path.at(-1)}", which tells objects apart.`, 'Use a variable that is no secret.');
  }
}

function countSecrets(value: VariableValue | undefined): number {
  return String(value).split(SECRET_OPENING).length - 1;
}

function isIdentifying(path: PathPart[]): boolean {
  const last = path.at(-1);
  return (path.length === 1 && ['kind', 'name', 'promoCode'].includes(String(last))) || last === 'path' || last === 'destination';
}

function fillReferences(text: string, path: PathPart[], variables: Variables, result: Interpolated): Json {
  const whole = WHOLE.exec(text)?.[1];
  if (whole !== undefined) return look(whole, path, variables, result) ?? text;
  return text.replace(REFERENCE, (match: string, name: string | undefined, offset: number) => {
    if (match === '$${') return '${';
    if (name !== undefined) return String(look(name, path, variables, result) ?? match);
    if (LIKELY_SLIP.test(text.slice(offset, offset + 20))) {
      result.findings.push({
        code: 'VARIABLE_SYNTAX',
        path: [...path],
        message: 'The text holds "${", but not a reference to a variable; it stays as it is.',
        hint: 'Write ${vars.NAME} for a variable, or $${ for the text itself.',
      });
    }
    return match;
  });
}

function look(name: string, path: PathPart[], variables: Variables, result: Interpolated): VariableValue | undefined {
  result.used = true;
  const value = variables.values.get(name);
  if (value !== undefined) return value;
  const nearest = suggestNearest(name, variables.values.keys());
  const where = variables.environment === undefined ? 'Without a configuration there is' : `The environment "${variables.environment}" has`;
  result.findings.push({
    code: 'VARIABLE_UNKNOWN',
    path: [...path],
    message: `${where} no variable "${name}".`,
    hint: nearest === undefined ? `Add it to "vars" of the environment in limio.config.` : `Did you mean \${vars.${nearest}}?`,
  });
  return undefined;
}
