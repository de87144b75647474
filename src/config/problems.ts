import { z } from 'zod';
import { LimioError } from '../errors/errors.js';
import { hintNearest } from '../model/spelling.js';
import { countThings } from '../model/words.js';
import { configSchema } from './schema.js';

export interface ConfigProblem {
  /** `environments.prod.region` */
  path: string;
  message: string;
  hint?: string | undefined;
}

/** One error with every problem, each on its line; `details.problems` lists them for programs. */
export function refuseConfig(file: string, problems: readonly ConfigProblem[]): LimioError {
  const lines = problems.map(
    ({ path, message, hint }) => `  ${path}: ${message}${hint === undefined ? '' : ` ${hint}`}`,
  );
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `${file} has ${countThings(problems.length, 'problem')}:\n${lines.join('\n')}`,
    details: { file, problems },
  });
}

export function formatConfigPath(path: readonly PropertyKey[]): string {
  const text = path.map((part) =>
    /^[A-Za-z_$][\w$]*$/.test(String(part)) ? `.${String(part)}` : `[${JSON.stringify(part)}]`,
  );
  return text.join('').replace(/^\./, '') || 'the configuration';
}

const WORDS = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
]);

/** An issue of the schema as problems, each a sentence with a hint. */
export function describeIssue(
  issue: z.core.$ZodIssue,
  value: unknown,
  base: readonly PropertyKey[] = [],
): ConfigProblem[] {
  const full = [...base, ...issue.path];
  const path = formatConfigPath(full);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => describeKey(full, key));
    case 'invalid_union': {
      const deepest = issue.errors
        .map((errors) => errors.filter((one) => one.path.length > 0))
        .find((errors) => errors.length > 0);
      if (deepest) return deepest.flatMap((one) => describeIssue(one, value, full));
      const expected = issue.errors
        .flat()
        .flatMap((one) =>
          one.code === 'invalid_type'
            ? [WORDS.get(one.expected) ?? one.expected]
            : one.code === 'invalid_value'
              ? one.values.map((v) => `"${String(v)}"`)
              : [],
        );
      return [{ path, message: `Must be ${[...new Set(expected)].join(' or ')}.` }];
    }
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      const given = getAt(value, full);
      const hint = typeof given === 'string' ? hintNearest(given, allowed, undefined) : undefined;
      return [{ path, message: `Must be one of ${allowed.map((one) => `"${one}"`).join(', ')}.`, hint }];
    }
    case 'invalid_type':
      if (getAt(value, full) === undefined) return [{ path, message: 'Required, but missing.' }];
      return [{ path, message: `Must be ${WORDS.get(issue.expected) ?? issue.expected}.` }];
    case 'too_small':
      if (issue.origin === 'string') return [{ path, message: 'Must not be empty.' }];
      if (issue.origin === 'array') return [{ path, message: 'Must have at least one element.' }];
      return [{ path, message: `Must be ${issue.minimum} or more.` }];
    case 'too_big':
      return [{ path, message: `Must be ${issue.maximum} or less.` }];
    default:
      return [{ path, message: `${issue.message}.` }];
  }
}

function describeKey(path: readonly PropertyKey[], key: string): ConfigProblem {
  const known = listConfigKeys(path);
  const hint = hintNearest(key, known, `Allowed keys: ${known.join(', ')}.`);
  return { path: formatConfigPath([...path, key]), message: 'Unknown key.', hint };
}

function getAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) {
    at =
      typeof at === 'object' && at !== null ? (Object.getOwnPropertyDescriptor(at, part)?.value as unknown) : undefined;
  }
  return at;
}

/** The keys that an object at a path of the configuration may have, for suggestions. */
function listConfigKeys(path: readonly PropertyKey[]): string[] {
  let schemas: z.core.$ZodType[] = [configSchema];
  for (const part of path) schemas = schemas.flatMap(listOptions).flatMap((schema) => stepInto(schema, String(part)));
  return schemas
    .flatMap(listOptions)
    .flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []))
    .filter((key) => key !== '$schema');
}

function stepInto(schema: z.core.$ZodType, key: string): z.core.$ZodType[] {
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (schema instanceof z.ZodArray) return [schema.element];
  const shape: Record<string, z.core.$ZodType> = schema instanceof z.ZodObject ? schema.shape : {};
  const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
  return field ? [field] : [];
}

function listOptions(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return listOptions(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(listOptions);
  return [schema];
}
