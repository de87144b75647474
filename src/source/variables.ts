import { isJsonObject, type Json, type VariableValue } from '../model/json.js';
import { suggestNearest } from '../model/spelling.js';
import { namesCredential, SECRET_OPENING } from '../model/text.js';
import { joinWords } from '../model/words.js';
import type { Finding, PathPart, SourceContext } from './documents.js';

/** The variables that files can use in one environment. */
export interface Variables {
  environment?: string;
  /** `vars` of the environment. */
  values: ReadonlyMap<string, VariableValue>;
  /** The process variables that `env` of the configuration lists; undefined where one is not set. */
  process?: ReadonlyMap<string, string | undefined>;
}

export interface Interpolated {
  /** The same object as before if it refers to no variable. */
  value: Json;
  /** The variables of the environment on which the result depends. */
  used: Set<string>;
  findings: Finding[];
}

/** `$${` (an escape), `${vars.NAME}` or `${env.NAME}`, or a `${` that is neither. */
const REFERENCE = /\$\$\{|\$\{(vars|env)\.([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g;

const WHOLE = /^\$\{(vars|env)\.([A-Za-z_][A-Za-z0-9_]*)\}$/;

/** The variables of each environment. Without environments there is one view, in which no variable has a value. */
export function listVariables({ environments, env }: SourceContext): Variables[] {
  const process = new Map(Object.entries(env ?? {}));
  if (environments.length === 0) return [{ values: new Map(), process }];
  return environments.map(({ name, vars }) => ({ environment: name, values: new Map(Object.entries(vars)), process }));
}

/**
 * Replaces the variables in every text of a value, but not in keys. A text that is only a reference
 * takes the type of the variable; environment variables are always text. `$${` gives the text `${`.
 */
export function interpolateVariables(value: Json, variables: Variables): Interpolated {
  const walk: Walk = { variables, path: [], offset: 0, used: new Set(), findings: [] };
  return { value: fill(value, walk), used: walk.used, findings: walk.findings };
}

/** The variables that a text refers to: `{ from: 'vars', name: 'shopDomain' }`. */
export function listVariableReferences(text: string): { from: 'vars' | 'env'; name: string }[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, from, name]) =>
    name !== undefined && (from === 'vars' || from === 'env') ? [{ from, name }] : [],
  );
}

/** Writes a text so that it is not read as a reference. */
export function escapeVariables(text: string): string {
  // A function, since "$$" in a replacement text is one dollar sign.
  return text.replaceAll('${', () => '$${');
}

interface Walk extends Omit<Interpolated, 'value'> {
  variables: Variables;
  /** Of the value at hand; copied only into findings. */
  path: PathPart[];
  /** Of the reference at hand, in its text. */
  offset: number;
}

function report({ findings, path, offset }: Walk, finding: Omit<Finding, 'path'>): void {
  findings.push({ ...finding, ...(offset === 0 ? {} : { offset }), path: [...path] });
}

function fill(value: Json, walk: Walk): Json {
  if (typeof value === 'string') return value.includes('${') ? fillText(value, walk) : value;
  if (Array.isArray(value)) {
    const items = value.map((item, i) => fillChild(item, i, walk));
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  if (!isJsonObject(value)) return value;
  let changed = false;
  const entries = Object.entries(value).map(([key, child]): [string, Json] => {
    const filled = fillChild(child, key, walk);
    changed ||= filled !== child;
    return [key, filled];
  });
  return changed ? Object.fromEntries(entries) : value;
}

function fillChild(value: Json, part: PathPart, walk: Walk): Json {
  walk.path.push(part);
  const filled = fill(value, walk);
  walk.path.pop();
  return filled;
}

function fillText(text: string, walk: Walk): Json {
  const filled = fillReferences(text, walk);
  if (typeof filled === 'string' && filled.includes(SECRET_OPENING)) checkSecrets(filled, text, walk);
  return filled;
}

/** Only a variable may bring in a secret, and what identifies an object cannot be one. */
function checkSecrets(filled: string, text: string, walk: Walk): void {
  const { values } = walk.variables;
  const brought = listVariableReferences(text).reduce(
    (sum, { from, name }) => sum + countSecrets(from === 'vars' ? values.get(name) : ''),
    0,
  );
  if (countSecrets(filled) > brought) {
    report(walk, {
      code: 'SECRET_REFERENCE',
      message: `A file cannot contain the text "${SECRET_OPENING}".`,
      hint: 'For a secret write ${vars.NAME}, and mark the variable with secret("...") in limio.config.',
    });
  } else if (isIdentifying(walk.path)) {
    report(walk, {
      code: 'SECRET_REFERENCE',
      message: `"${walk.path.at(-1)}" identifies the object, so it cannot be a secret.`,
      hint: 'Use a variable that is not a secret.',
    });
  }
}

function countSecrets(value: VariableValue | undefined): number {
  return typeof value === 'string' ? value.split(SECRET_OPENING).length - 1 : 0;
}

function isIdentifying(path: readonly PathPart[]): boolean {
  const last = path.at(-1);
  if (path.length === 1 && ['kind', 'name', 'promoCode'].includes(String(last))) return true;
  return last === 'path' || last === 'destination';
}

function fillReferences(text: string, walk: Walk): Json {
  const [, from, whole] = WHOLE.exec(text) ?? [];
  if (whole !== undefined) return lookUp(from, whole, walk) ?? text;
  const filled = text.replace(
    REFERENCE,
    (match: string, source: string | undefined, name: string | undefined, offset: number) => {
      walk.offset = offset;
      if (match === '$${') return '${';
      if (name !== undefined) return insert(lookUp(source, name, walk), match, walk);
      // checkSecrets reports these.
      if (text.startsWith(SECRET_OPENING, offset)) return match;
      const { found, isOpen } = describeSlip(text.slice(offset));
      report(walk, {
        code: 'VARIABLE_SYNTAX',
        message: isOpen ? `"${found}" has no "}".` : `"${found}" is no reference to a variable.`,
        hint: /^\$\{\s*each\b/.test(found)
          ? 'Write ${each.COLUMN} or ${each.COLUMN?} in a document with "for_each", or $${ for the text itself.'
          : 'Write ${vars.NAME} or ${env.NAME} for a variable, or $${ for the text itself.',
      });
      return match;
    },
  );
  walk.offset = 0;
  return filled;
}

function insert(value: VariableValue | undefined, reference: string, walk: Walk): string {
  if (typeof value !== 'object') return String(value ?? reference);
  report(walk, {
    code: 'VARIABLE_SYNTAX',
    message: `"${reference}" is a list, and cannot be part of a text.`,
    hint: 'A list can be a whole value, or give rows to for_each.',
  });
  return reference;
}

/** What follows a `${` that begins no reference, cut for a message. */
function describeSlip(rest: string): { found: string; isOpen: boolean } {
  const [found = ''] = /^\$\{[^{}\n]{0,40}\}?/.exec(rest) ?? [];
  return { found: found.trimEnd(), isOpen: !/^\$\{[^{}]*\}/.test(rest) };
}

function lookUp(from: string | undefined, name: string, walk: Walk): VariableValue | undefined {
  if (from === 'env') return lookUpInProcess(name, walk);
  const { environment, values } = walk.variables;
  walk.used.add(name);
  const value = values.get(name);
  if (value !== undefined) return value;
  const nearest = suggestNearest(name, values.keys());
  const hint =
    nearest === undefined
      ? 'Add it to "vars" of the environment in limio.config.'
      : `Did you mean \${vars.${nearest}}?`;
  if (environment === undefined) {
    const message = `Without a limio.config there is no variable "${name}".`;
    report(walk, { code: 'VARIABLE_UNKNOWN', message, hint });
  } else {
    const message = describeUnknown(name, [environment]);
    report(walk, { code: 'VARIABLE_UNKNOWN', message, hint, lacks: { variable: name, environment } });
  }
  return undefined;
}

/** The sentence about a variable that some environments lack. */
export function describeUnknown(name: string, environments: readonly string[]): string {
  const quoted = environments.map((environment) => `"${environment}"`);
  if (quoted.length === 1) return `The environment ${quoted.join('')} has no variable "${name}".`;
  return `The environments ${joinWords(quoted)} have no variable "${name}".`;
}

/** Otherwise anybody who can propose a change of a file could read what only the process may know. */
function lookUpInProcess(name: string, walk: Walk): string | undefined {
  const { process } = walk.variables;
  const value = process?.get(name);
  if (namesCredential(name)) {
    report(walk, {
      code: 'VARIABLE_REFUSED',
      message: `Files may not read the environment variable ${name}: its name looks like a credential.`,
      hint: 'Add a variable with secret("...") to "vars" of limio.config, and write ${vars.NAME}.',
    });
  } else if (value !== undefined) {
    return value;
  } else if (process?.has(name)) {
    const message = `The environment variable ${name} is not set.`;
    report(walk, { code: 'VARIABLE_UNKNOWN', message, hint: 'Set it and run the command again.' });
  } else {
    const nearest = suggestNearest(name, process?.keys() ?? []);
    report(walk, {
      code: 'VARIABLE_REFUSED',
      message: `Files may not read the environment variable ${name}.`,
      hint: nearest === undefined ? `Allow it in limio.config: env: ['${name}']` : `Did you mean \${env.${nearest}}?`,
    });
  }
  return undefined;
}
