import { getOwn, isJsonObject, type Json } from '../model/json.js';
import { suggestNearest } from '../model/spelling.js';
import type { Finding } from './finding.js';

/** Keys of a document that say in which environments it declares its resource. They are never sent. */
export const RESTRICTION_KEYS = ['only', 'except'] as const;

/**
 * Whether a document declares its resource in an environment, one of the `known` ones: in all, unless
 * it says `only` or `except`. What is malformed or unknown restricts nothing, so that the document is
 * checked and all its mistakes are found.
 */
export function isDeclaredIn(document: Json, environment: string | undefined, known: readonly string[]): boolean {
  if (environment === undefined) return true;
  const [only = [], except = []] = RESTRICTION_KEYS.map((key) =>
    listNames(document, key).flatMap(({ name }) => (known.includes(name) ? [name] : [])),
  );
  return (only.length === 0 || only.includes(environment)) && !except.includes(environment);
}

/** Unknown environments, both keys at once, and a document that no environment is left for. */
export function checkRestriction(document: Json, environments: readonly string[]): Finding[] {
  const names = RESTRICTION_KEYS.flatMap((key) => listNames(document, key));
  const unknown = names.filter(({ name }) => !environments.includes(name));
  if (unknown.length > 0)
    return unknown.map(({ name, path }) => ({
      code: 'ENVIRONMENT_NAME',
      path,
      ...describeUnknownEnvironment(name, environments),
    }));
  const given = RESTRICTION_KEYS.filter((key) => isJsonObject(document) && Object.hasOwn(document, key));
  const finding: Pick<Finding, 'code' | 'path' | 'on'> = {
    code: 'ENVIRONMENT_CHOICE',
    path: [given.at(-1) ?? ''],
    on: 'key',
  };
  if (given.length > 1)
    return [{ ...finding, message: '"only" and "except" cannot stand together.', hint: 'Keep the shorter one.' }];
  if (environments.length === 0 || environments.some((name) => isDeclaredIn(document, name, environments))) return [];
  return [
    {
      ...finding,
      message: 'This declares the resource in no environment.',
      hint: 'Name fewer environments, or take the document out of the files.',
    },
  ];
}

export function describeUnknownEnvironment(
  name: string,
  environments: readonly string[],
): Pick<Finding, 'message' | 'hint'> {
  if (environments.length === 0) return { message: `Without a configuration there is no environment "${name}".` };
  const nearest = suggestNearest(name, environments);
  const hint = nearest === undefined ? `limio.config has ${environments.join(', ')}.` : `Did you mean "${nearest}"?`;
  return { message: `There is no environment "${name}".`, hint };
}

function listNames(document: Json, key: string): { name: string; path: (string | number)[] }[] {
  const value = isJsonObject(document) ? getOwn(document, key) : undefined;
  if (typeof value === 'string') return [{ name: value, path: [key] }];
  return Array.isArray(value)
    ? value.flatMap((name, i) => (typeof name === 'string' ? [{ name, path: [key, i] }] : []))
    : [];
}
