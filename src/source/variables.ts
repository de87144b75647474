import { isJsonObject, type Json } from '../model/json.js';
import { suggestNearest } from '../model/spelling.js';
import { namesCredential, SECRET_OPENING } from '../model/text.js';
import type { Finding, PathPart, SourceContext } from './documents.js';

export type VariableValue = string | number | boolean;

/** What texts of files may refer to in one environment. */
export interface Variables {
  environment?: string;
  /** Variables of the environment, by name. */
  values: ReadonlyMap<string, VariableValue>;
  /** Variables of the process that the configuration lets files name; undefined where it is not set. */
  process?: ReadonlyMap<string, string | undefined>;
}

export interface Interpolated {
  /** The very same value when nothing in it refers to a variable. */
  value: Json;
  /** Names of the variables of the environment on which the result depends. */
  used: Set<string>;
  findings: Finding[];
}

/** `$${` (an escape), `${vars.NAME}` or `${env.NAME}`, or a `${` that is neither. */
const REFERENCE = /\$\$\{|\$\{(vars|env)\.([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g;

const WHOLE = /^\$\{(vars|env)\.([A-Za-z_][A-Za-z0-9_]*)\}$/;

const LIKELY_SLIP = /^\$\{\s*(?:vars?|env|variables?)\b/i;

/**
 * Puts the variables of an environment and of the process into every text of a value; keys are left
 * alone. A text that is nothing but a reference takes the variable's own type; variables of the
 * process are texts. `$${` stands for the text `${`.
 */
export function interpolateVariables(value: Json, variables: Variables): Interpolated {
  const result: Interpolated = { value, used: new Set(), findings: [] };
  result.value = fill(value, [], variables, result);
  return result;
}

/** The variables that a text refers to: `{ from: 'vars', name: 'shopDomain' }`. */
export function listVariableReferences(text: string): { from: 'vars' | 'env'; name: string }[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, from, name]) =>
    name !== undefined && (from === 'vars' || from === 'env') ? [{ from, name }] : [],
  );
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
  if (typeof filled === 'string' && filled.includes(SECRET_OPENING))
    checkSecrets(filled, text, path, variables, result);
  return filled;
}

/** Only a variable may bring in a secret, and what tells objects apart cannot be one. */
function checkSecrets(
  filled: string,
  text: string,
  path: PathPart[],
  { values }: Variables,
  result: Interpolated,
): void {
  const brought = listVariableReferences(text).reduce(
    (sum, { from, name }) => sum + countSecrets(from === 'vars' ? values.get(name) : ''),
    0,
  );
  const report = (message: string, hint: string): void =>
    void result.findings.push({ code: 'SECRET_REFERENCE', path: [...path], message, hint });
  if (countSecrets(filled) > brought) {
    report(
      `A file cannot hold the text "${SECRET_OPENING}".`,
      'For a secret write ${vars.NAME}, and mark the variable with secret("...") in limio.config.',
    );
  } else if (isIdentifying(path)) {
    report(
      `A secret cannot stand in "${path.at(-1)}", which tells objects apart.`,
      'Use a variable that is no secret.',
    );
  }
}

function countSecrets(value: VariableValue | undefined): number {
  return String(value).split(SECRET_OPENING).length - 1;
}

function isIdentifying(path: PathPart[]): boolean {
  const last = path.at(-1);
  return (
    (path.length === 1 && ['kind', 'name', 'promoCode'].includes(String(last))) ||
    last === 'path' ||
    last === 'destination'
  );
}

function fillReferences(text: string, path: PathPart[], variables: Variables, result: Interpolated): Json {
  const [, from, whole] = WHOLE.exec(text) ?? [];
  if (whole !== undefined) return look(from, whole, path, variables, result) ?? text;
  return text.replace(
    REFERENCE,
    (match: string, source: string | undefined, name: string | undefined, offset: number) => {
      if (match === '$${') return '${';
      if (name !== undefined) return String(look(source, name, path, variables, result) ?? match);
      if (LIKELY_SLIP.test(text.slice(offset, offset + 20))) {
        result.findings.push({
          code: 'VARIABLE_SYNTAX',
          path: [...path],
          message: 'The text holds "${", but not a reference to a variable; it stays as it is.',
          hint: 'Write ${vars.NAME} or ${env.NAME} for a variable, or $${ for the text itself.',
        });
      }
      return match;
    },
  );
}

function look(
  from: string | undefined,
  name: string,
  path: PathPart[],
  variables: Variables,
  result: Interpolated,
): VariableValue | undefined {
  if (from === 'env') return lookInProcess(name, path, variables, result);
  result.used.add(name);
  const value = variables.values.get(name);
  if (value !== undefined) return value;
  const nearest = suggestNearest(name, variables.values.keys());
  const { environment } = variables;
  result.findings.push({
    code: 'VARIABLE_UNKNOWN',
    path: [...path],
    message:
      environment === undefined
        ? `Without a configuration there is no variable "${name}".`
        : describeUnknown(name, [environment]),
    hint:
      nearest === undefined
        ? `Add it to "vars" of the environment in limio.config.`
        : `Did you mean \${vars.${nearest}}?`,
    ...(environment === undefined ? {} : { lacks: { variable: name, environment } }),
  });
  return undefined;
}

/** The sentence about a variable that some environments lack. */
export function describeUnknown(name: string, environments: readonly string[]): string {
  const [first, ...others] = environments.map((environment) => `"${environment}"`);
  if (others.length === 0) return `The environment ${first} has no variable "${name}".`;
  return `The environments ${[first, ...others.slice(0, -1)].join(', ')} and ${others.at(-1)} have no variable "${name}".`;
}

/** Whoever may propose a change of a file could otherwise read what only the process may know. */
function lookInProcess(
  name: string,
  path: PathPart[],
  { process }: Variables,
  result: Interpolated,
): string | undefined {
  const report = (code: Finding['code'], message: string, hint: string): void =>
    void result.findings.push({ code, path: [...path], message, hint });
  const value = process?.get(name);
  if (namesCredential(name)) {
    report(
      'VARIABLE_REFUSED',
      `The variable ${name} of the process is named like a credential; files never read it.`,
      'Mark a variable of limio.config with secret("...") and write ${vars.NAME}.',
    );
  } else if (value !== undefined) {
    return value;
  } else if (process?.has(name)) {
    report('VARIABLE_UNKNOWN', `The variable ${name} of the process is not set.`, 'Set it and run the command again.');
  } else {
    const nearest = suggestNearest(name, process?.keys() ?? []);
    const hint =
      nearest === undefined ? `List it in limio.config: env: ['${name}'].` : `Did you mean \${env.${nearest}}?`;
    report('VARIABLE_REFUSED', `Files may not read the variable ${name} of the process.`, hint);
  }
  return undefined;
}

/** What files may refer to, for each environment; without any there is one view, in which no variable has a value. */
export function listVariables({ environments, env }: SourceContext): Variables[] {
  const process = new Map(Object.entries(env ?? {}));
  if (environments.length === 0) return [{ values: new Map(), process }];
  return environments.map(({ name, vars }) => ({ environment: name, values: new Map(Object.entries(vars)), process }));
}
